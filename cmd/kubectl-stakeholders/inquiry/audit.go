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

package inquiry

import (
	"cmp"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Record is a request as an auditor reads it.
type Record struct {
	Summary `json:",inline"`

	Required  int32        `json:"required,omitempty"`
	DecidedAt *metav1.Time `json:"decidedAt,omitempty"`
	// ValidUntil is when what an approval opened closes again.
	ValidUntil *metav1.Time `json:"validUntil,omitempty"`
	// Notes say what an auditor has to know beside that.
	Notes   []string `json:"notes,omitempty"`
	Answers []Answer `json:"answers"`
}

// RecordOf returns the record of a request. MapUID is that of the map of its name: empty if there is none, and nil if it is not known.
func RecordOf(r *v1alpha1.StakeholderRequest, mapUID *types.UID) Record {
	record := Record{
		Summary: SummaryOf(r), Required: r.Status.Required, DecidedAt: r.Status.DecidedAt, ValidUntil: r.Status.ValidUntil,
		Answers: Answers(r),
	}
	if record.Answers == nil {
		record.Answers = []Answer{}
	}
	if r.Status.Authorship == v1alpha1.AuthorshipUnverified {
		record.Notes = append(record.Notes, "It is not verified who asked, so it is never decided.")
	}
	if r.Status.Authorship == v1alpha1.AuthorshipWithdrawalUnverified {
		record.Notes = append(record.Notes, "It is not verified who withdrew it, so it is never decided.")
	}
	switch {
	case mapUID == nil:
	case *mapUID == "":
		record.Notes = append(record.Notes, "Its map does not exist any more.")
	case r.Status.MapUID != "" && r.Status.MapUID != string(*mapUID):
		record.Notes = append(record.Notes, "It was asked about an earlier map of this name.")
	}
	return record
}

// CompareAsked orders records by the time at which they were asked.
func CompareAsked(a, b Record) int {
	return cmp.Or(a.AskedAt.Compare(b.AskedAt.Time), strings.Compare(a.Name, b.Name))
}

// Row is one answer, or a request without answers, for a table.
type Row struct {
	*Record
	// Answer is nil if the request has none.
	Answer *Answer
}

// At is the time of a row: that of the answer, or else that of the request's end, or of its beginning.
func (row *Row) At() time.Time {
	switch {
	case row.Answer != nil && row.Answer.At != nil:
		return row.Answer.At.Time
	case row.DecidedAt != nil:
		return row.DecidedAt.Time
	default:
		return row.AskedAt.Time
	}
}

// Rows returns the answers of some records by time, and the requests that have none.
func Rows(records []Record) []Row {
	var rows []Row
	for i := range records {
		if len(records[i].Answers) == 0 {
			rows = append(rows, Row{Record: &records[i]})
		}
		for j := range records[i].Answers {
			rows = append(rows, Row{Record: &records[i], Answer: &records[i].Answers[j]})
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return a.At().Compare(b.At()) })
	return rows
}
