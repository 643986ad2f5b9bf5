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

package terminal

import (
	"fmt"
	"time"
)

const (
	// quiet is how long work may take before its progress is shown.
	quiet = time.Second
	// pause is the time between two updates.
	pause = 200 * time.Millisecond
)

// Progress shows on a terminal how far long work has come, on standard error.
type Progress struct {
	terminal *Terminal
	what     string
	next     time.Time
	shown    bool
}

// Progress begins to watch some work, such as "Reading maps".
func (t *Terminal) Progress(what string) *Progress {
	return &Progress{terminal: t, what: what, next: time.Now().Add(quiet)}
}

// Update says how much is done.
func (p *Progress) Update(done int) {
	now := time.Now()
	if !p.terminal.interactive || now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(pause), true
	_, _ = fmt.Fprintf(p.terminal.ErrOut, "\r%s: %d ", p.what, done)
}

// Done removes what was shown.
func (p *Progress) Done() {
	if p.shown {
		_, _ = fmt.Fprint(p.terminal.ErrOut, "\r\x1b[K")
	}
}
