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
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// fakeTerminal is a terminal with a clock that the test moves.
type fakeTerminal struct {
	*Terminal

	shown  strings.Builder
	time   time.Time
	timers map[time.Time]func()
}

func newFakeTerminal() *fakeTerminal {
	f := &fakeTerminal{timers: make(map[time.Time]func())}
	l := newLine(&f.shown, 40)
	l.began, l.now = f.time, func() time.Time { return f.time }
	l.after = func(d time.Duration, call func()) func() bool {
		at := f.time.Add(d)
		f.timers[at] = call
		return func() bool { delete(f.timers, at); return true }
	}
	f.Terminal = &Terminal{line: l, IOStreams: genericiooptions.IOStreams{Out: l.under(&f.shown), ErrOut: l.under(&f.shown)}}
	return f
}

// pass moves the clock.
func (f *fakeTerminal) pass(d time.Duration) {
	f.time = f.time.Add(d)
	for at, call := range f.timers {
		if !at.After(f.time) {
			delete(f.timers, at)
			call()
		}
	}
}

func (f *fakeTerminal) write(text string) { _, _ = f.Out.Write([]byte(text)) }

func TestProgress(t *testing.T) {
	t.Parallel()
	const removed = "\r\x1b[K"
	for name, tc := range map[string]struct {
		reason string
		work   func(*fakeTerminal)
		want   string
	}{
		"long": {"It is shown, and removed. Updates do not follow at once.", func(f *fakeTerminal) {
			p := f.Progress("Reading maps")
			p.Update(1)
			f.pass(quiet)
			p.Update(2)
			p.Update(3)
			f.pass(pause)
			p.Update(4)
			p.Done()
		}, "Reading maps: 1" + removed + "Reading maps: 2" + removed + "Reading maps: 4" + removed},
		"waiting": {"There is nothing to count.", func(f *fakeTerminal) {
			p := f.Wait("Waiting")
			f.pass(quiet)
			p.Done()
		}, "Waiting…" + removed},
		"short": {"Nothing is shown in the first second.", func(f *fakeTerminal) {
			p := f.Progress("Reading maps")
			f.pass(quiet - 1)
			p.Update(1)
			p.Done()
			f.pass(quiet)
		}, ""},
		"many short": {"The first second is that of the command, and not of each step.", func(f *fakeTerminal) {
			for range 3 {
				p := f.Wait("Waiting")
				f.pass(quiet / 2)
				p.Done()
			}
		}, "Waiting…" + removed + "Waiting…" + removed},
		"output": {"What is written takes the place of the line.", func(f *fakeTerminal) {
			p := f.Progress("Reading maps")
			f.pass(quiet)
			p.Update(1)
			f.write("a\n")
			f.Note("b")
			p.Done()
		}, "Reading maps: 1" + removed + "a\nnote: b\n"},
		"two": {"Waiting does not hide how far the work has come.", func(f *fakeTerminal) {
			p := f.Progress("Reading maps")
			f.pass(quiet)
			p.Update(1)
			waiting := f.Wait("Waiting")
			f.pass(pause)
			waiting.Done()
			p.Done()
			waiting = f.Wait("Waiting")
			f.pass(0)
			waiting.Done()
		}, "Reading maps: 1" + removed + "Waiting…" + removed},
		"wide": {"A text that needs two lines cannot be removed. Names are shown and not obeyed.", func(f *fakeTerminal) {
			p := f.Wait("Waiting for \x1b[31m" + strings.Repeat("x", 40))
			f.pass(quiet)
			p.Done()
		}, `Waiting for \x1b[31m` + strings.Repeat("x", 18) + "…" + removed},
		"hidden": {"Completion shows nothing.", func(f *fakeTerminal) {
			f.HideProgress()
			p := f.Progress("Reading maps")
			f.pass(quiet)
			p.Update(1)
			p.Done()
		}, ""},
	} {
		f := newFakeTerminal()
		tc.work(f)
		if got := f.shown.String(); got != tc.want {
			t.Errorf("%s: %s\n got %q\nwant %q", name, tc.reason, got, tc.want)
		}
	}
}

// TestNoProgressInPipes : a log gets no line that is removed again.
func TestNoProgressInPipes(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	term := New(genericiooptions.IOStreams{Out: &out, ErrOut: &out}, func(string) string { return "" })
	if term.line != nil || term.Out != &out || term.ErrOut != &out {
		t.Error("a pipe has a line for progress")
	}
}
