/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package validate

import (
	"fmt"
	"testing"
)

// TestPatternsAreCompiledOnce compiles one pattern repeatedly, and many different ones.
func TestPatternsAreCompiledOnce(t *testing.T) {
	first, err := compileAnchored("[a-z]+")
	if err != nil || !first.MatchString("abc") || first.MatchString("abc1") {
		t.Fatalf("the pattern does not match the whole: %v", err)
	}
	again, err := compileAnchored("[a-z]+")
	if err != nil || again != first {
		t.Errorf("the pattern was compiled again: %v", err)
	}
	for i := range 10 * maxPatterns {
		if _, err := compileAnchored(fmt.Sprint("x", i)); err != nil {
			t.Fatal(err)
		}
		if compiled.Len() > maxPatterns {
			t.Fatalf("%d patterns are remembered", compiled.Len())
		}
	}
	for _, pattern := range []string{"a)(b", "("} {
		if _, err := compileAnchored(pattern); err == nil {
			t.Errorf("%q is an expression", pattern)
		}
	}
}
