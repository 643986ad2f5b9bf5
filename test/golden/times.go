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

package golden

import (
	"fmt"
	"strings"
	"time"
)

// aTime is a regular expression for a time as commands print it: in UTC, with or without seconds.
const aTime = `\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?Z`

// runLength bounds how long ago a command can have happened that the same test has run, and how much longer one run takes than another.
const runLength = time.Hour

// compareTimes compares the times that people have read with those of this run. Those of the run itself can all be later by the same
// duration, and so can those that depend on them, such as the end of an approval.
func compareTimes(want, got []string, now time.Time) error {
	type pair struct{ want, got time.Time }
	var others []pair
	var later *time.Duration
	for i := range want {
		p := pair{parse(want[i]), parse(got[i])}
		if want[i] == got[i] && now.Sub(p.got).Abs() >= runLength {
			continue
		}
		if p.want.IsZero() || p.got.IsZero() {
			return fmt.Errorf("%s and %s differ, and one of them is no time", want[i], got[i])
		}
		others = append(others, p)
		if later == nil && now.Sub(p.got).Abs() < runLength && p.want.Before(now.Add(runLength)) {
			between := p.got.Sub(p.want)
			later = &between
		}
	}
	for _, p := range others {
		if later == nil || (p.got.Sub(p.want)-*later).Abs() > runLength {
			return fmt.Errorf("the output has the time %s, want %s", p.got.Format(time.RFC3339), p.want.Format(time.RFC3339))
		}
	}
	return nil
}

// parse returns the zero time for what is none, such as the 99th of a month.
func parse(text string) time.Time {
	text = strings.Replace(text, " ", "T", 1)
	for _, layout := range []string{"2006-01-02T15:04Z", "2006-01-02T15:04:05Z"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}
