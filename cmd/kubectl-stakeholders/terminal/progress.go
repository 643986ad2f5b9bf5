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
	// quiet is how long a command may take before its progress is shown.
	quiet = time.Second
	// pause is the time between two updates.
	pause = 200 * time.Millisecond
)

// Progress shows on a terminal how far long work has come, or what a command waits for.
type Progress struct {
	line *line
	// text is what the line shows. It is empty until the work has begun.
	text, what string
	// next is when an update is shown.
	next   time.Time
	cancel func() bool
	ended  bool
}

// Progress begins some work that counts, such as "Reading maps".
func (t *Terminal) Progress(what string) *Progress { return t.progress(what, "") }

// Wait begins to wait, such as "Waiting for the API server".
func (t *Terminal) Wait(what string) *Progress { return t.progress(what, Escape(what)+"…") }

func (t *Terminal) progress(what, text string) *Progress {
	p := &Progress{line: t.line, what: what, text: text}
	if p.line == nil {
		return p
	}
	p.next = p.line.began.Add(quiet)
	p.cancel = p.line.after(p.next.Sub(p.line.now()), func() { p.line.offer(p) })
	return p
}

// Update says how much is done.
func (p *Progress) Update(done int) {
	if p.line == nil {
		return
	}
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	p.text = fmt.Sprintf("%s: %d", Escape(p.what), done)
	if now := p.line.now(); !now.Before(p.next) {
		p.next = now.Add(pause)
		p.line.show(p)
	}
}

// Done ends the work, and removes what was shown.
func (p *Progress) Done() {
	if p.line == nil {
		return
	}
	p.cancel()
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	p.ended = true
	if p.line.shown == p {
		p.line.clear()
	}
}
