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

package inquiry_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
)

func TestKey(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ text, namespace, name string }{
		"name":           {"r1", "payments", "r1"},
		"with namespace": {"shop/r1", "shop", "r1"},
		"of -o name":     {"stakeholderrequest.stakeholders.dev/r1", "payments", "r1"},
		"with dots":      {"r1.2", "payments", "r1.2"},
		"empty":          {"", "", ""},
		"no namespace":   {"/r1", "", ""},
		"no name":        {"shop/", "", ""},
		"too many":       {"a/b/c", "", ""},
		"upper case":     {"R1", "", ""},
		"hostile":        {"r1\x1b[31m", "", ""},
	}
	for name, tc := range cases {
		namespace, got, err := inquiry.Key(tc.text, "payments")
		if namespace != tc.namespace || got != tc.name || (err != nil) != (tc.name == "") {
			t.Errorf("%s: %s/%s, %v", name, namespace, got, err)
		}
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	all := []v1alpha1.Verdict{
		v1alpha1.VerdictApprove, v1alpha1.VerdictReject, v1alpha1.VerdictAccept, v1alpha1.VerdictDecline, v1alpha1.VerdictDefer,
		v1alpha1.VerdictSupport, v1alpha1.VerdictComment,
	}
	want := map[v1alpha1.TopicClass]string{
		v1alpha1.ClassApproval: "approve or reject", v1alpha1.ClassFeatureRequest: "accept, decline or defer", v1alpha1.ClassConsultation: "comment",
	}
	for class, commands := range want {
		if got := inquiry.Commands(inquiry.Deciding(class)); got != commands {
			t.Errorf("%s is decided by %s", class, got)
		}
		for _, v := range all {
			if !inquiry.Fits(v, "") {
				t.Errorf("%s does not fit a class that is not known", v)
			}
			fits := v == v1alpha1.VerdictComment || strings.Contains(commands, strings.ToLower(string(v))) ||
				v == v1alpha1.VerdictSupport && class == v1alpha1.ClassFeatureRequest
			if got := inquiry.Fits(v, class); got != fits {
				t.Errorf("%s fits %s: %t", v, class, got)
			}
		}
	}
	var done []string
	for _, v := range all {
		done = append(done, inquiry.PastTense(v))
	}
	if diff := cmp.Diff([]string{"approved", "rejected", "accepted", "declined", "deferred", "supported", "commented on"}, done); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefusalIn(t *testing.T) {
	t.Parallel()
	const policy = `stakeholderrequests.stakeholders.dev "r1" is forbidden: ValidatingAdmissionPolicy 'request-authors' with binding 'request-authors' denied request: `
	cases := map[string]struct {
		reason, message string
		want            inquiry.Refusal
	}{
		"known":   {"the code and the message", policy + "MayNotAnswer: eve may not approve it", inquiry.Refusal{Code: inquiry.MayNotAnswer, Message: "eve may not approve it"}},
		"rights":  {"RBAC refuses it", `stakeholderrequests.stakeholders.dev "r1" is forbidden: User "eve" cannot patch resource`, inquiry.Refusal{}},
		"another": {"another policy refuses it", policy + "TooLate: it is after 5 o'clock", inquiry.Refusal{}},
	}
	for name, tc := range cases {
		if diff := cmp.Diff(tc.want, inquiry.RefusalIn(tc.message)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", name, tc.reason, diff)
		}
	}
}

func TestQuestion(t *testing.T) {
	t.Parallel()
	links := map[string]v1alpha1.Link{
		"https://shop.example/log":      {Title: "shop.example/log", URL: "https://shop.example/log"},
		"Changes=https://shop.example":  {Title: "Changes", URL: "https://shop.example"},
		"https://a.example/?b=https://": {Title: "a.example/?b=https://", URL: "https://a.example/?b=https://"},
		"http://shop.example":           {Title: "http://shop.example", URL: "http://shop.example"},
	}
	for text, want := range links {
		if diff := cmp.Diff(want, inquiry.Link(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	if title := inquiry.Link("https://" + strings.Repeat("é", 200)).Title; len([]rune(title)) != 128 {
		t.Errorf("the title of a long link has %d characters", len([]rune(title)))
	}
	if got := inquiry.Description("a\r\n\tb\n\n"); got != "a\n    b" {
		t.Errorf("%q", got)
	}
	asked := v1alpha1.StakeholderRequestSpec{Map: "checkout", Topic: "release", Title: "Release 1.4", RequestedBy: "ann"}
	first, second := inquiry.New("payments", "r1", asked), inquiry.New("payments", "r1", asked)
	second.Spec.Responses, second.Spec.Withdrawn = []v1alpha1.Response{says("cfo", v1alpha1.VerdictApprove)}, new(true)
	if !inquiry.Asks(first, second) {
		t.Error("an answer changes what is asked")
	}
	for name, change := range map[string]func(*v1alpha1.StakeholderRequestSpec){
		"subject": func(s *v1alpha1.StakeholderRequestSpec) { s.Subject = "x" },
		"user":    func(s *v1alpha1.StakeholderRequestSpec) { s.RequestedBy = "eve" },
		"links":   func(s *v1alpha1.StakeholderRequestSpec) { s.Links = []v1alpha1.Link{inquiry.Link("https://x.example")} },
	} {
		other := inquiry.New("payments", "r1", asked)
		change(&other.Spec)
		if inquiry.Asks(first, other) {
			t.Errorf("another %s asks the same", name)
		}
	}
	if name := inquiry.New("payments", "", asked).GenerateName; name != "checkout-release-" {
		t.Error(name)
	}
}
