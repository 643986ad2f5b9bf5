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
	"encoding/json"
	"errors"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const authorPolicy = "stakeholder-operator-request-author"

// anonymous is a spec that does not say who asks.
func anonymous(changes fields) fields {
	spec := asked(changes)
	delete(spec, "requestedBy")
	return spec
}

// TestRequestAuthor lets people create requests that do not say who asks, without the component and with it.
func TestRequestAuthor(t *testing.T) {
	p := newProduct(t)
	err := create1(anonymous(nil))(t.Context(), p.clients["ann"], p.namespace)
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "spec.requestedBy: Required value") {
		t.Errorf("without the component, a request that does not say who asks gives %v", err)
	}
	install(t, "request-author")
	controlplane.Eventually(t, patience, "the component is in force", func() error {
		return create1(anonymous(nil))(t.Context(), p.clients["ann"], p.namespace)
	})
	odd := `CORP\o'hara, "x"`
	bind(t, p.namespace, "edit", odd)
	waitHeld(t, odd, p.namespace, []right{"ask stakeholders.dev/stakeholderrequests"}, true)
	p.clients[odd] = as(t, odd)
	for user, reason := range map[string]string{
		"ann": "A user asks.", pipeline: "So does a ServiceAccount.", odd: "A directory's name is one, too.", "root": "A cluster admin asks as themselves.",
		"una": "An end user requests a feature.",
	} {
		object := request(p.namespace, "new", anonymous(fields{"topic": "feature-request", "responses": []any{answer(user, "Comment")}}))
		if err := p.clients[user].Create(t.Context(), object, client.DryRunAll); err != nil {
			t.Errorf("%s %s gets %v", reason, user, err)
		} else if by, _, err := unstructured.NestedString(object.Object, "spec", "requestedBy"); by != user || err != nil {
			t.Errorf("%s It says that %q asks (%v), want %q", reason, by, err, user)
		}
	}
	for name, tc := range map[string]try{
		"Applied":    {"Server-side apply creates, too.", "ann", apply1("new", anonymous(nil)), ""},
		"OwnName":    {"A name that is there stays.", "ann", create1(asked(nil)), ""},
		"Another":    {"Also a wrong one, which is refused.", "ann", create1(asked(fields{"requestedBy": "chris"})), "NotYourName: spec.requestedBy is chris, and ann asks: "},
		"MayNotAsk":  {"A name gives no right.", "una", create1(anonymous(nil)), "MayNotAsk: una may not ask about release"},
		"ForAnother": {"No answer of another user comes with it.", "ann", create1(anonymous(answers(answer("chris", "Approve")))), "NotYourName: ann adds an answer of chris: "},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, p) })
	}
	t.Run("AppliedAgain", func(t *testing.T) { testAppliedAgain(t, p) })
	t.Run("Stored", func(t *testing.T) {
		testStored(t, build(t, withDefault("request-author")), "MutatingAdmissionPolicy", authorPolicy)
	})
}

// testAppliedAgain applies a request that does not say who asks twice, as a GitOps tool does: the second time changes nothing.
func testAppliedAgain(t *testing.T, p *product) {
	t.Helper()
	body, err := json.Marshal(request(p.namespace, "applied", anonymous(nil)))
	if err != nil {
		t.Fatal(err)
	}
	first, second := request(p.namespace, "applied", nil), request(p.namespace, "applied", nil)
	tool := p.clients[pipeline]
	err = errors.Join(
		tool.Patch(t.Context(), first, client.RawPatch(types.ApplyPatchType, body), client.FieldOwner("gitops")),
		tool.Patch(t.Context(), second, client.RawPatch(types.ApplyPatchType, body), client.FieldOwner("gitops")))
	if err != nil {
		t.Fatal(err)
	}
	if first.GetResourceVersion() != second.GetResourceVersion() {
		t.Errorf("it was written again: %v, then %v", first.Object, second.Object)
	}
	// Another user who applies the same asks nothing new.
	if err := p.clients["ann"].Patch(t.Context(), second, client.RawPatch(types.ApplyPatchType, body), client.FieldOwner("ann")); err != nil {
		t.Error("another user applies the same:", err)
	}
}
