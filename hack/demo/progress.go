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

package main

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"
)

// step shows what is being done, for how long, and in the end how long it took.
func (t *terminal) step(ctx context.Context, what, command string, do func(context.Context) error) error {
	const clockWidth = 8
	text, length := "  "+what, 2+utf8.RuneCountInString(what)
	if command != "" {
		text, length = text+": "+t.dim(command), length+2+utf8.RuneCountInString(command)
	}
	text += strings.Repeat(" ", max(1, lineWidth-clockWidth-length))
	t.print("%s", text)

	started := time.Now()
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	// The line is rewritten again and again, unless it is longer than the terminal's width.
	live, ended := t.width >= lineWidth, ctx.Done()
	for {
		select {
		case err := <-done:
			switch {
			case ctx.Err() != nil:
				return err
			case live:
				t.print("\r%s", text)
			}
			if err != nil {
				t.line("  failed")
				return err
			}
			t.line("%6.1f s", time.Since(started).Seconds())
			return nil
		case <-ticker.C:
			if live {
				t.print("\r%s%4.0f   s", text, time.Since(started).Seconds())
			}
		case <-ended:
			// Some steps are completed before they are undone, so it may take some more seconds.
			t.line("\n  Interrupted: undoing what was started")
			live, ended = false, nil
		}
	}
}
