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
	"cmp"
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
	Namespace string              `json:"namespace"`
	Name      string              `json:"name"`
	Map       string              `json:"map"`
	Topic     string              `json:"topic"`
	Class     v1alpha1.TopicClass `json:"class,omitempty"`
	Title     string              `json:"title"`
	Subject   string              `json:"subject,omitempty"`
	AskedBy   string              `json:"askedBy"`
	AskedAt   metav1.Time         `json:"askedAt"`
	To        []string            `json:"to,omitempty"`
	Outcome   v1alpha1.Outcome    `json:"outcome"`
	// DueAt is when the topic's time to respond passes, or when the request expires if that comes first. Absent if there is an outcome.
	DueAt   *metav1.Time `json:"dueAt,omitempty"`
	Overdue bool         `json:"overdue,omitempty"`
	// Message says what it waits for, or what came of it.
	Message string `json:"message,omitempty"`
}

func listed(r *v1alpha1.StakeholderRequest, now time.Time) listedRequest {
	out := listedRequest{
		Namespace: r.Namespace, Name: r.Name, Map: r.Spec.Map, Topic: r.Spec.Topic, Class: r.Status.Class, Title: r.Spec.Title,
		Subject: r.Spec.Subject, AskedBy: r.Spec.RequestedBy, AskedAt: r.CreationTimestamp, To: r.Status.To,
		Outcome: cmp.Or(r.Status.Outcome, v1alpha1.OutcomePending), Overdue: inquiry.IsOverdue(r, now), Message: inquiry.ProgressOf(r).Message,
	}
	if out.Outcome == v1alpha1.OutcomePending {
		due := metav1.NewTime(inquiry.Due(r))
		out.DueAt = &due
	}
	return out
}

// requestList is what `requests` prints.
type requestList struct {
	metav1.TypeMeta `json:",inline"`

	Items []listedRequest `json:"items"`

	namespace string
	now       time.Time
}

// Names implements output.Named.
func (l *requestList) Names() []string {
	names := make([]string, len(l.Items))
	for i := range l.Items {
		names[i] = inquiry.Kind + "/" + l.Items[i].Name
	}
	return names
}

// Text implements output.Result.
func (l *requestList) Text(t *terminal.Terminal, options output.TextOptions) error {
	if len(l.Items) == 0 {
		t.Note("No request found.")
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
