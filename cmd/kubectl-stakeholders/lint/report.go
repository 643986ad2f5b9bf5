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

package lint

import (
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Report has all findings, in the order of the files.
type Report struct {
	Findings []Finding `json:"items"`
	Summary  Summary   `json:"summary"`
}

// Summary counts.
type Summary struct {
	Maps     int `json:"maps"`
	Policies int `json:"policies"`
	Requests int `json:"requests"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	// Unread are the documents that could not be checked. They count as errors, too.
	Unread int `json:"unread"`
}

// Objects is the number of objects that were checked.
func (s *Summary) Objects() int { return s.Maps + s.Policies + s.Requests }

func (r *Report) add(objects []*manifest.Document, findings []Finding) {
	for _, d := range objects {
		switch d.Kind {
		case names.KindMap:
			r.Summary.Maps++
		case names.KindPolicy:
			r.Summary.Policies++
		case names.KindRequest:
			r.Summary.Requests++
		}
	}
	for i := range findings {
		if findings[i].Level == Error {
			r.Summary.Errors++
		} else {
			r.Summary.Warnings++
		}
		if findings[i].IsUnread() {
			r.Summary.Unread++
		}
	}
	r.Findings = append(r.Findings, findings...)
}

// Has reports whether there is a finding of a level, or a worse one.
func (r *Report) Has(level Level) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level == Error || f.Level == level })
}
