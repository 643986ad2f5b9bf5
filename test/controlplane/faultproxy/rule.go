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

package faultproxy

import "sync"

// Rule says what goes wrong, and when.
type Rule struct {
	// Match picks the requests. Nil picks all.
	Match Match
	// Skip lets that many of them pass first: with 2, the third is the first to fail.
	Skip int
	// Times bounds how many fail after that. Zero means no bound.
	Times int
	// Fault is what happens to them. The zero value does nothing: such a rule only counts.
	Fault Fault
}

// Injection is a rule in force.
type Injection struct {
	rule Rule
	// lifted is closed when the rule is no longer in force.
	lifted chan struct{}

	mu sync.Mutex
	// seen and fired count the requests that Match has picked, and those of them that the fault met.
	seen, fired int
	over        bool
}

// Inject puts a rule in force, until it is lifted. If several rules match a request, it meets the fault of the one that
// was injected first, and the others do not count it.
func (p *Proxy) Inject(rule Rule) *Injection {
	injection := &Injection{rule: rule, lifted: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.injections = append(p.injections, injection)
	return injection
}

// Fired is how many requests have met the fault, or are meeting it now: the first that is held counts
// as one.
func (i *Injection) Fired() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fired
}

// Lift ends the rule, and releases what it holds. It may be called several times.
func (i *Injection) Lift() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.over {
		i.over = true
		close(i.lifted)
	}
}

// claim reports whether the fault applies to this request.
func (i *Injection) claim(request Request) bool {
	if !i.rule.Match.picks(request) {
		return false
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.over || i.rule.Times > 0 && i.fired == i.rule.Times {
		return false
	}
	i.seen++
	if i.seen <= i.rule.Skip {
		return false
	}
	i.fired++
	return true
}

// claim is the rule whose fault a request is to meet, or nil.
func (p *Proxy) claim(request Request) *Injection {
	p.mu.Lock()
	injections := p.injections
	p.mu.Unlock()
	for _, injection := range injections {
		if injection.claim(request) {
			return injection
		}
	}
	return nil
}
