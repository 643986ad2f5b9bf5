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
	"regexp"
	"regexp/syntax"

	"k8s.io/utils/lru"
)

// maxPatterns is the size of the cache. The policy in force and the next one have far fewer patterns.
const maxPatterns = 64

// compiled caches expressions by pattern: the patterns of the policy are the same for every map.
var compiled = lru.New(maxPatterns)

// compileAnchored compiles a pattern that must match a whole value.
func compileAnchored(pattern string) (*regexp.Regexp, error) {
	if form, known := compiled.Get(pattern); known {
		return form.(*regexp.Regexp), nil //nolint:errcheck,forcetypeassert // the cache has only this type
	}
	// Parse the pattern alone first: one with an unmatched parenthesis could compile inside the group below.
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return nil, err
	}
	form, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return nil, err
	}
	compiled.Add(pattern, form)
	return form, nil
}
