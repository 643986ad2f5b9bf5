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
	"io"
	"sync"
	"time"
)

// line is the line of a terminal that shows progress until something is written. It is on standard error.
type line struct {
	mu    sync.Mutex
	out   io.Writer
	width int
	// shown is what the line shows.
	shown *Progress
	// began is when the command began.
	began time.Time
	now   func() time.Time
	// after calls a function later, unless it is cancelled.
	after func(d time.Duration, f func()) (cancel func() bool)
}

func newLine(out io.Writer, width int) *line {
	return &line{out: out, width: width, began: time.Now(), now: time.Now, after: func(d time.Duration, f func()) func() bool {
		return time.AfterFunc(d, f).Stop
	}}
}

// offer shows the progress of some work, unless the line shows another.
func (l *line) offer(p *Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !p.ended && p.text != "" && l.shown == nil {
		l.show(p)
	}
}

func (l *line) show(p *Progress) {
	l.clear()
	l.shown = p
	// A text that needs two lines cannot be removed.
	_, _ = io.WriteString(l.out, shorten(p.text, l.width-1))
}

func (l *line) clear() {
	if l.shown != nil {
		l.shown = nil
		_, _ = io.WriteString(l.out, "\r\x1b[K")
	}
}

// under returns a writer that removes the line before it writes to w.
func (l *line) under(w io.Writer) io.Writer { return &writer{l, w} }

type writer struct {
	line *line
	next io.Writer
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) {
	w.line.mu.Lock()
	defer w.line.mu.Unlock()
	w.line.clear()
	return w.next.Write(p)
}
