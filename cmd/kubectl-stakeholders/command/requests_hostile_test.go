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
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// hostile is what an attacker would write to colour, hide and forge what another user sees. The schema of requests refuses it, and
// one of an older version may not.
const hostile = "\x1b[2J\x1b[31mApproved\x1b[0m\u202e\u200b\r\nforged\t"

func hostileRequest() *v1alpha1.StakeholderRequest {
	at := metav1.NewTime(time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC))
	return &v1alpha1.StakeholderRequest{
		ObjectMeta: metav1.ObjectMeta{Namespace: hostile, Name: hostile, CreationTimestamp: at},
		Spec: v1alpha1.StakeholderRequestSpec{
			Map: hostile, Topic: hostile, Title: hostile, Subject: hostile, RequestedBy: hostile,
			Responses: []v1alpha1.Response{{By: hostile, Verdict: v1alpha1.VerdictApprove, Comment: hostile, Groups: []string{hostile}}},
		},
		Status: v1alpha1.StakeholderRequestStatus{
			Class: v1alpha1.ClassApproval, To: []string{hostile}, Outcome: v1alpha1.OutcomePending,
			Decisions:  []v1alpha1.Decision{{By: hostile, Verdict: v1alpha1.VerdictApprove, Groups: []string{hostile}, Parties: []string{hostile}, At: &at}},
			Conditions: []metav1.Condition{{Type: "Ready", Message: hostile}},
		},
	}
}

// TestHanging has texts that fit, that do not, and that show nothing.
func TestHanging(t *testing.T) {
	t.Parallel()
	narrow := &terminal.Terminal{Width: 20}
	cases := map[string]string{
		"short": "Title:    short", "a b c d e f g": "Title:    a b c d e\n          f g", "sha256:0123456789abcdef": "Title:    sha256:0123456789abcdef",
		"": "Title:    ", "  ": "Title:    ",
	}
	for text, want := range cases {
		if got := labelled(narrow, "Title", text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestHostileRequests shows what requests contain, and obeys none of it.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	r := hostileRequest()
	now := r.CreationTimestamp.Add(time.Hour)
	answers := []v1alpha1.Verdict{v1alpha1.VerdictApprove}
	named := product.Reference{Namespace: hostile, Name: hostile, DisplayName: hostile}
	audited := &auditReport{Product: named, Topic: hostile, Items: []inquiry.Record{inquiry.RecordOf(r, nil)}}
	results := map[string]output.Result{
		"request":  &requested{request: r, dryRun: "none"},
		"answer":   &given{request: r, response: &r.Spec.Responses[0], verdict: v1alpha1.VerdictApprove, changed: true, known: true},
		"comment":  &given{request: r, response: &r.Spec.Responses[0], before: &r.Spec.Responses[0], verdict: v1alpha1.VerdictComment},
		"withdraw": &withdrawn{request: r, name: hostile},
		"inbox":    &inboxList{User: hostile, Items: []inboxItem{{listedRequest: listed(r, now), For: []string{hostile}, Answers: answers}}, now: now},
		"no inbox": &inboxList{User: hostile},
		"requests": &requestList{Items: []listedRequest{listed(r, now)}, now: now},
		"audit":    audited,
		"no audit": &auditReport{Product: named, Topic: hostile},
	}
	for name, result := range results {
		for _, wide := range []bool{false, true} {
			var out bytes.Buffer
			streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out}
			if err := result.Text(terminal.New(streams, func(string) string { return "" }), output.TextOptions{Wide: wide}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.SplitSeq(strings.TrimSuffix(out.String(), "\n"), "\n") {
				if !visible.Line(line) || strings.HasPrefix(line, "forged") {
					t.Errorf("%s, wide %t, obeys it: %q", name, wide, line)
				}
			}
		}
	}
	// A program reads what is there, and a spreadsheet runs no formula.
	audited.Items[0].Title = "=HYPERLINK(1)"
	var table bytes.Buffer
	if err := csvOfAudit["csv"](&table, audited); err != nil || !strings.Contains(table.String(), ",'=HYPERLINK(1),") {
		t.Errorf("%v: %s", err, table.String())
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(table.String(), "\n"), "\n") {
		if !visible.Line(line) || strings.HasPrefix(line, "forged") {
			t.Errorf("a line of CSV obeys it: %q", line)
		}
	}
	if err := csvOfAudit["csv"](io.Discard, &requestList{}); err == nil {
		t.Error("a list of requests is no audit")
	}
}
