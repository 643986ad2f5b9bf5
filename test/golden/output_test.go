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
	"strings"
	"testing"
	"time"
)

func TestOutput(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		want, got string
		same      bool
	}{
		"the same":                      {"a\nb\n", "a\nb\n", true},
		"no last line break":            {"a\n", "a", true},
		"another line":                  {"a\nb\n", "a\nc\n", false},
		"a line more":                   {"a\n", "a\nb\n", false},
		"a line less":                   {"a\nb\n", "a\n", false},
		"nothing":                       {"a\n", "", false},
		"something in place of none":    {"", "a\n", false},
		"signs of patterns":             {"a.c [x]* (y) \\d\n", "abc [x]* (y) \\d\n", false},
		"columns of another width":      {"NAME   AGE\n", "NAME      AGE   \n", true},
		"words in place of columns":     {"NAME   AGE\n", "NAME AGE\n", false},
		"an age":                        {"NAME   AGE\nx      3s\ny      4m\n", "NAME   AGE\nx      2m10s\ny      1d\n", true},
		"an age that is none":           {"NAME   AGE\nx      3s\n", "NAME   AGE\nx      soon\n", false},
		"an age after a blank line":     {"NAME   AGE\n\nx   3s\n", "NAME   AGE\n\nx   4s\n", false},
		"a duration in a table":         {"NAME   DUE      AGE\nx      in 29d   3s\n", "NAME   DUE      AGE\nx      in 28d   3s\n", false},
		"a duration in another table":   {"NAME   WITHIN\nx      48h\n", "NAME   WITHIN\nx      24h\n", false},
		"a duration in a sentence":      {"valid for 48h\n", "valid for 24h\n", false},
		"overdue":                       {"NAME   DUE          AGE\nx      overdue 0s   3s\n", "NAME   DUE          AGE\nx      overdue 2s   5s\n", true},
		"overdue no more":               {"overdue 0s\n", "in 5m\n", false},
		"text left out":                 {"denied: … at the end\n", "denied: much more at the end\n", true},
		"text left out over lines":      {"denied: … end\n", "denied:\nend\n", false},
		"lines left out":                {"a\n…\nz\n", "a\nb\nc\nz\n", true},
		"no lines left out":             {"a\n…\n", "a\n", true},
		"lines left out, and wrong":     {"a\n…\nz\n", "a\nb\nc\n", false},
		"an age after lines left out":   {"NAME  AGE\n…\nz     1s\n", "NAME  AGE\nb     1s\nz     9s\n", true},
		"indentation":                   {"  - a\n", "- a\n", false},
		"more indentation":              {"  - a\n", "    - a\n", false},
		"a date that the page chose":    {"until 2089-12-31T18:00:00Z\n", "until 2089-12-30T18:00:00Z\n", false},
		"a day that the page chose":     {"until 2089-12-31\n", "until 2089-12-30\n", false},
		"the same date, chosen":         {"until 2089-12-31T18:00:00Z\n", "until 2089-12-31T18:00:00Z\n", true},
		"a time of the run":             {"at 2026-11-30 01:17Z\n", "at NOW\n", true},
		"a time of the run in full":     {"at 2026-11-30 01:17Z\n", "at NOW:00Z\n", false},
		"a time of the run, not chosen": {"at 2089-12-31 18:00Z\n", "at NOW\n", false},
		"a time of another run":         {"at 2026-11-30 01:17Z\n", "at YESTERDAY\n", false},
		"times of the run":              {"2026-11-30 01:17Z, 2026-11-30 01:18Z\n", "NOW, NOW\n", true},
		"times of two runs":             {"2026-11-30 01:17Z, 2026-11-29 01:17Z\n", "NOW, NOW\n", false},
		"a day later":                   {"2026-12-01 01:17Z after 2026-11-30 01:17Z\n", "TOMORROW after NOW\n", true},
		"two days later, not one":       {"2026-12-02 01:17Z after 2026-11-30 01:17Z\n", "TOMORROW after NOW\n", false},
		"what is no time":               {"at 2026-11-30 01:17Z\n", "at 2026-99-30 01:17Z\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := tt.got
			for day, name := range map[int]string{-1: "YESTERDAY", 0: "NOW", 1: "TOMORROW"} {
				zone := "Z"
				if strings.Contains(got, name+":00") {
					zone = ""
				}
				got = strings.ReplaceAll(got, name, time.Now().UTC().AddDate(0, 0, day).Format("2006-01-02 15:04")+zone)
			}
			err := Output{Anything: "…"}.Compare(tt.want, got)
			if (err == nil) != tt.same {
				t.Errorf("%q and %q are the same: %t, want %t\n%v", tt.want, got, err == nil, tt.same, err)
			}
		})
	}
}

func TestOutputFind(t *testing.T) {
	t.Parallel()
	text := "on:\n  push:\n    branches: [main]\nuntil: 2089-12-31T18:00:00Z\n"
	for part, want := range map[string]bool{
		"  push:\n    branches: [main]\n":     true,
		"  push:\n    branches: […]\n":        true,
		"push:\n    branches: [main]\n":       false,
		"    push:\n    branches: [main]\n":   false,
		"until: 2089-12-31T18:00:00Z\n":       true,
		"until: 2089-12-31T19:00:00Z\n":       false,
		"  push:\nuntil: 2089-12-31T18:00:00": false,
	} {
		if err := (Output{Anything: "…"}).Find(part, text); (err == nil) != want {
			t.Errorf("%q is found: %t, want %t (%v)", part, err == nil, want, err)
		}
	}
	if err := (Output{}).Compare("a…\n", "ab\n"); err == nil {
		t.Error("… stands for a text, although it should not")
	}
}
