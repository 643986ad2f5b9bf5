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
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
)

// TestAnswerPatch has the form of each patch. The suite test/cli applies them to requests that have changed meanwhile.
func TestAnswerPatch(t *testing.T) {
	t.Parallel()
	const same = `{"op":"test","path":"/metadata/uid","value":"request"}`
	answer := says("cfo", v1alpha1.VerdictApprove, "acme:procurement")
	const entry = `{"by":"cfo","groups":["acme:procurement"],"verdict":"Approve"}`
	cases := map[string]struct {
		reason string
		r      *v1alpha1.StakeholderRequest
		want   string
	}{
		"first": {
			"the first answer makes the list, unless another user has made it meanwhile", release(),
			`[` + same + `,{"op":"test","path":"/spec/responses","value":null},{"op":"add","path":"/spec/responses","value":[` + entry + `]}]`,
		},
		"first again": {
			"all answers were taken away", with(release(), func(r *v1alpha1.StakeholderRequest) { r.Spec.Responses = []v1alpha1.Response{} }),
			`[` + same + `,{"op":"test","path":"/spec/responses","value":[]},{"op":"add","path":"/spec/responses","value":[` + entry + `]}]`,
		},
		"another": {
			"an answer comes after those of others, however many there are by then", release(says("bea", v1alpha1.VerdictReject)),
			`[` + same + `,{"op":"add","path":"/spec/responses/-","value":` + entry + `}]`,
		},
		"change": {
			"an answer replaces that of the same person, and none of another", release(says("bea", v1alpha1.VerdictReject), says("cfo", v1alpha1.VerdictReject)),
			`[` + same + `,{"op":"test","path":"/spec/responses/1/by","value":"cfo"},{"op":"replace","path":"/spec/responses/1","value":` + entry + `}]`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := inquiry.AnswerPatch(tc.r, &answer)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestSaysSame(t *testing.T) {
	t.Parallel()
	first := v1alpha1.Response{By: "bea", Verdict: v1alpha1.VerdictApprove, Groups: []string{"b", "a"}, Comment: "fine"}
	cases := map[string]struct {
		second v1alpha1.Response
		want   bool
	}{
		"order of groups": {v1alpha1.Response{By: "bea", Verdict: v1alpha1.VerdictApprove, Groups: []string{"a", "b"}, Comment: "fine"}, true},
		"another verdict": {v1alpha1.Response{By: "bea", Verdict: v1alpha1.VerdictReject, Groups: []string{"a", "b"}, Comment: "fine"}, false},
		"another comment": {v1alpha1.Response{By: "bea", Verdict: v1alpha1.VerdictApprove, Groups: []string{"a", "b"}}, false},
		"another group":   {v1alpha1.Response{By: "bea", Verdict: v1alpha1.VerdictApprove, Groups: []string{"a"}, Comment: "fine"}, false},
	}
	for name, tc := range cases {
		if got := inquiry.SaysSame(&first, &tc.second); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestOwnGroups(t *testing.T) {
	t.Parallel()
	// A name that the API server reserves for itself is in no map.
	if diff := cmp.Diff([]string{"acme:procurement", "acme:shops"}, inquiry.OwnGroups(bea)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
