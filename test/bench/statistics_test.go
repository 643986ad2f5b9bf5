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

package bench

import (
	"math"
	"slices"
	"time"
)

// quantile is the smallest of some values that is at least as large as the share q of them. It is NaN if there are
// none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// ratios divides the values of each round, and returns the median, so that a slow round does not matter.
func ratios(operator, raw []float64) float64 {
	out := make([]float64, min(len(operator), len(raw)))
	for i := range out {
		out[i] = operator[i] / raw[i]
	}
	return median(out)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
