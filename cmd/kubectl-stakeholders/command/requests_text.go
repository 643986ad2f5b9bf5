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

package command

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// listedRequest is a request in a list.
type listedRequest struct {
	inquiry.Summary `json:",inline"`

	// DueAt is when the topic's time to respond passes, or when the request expires if that comes first. Absent if there is an outcome.
	DueAt   *metav1.Time `json:"dueAt,omitempty"`
	Overdue bool         `json:"overdue,omitempty"`
	// Message says what it waits for, or what came of it.
	Message string `json:"message,omitempty"`
}

func listed(r *v1alpha1.StakeholderRequest, now time.Time) listedRequest {
	out := listedRequest{Summary: inquiry.SummaryOf(r), Overdue: inquiry.IsOverdue(r, now), Message: inquiry.ProgressOf(r).Message}
	if out.Outcome == v1alpha1.OutcomePending {
		due := metav1.NewTime(inquiry.Due(r))
		out.DueAt = &due
	}
	return out
}

// fullNames returns the names of requests in a list, for -o name.
func fullNames[T any](items []T, name func(*T) string) []string {
	names := make([]string, len(items))
	for i := range items {
		names[i] = name(&items[i])
	}
	return names
}

// requestList is what `requests` prints.
type requestList struct {
	metav1.TypeMeta `json:",inline"`

	Items []listedRequest `json:"items"`

	namespace string
	// product that the requests are about, if the user names one.
	product string
	// overdue and open say that only such requests are listed.
	overdue, open bool
	now           time.Time
}

// none says that the list is empty, and what is not in it.
func (l *requestList) none() string {
	which, hint := "", ""
	switch {
	case l.overdue:
		which = "overdue "
	case l.open:
		which, hint = "open ", " --all lists those that have an outcome, too."
	}
	about := ""
	if l.product != "" {
		about = " about " + l.product
	}
	return "No " + which + "request" + about + " found." + hint
}

// Names implements output.Named.
func (l *requestList) Names() []string { return fullNames(l.Items, (*listedRequest).FullName) }

// Text implements output.Result.
func (l *requestList) Text(t *terminal.Terminal, options output.TextOptions) error {
	if len(l.Items) == 0 {
		t.Note(l.none())
		return nil
	}
	table := &terminal.Table{Header: []string{"REQUEST", "TOPIC", "TITLE", "OUTCOME", "DUE", "AGE"}, Shorten: []string{"TOPIC", "TITLE"}}
	if options.Wide {
		table.Header = append(table.Header, "PRODUCT", "ASKED BY", "SUBJECT", "STATUS")
	}
	for i := range l.Items {
		r := &l.Items[i]
		row := []string{
			inquiry.NameIn(l.namespace, r.Namespace, r.Name), r.Topic, r.Title, string(r.Outcome), dueText(r.DueAt, r.Overdue, l.now), age(r.AskedAt, l.now),
		}
		if options.Wide {
			row = append(row, product.Key(r.Namespace, r.Map), r.AskedBy, r.Subject, r.Message)
		}
		table.Add(row...)
	}
	return options.Write(t, table)
}

// dueText says when something is due: "in 3h", or "overdue 2h".
func dueText(due *metav1.Time, overdue bool, now time.Time) string {
	switch {
	case due == nil:
		return ""
	case overdue:
		return "overdue " + duration.ShortHumanDuration(now.Sub(due.Time))
	default:
		return "in " + duration.HumanDuration(due.Sub(now))
	}
}

func age(since metav1.Time, now time.Time) string { return duration.HumanDuration(now.Sub(since.Time)) }
