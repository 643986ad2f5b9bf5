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

package rights

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// withoutPolicy deletes the policy for requests while f runs, as a cluster admin can. The next test needs it again.
func withoutPolicy(t *testing.T, p *product, f func()) {
	t.Helper()
	if _, err := plane.Kubectl(t.Context(), "delete", "validatingadmissionpolicy", requestPolicy); err != nil {
		t.Fatal(err)
	}
	defer func() {
		root, err := controlplane.Root()
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.WithoutCancel(t.Context())
		if _, err := plane.Kubectl(ctx, "apply", "--server-side", "-k", filepath.Join(root, "config", "default")); err != nil {
			t.Fatal(err)
		}
		p.waitForPolicy(t)
	}()
	controlplane.Eventually(t, patience, "the API server no longer has the policy", func() error {
		return create1(asked(nil))(t.Context(), admin, p.namespace)
	})
	f()
}

// TestWithoutThePolicyEverythingPasses makes sure that only the policy refuses what it is for. The tests of the operator rely on
// it: what gets in this way must not count.
func TestWithoutThePolicyEverythingPasses(t *testing.T) {
	p := newRequests(t)
	withoutPolicy(t, p, func() {
		for name, tc := range map[string]try{
			"Another":    {"A user asks in the name of another.", "ann", create1(asked(fields{"requestedBy": "chris"})), ""},
			"MayNotAsk":  {"An end user asks about a release.", "una", create1(asked(nil)), ""},
			"ForAnother": {"A user answers for another.", "cleo", operation("release", "replace", "responses/0/verdict", "Reject"), ""},
			"Group":      {"A user claims a group.", "cleo", apply1("release", answers(answer("cleo", "Approve", procurement))), ""},
			"NoRight":    {"A user answers without the right.", "una", operation("release", "replace", "responses/1/verdict", "Approve"), ""},
			"Withdraw":   {"A user withdraws the request of another.", "chris", spec("release", fields{"withdrawn": true}), ""},
			"TooLate":    {"A user answers after the outcome.", "cleo", apply1("decided", answers(answer("cleo", "Reject"))), ""},
			"Owner":      {"A user has the garbage collector delete it.", "una", metadata("release", owner()), ""},
		} {
			t.Run(name, func(t *testing.T) { tc.check(t, p) })
		}
	})
}

// longName is a text of some length that begins with its number.
func longName(length, number int) string {
	return fmt.Sprintf("%d-%s", number, strings.Repeat("x", length))[:length]
}

// longAnswer is the longest that the CRD allows.
func longAnswer(by int, verdict string) fields {
	out := answer(longName(339, by), verdict)
	out["comment"], out["groups"] = strings.Repeat("y", 1024), longGroups(1000)
	return out
}

func longGroups(from int) []any {
	out := make([]any, 8)
	for i := range out {
		out[i] = longName(253, from+i)
	}
	return out
}

// TestLargestRequest makes sure that CEL's cost limits suffice for 128 answers, each with 8 groups and the longest names, of a user
// who is in 1000 groups. The duration is only logged, since it depends on the machine.
func TestLargestRequest(t *testing.T) {
	p := newProduct(t)
	const me = 500
	user := longName(339, me)
	create(t, bindingTo(p.namespace, "largest", "Role", "stakeholders:checkout:customer", user))
	waitHeld(t, user, p.namespace, []right{"patch stakeholders.dev/stakeholderrequests"}, true)
	who := rest.ImpersonationConfig{UserName: user}
	for i := range 1000 {
		who.Groups = append(who.Groups, longName(253, 1000+i))
	}
	var err error
	if p.clients["me"], err = connect(who); err != nil {
		t.Fatal(err)
	}
	others := make([]any, 127)
	for i := range others {
		verdict := "Comment"
		if i >= 95 {
			verdict = "Reject"
		}
		others[i] = longAnswer(100+i, verdict)
	}
	edited := func(edit func(fields)) []any {
		out := make([]any, len(others))
		for i := range others {
			out[i] = longAnswer(100+i, others[i].(fields)["verdict"].(string)) //nolint:errcheck,forcetypeassert // made above
			edit(out[i].(fields))                                              //nolint:errcheck,forcetypeassert // made here
		}
		return out
	}
	mine, strange := longAnswer(me, "Approve"), longAnswer(me, "Approve")
	strange["groups"] = longGroups(9000)
	withoutPolicy(t, p, func() {
		create(t, request(p.namespace, "largest", asked(answers(others...))))
		create(t, request(p.namespace, "full", asked(answers(append(slices.Clone(others), mine)...))))
	})
	name := user[:80] + "…"
	trespass := func(who, does string) string {
		return "NotYourName: " + who + " " + does + " 100-" + strings.Repeat("x", 100-len(does)-5) + "… (and 126 more): "
	}
	for what, tc := range map[string]try{
		"Answer":     {"The last answer that fits.", "me", apply1("largest", answers(mine)), ""},
		"WholeList":  {"The same with the whole list.", "me", spec("largest", answers(append(slices.Clone(others), mine)...)), ""},
		"TakeBack":   {"It is taken back.", "me", operation("full", "remove", "responses/127", nil), ""},
		"Group":      {"It claims groups that the user is not in.", "me", apply1("largest", answers(strange)), "NotYourGroup: " + name + " is not in the group 9000-" + strings.Repeat("x", 75) + "…, nor in 7 more: "},
		"RemoveAll":  {"All others are removed.", "me", spec("largest", answers(mine)), trespass(name, "removes the answer of")},
		"AddAll":     {"All others come with a new request.", "root", create1(asked(fields{"requestedBy": "root", "responses": others})), trespass("root", "adds an answer of")},
		"RenameAll":  {"All others get another name.", "me", spec("largest", answers(edited(func(a fields) { a["by"] = "z" + a["by"].(string)[:338] })...)), "NotYourName: " + name + " removes the answer of 100-"}, //nolint:errcheck,forcetypeassert // made above
		"EditAll":    {"The comments of all others change.", "me", spec("largest", answers(edited(func(a fields) { a["comment"] = strings.Repeat("z", 1024) })...)), "NotYourName: " + name + " changes the answer of 100-"},
		"RegroupAll": {"The last group of all others changes.", "me", spec("largest", answers(edited(func(a fields) { a["groups"] = append(longGroups(1000)[:7], "z") })...)), "NotYourName: " + name + " changes the answer of 100-"},
		"ReverseAll": {"The order is reversed.", "me", spec("largest", answers(reversed(others)...)), "NotYourName: " + name + " changes the order of answers of other users: "},
		"Requester":  {"The name of the user who asks is long.", "root", create1(asked(fields{"requestedBy": user})), "NotYourName: spec.requestedBy is " + name + ", and root asks: "},
	} {
		t.Run(what, func(t *testing.T) {
			begin := time.Now()
			tc.check(t, p)
			t.Logf("judged in %s", time.Since(begin).Round(time.Millisecond))
		})
	}
}

func reversed(list []any) []any {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}
