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
	"sync"
)

// wholly is the expression of a pattern that has to match the whole of a value. It is compiled once: the patterns of the
// policy in force are the same for each map, each time it is looked at.
func wholly(pattern string) (*regexp.Regexp, error) { return compiled.get(pattern) }

var compiled patterns

// patterns remembers expressions by their pattern. The zero value is ready for use, by several goroutines.
type patterns struct {
	mu    sync.Mutex
	forms map[string]*regexp.Regexp
}

// mostPatterns is how many are remembered: those of the policy that is in force, and of one that is about to be, with
// room to spare.
const mostPatterns = 64

func (p *patterns) get(pattern string) (*regexp.Regexp, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if form, known := p.forms[pattern]; known {
		return form, nil
	}
	// Alone first: a pattern with an unmatched parenthesis could be one that compiles inside of others.
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return nil, err
	}
	form, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return nil, err
	}
	if p.forms == nil || len(p.forms) >= mostPatterns {
		p.forms = make(map[string]*regexp.Regexp)
	}
	p.forms[pattern] = form
	return form, nil
}
