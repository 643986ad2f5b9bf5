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
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// inboxItem is a request that waits for the user.
type inboxItem struct {
	listedRequest `json:",inline"`

	// For are the parties for which the user can answer. Absent if the user may not read the map.
	For []string `json:"for,omitempty"`
	// Answers are the verdicts that the user can give.
	Answers []v1alpha1.Verdict `json:"answers"`
}

// inboxList is what `inbox` prints.
type inboxList struct {
	metav1.TypeMeta `json:",inline"`

	User  string      `json:"user"`
	Items []inboxItem `json:"items"`

	namespace string
	now       time.Time
}

// Names implements output.Named.
func (l *inboxList) Names() []string { return fullNames(l.Items, (*inboxItem).FullName) }

// Text implements output.Result.
func (l *inboxList) Text(t *terminal.Terminal, options output.TextOptions) error {
	if len(l.Items) == 0 {
		t.Note("No request waits for " + l.User + ".")
		return nil
	}
	table := &terminal.Table{Header: []string{"REQUEST", "TITLE", "FOR", "DUE", "ANSWER"}, Shorten: []string{"TITLE", "FOR"}}
	if options.Wide {
		table.Header = append(table.Header, "PRODUCT", "TOPIC", "ASKED BY", "SUBJECT", "AGE")
	}
	for i := range l.Items {
		r := &l.Items[i]
		row := []string{
			inquiry.NameIn(l.namespace, r.Namespace, r.Name), r.Title, strings.Join(r.For, ","), dueText(r.DueAt, r.Overdue, l.now),
			strings.ReplaceAll(inquiry.Commands(r.Answers), " or ", ", "),
		}
		if options.Wide {
			row = append(row, product.Key(r.Namespace, r.Map), r.Topic, r.AskedBy, r.Subject, age(r.AskedAt, l.now))
		} else {
			// One of them is enough to see how to answer.
			row[4] = inquiry.Commands(r.Answers[:1])
		}
		table.Add(row...)
	}
	return options.Write(t, table)
}
