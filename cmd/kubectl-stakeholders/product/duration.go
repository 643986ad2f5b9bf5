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

package product

import (
	"regexp"
	"strconv"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
	// longest keeps sums from overflowing.
	longest = 100 * 366 * day
)

var (
	units = map[string]time.Duration{"w": week, "d": day, "h": time.Hour, "m": time.Minute, "s": time.Second}
	parts = regexp.MustCompile(`(\d{1,9})([wdhms])`)
	whole = regexp.MustCompile(`^(\d{1,9}[wdhms])+$`)
)

// ParseDuration reads a duration with weeks and days: "30d", "2w", "1d12h".
func ParseDuration(text string) (time.Duration, error) {
	if !whole.MatchString(text) {
		return 0, failure.Usage("%q is no duration: write it as 30d, 2w or 12h", text)
	}
	var sum time.Duration
	for _, part := range parts.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(part[1])
		if err != nil || time.Duration(n) > longest/units[part[2]] {
			return 0, failure.Usage("%s is too long: use at most 36600d", text)
		}
		if sum += time.Duration(n) * units[part[2]]; sum > longest {
			return 0, failure.Usage("%s is too long: use at most 36600d", text)
		}
	}
	if sum == 0 {
		return 0, failure.Usage("%q is no time at all: write it as 30d, 2w or 12h", text)
	}
	return sum, nil
}
