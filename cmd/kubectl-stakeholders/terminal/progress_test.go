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

func TestProgress(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		reason      string
		interactive bool
		next        time.Duration
		want        string
	}{
		{"Long work is shown, and removed. Updates do not follow at once.", true, -time.Hour, "\rReading maps: 1 \r\x1b[K"},
		{"Short work is not.", true, time.Hour, ""},
		{"In a log, none is.", false, -time.Hour, ""},
	} {
		var out strings.Builder
		term := &Terminal{IOStreams: genericiooptions.IOStreams{ErrOut: &out}, interactive: tc.interactive}
		p := term.Progress("Reading maps")
		p.next = time.Now().Add(tc.next)
		p.Update(1)
		if p.shown {
			p.next = time.Now().Add(time.Hour)
		}
		p.Update(2)
		p.Done()
		if out.String() != tc.want {
			t.Errorf("%s got %q, want %q", tc.reason, out.String(), tc.want)
		}
	}
}
