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

import "testing"

// TestAskingAsYourself lets people create requests.
func TestAskingAsYourself(t *testing.T) {
	p := newProduct(t)
	const mayNotAsk = "MayNotAsk: una may not ask about "
	for name, tc := range map[string]try{
		"Editor":         {"A user who works in the namespace may ask about any topic.", "ann", create1(asked(nil)), ""},
		"EditorFeature":  {"That includes a feature request.", "ann", create1(wanted(fields{"requestedBy": "ann"})), ""},
		"Pipeline":       {"A pipeline asks as its ServiceAccount.", pipeline, create1(asked(fields{"requestedBy": pipeline})), ""},
		"Owned":          {"A pipeline can name itself as the owner, so that its request goes with it.", pipeline, createWith(asked(fields{"requestedBy": pipeline}), owner()), ""},
		"EndUser":        {"An end user may request a feature.", "una", create1(wanted(nil)), ""},
		"EndUserRelease": {"An end user may ask about no other topic.", "una", create1(asked(fields{"requestedBy": "una"})), mayNotAsk + "release of StakeholderMap checkout in namespace NAMESPACE: "},
		"EndUserOther":   {"The right is on one map.", "una", create1(wanted(fields{"map": "ledger"})), mayNotAsk + "feature-request of StakeholderMap ledger in namespace NAMESPACE: "},
		"Another":        {"No user asks in the name of another.", "ann", create1(asked(fields{"requestedBy": "chris"})), "NotYourName: spec.requestedBy is chris, and ann asks: "},
		"AnotherApplied": {"Server-side apply creates, too.", "ann", apply1("new", asked(fields{"requestedBy": "chris"})), "NotYourName: spec.requestedBy is chris, and ann asks: "},
		"Applied":        {"A GitOps tool applies a request of its own.", pipeline, apply1("new", asked(fields{"requestedBy": pipeline})), ""},
		"ClusterAdmin":   {"A cluster admin is not exempt.", "root", create1(asked(nil)), "NotYourName: spec.requestedBy is ann, and root asks: "},
		"Masters":        {"Neither is system:masters.", "masters", create1(asked(nil)), "NotYourName: spec.requestedBy is ann, and admin asks: "},
		"ForgedAnswer":   {"No answer of another user comes with a request.", "ann", create1(asked(answers(answer("chris", "Approve")))), "NotYourName: ann adds an answer of chris: "},
		"ForgedAnswers":  {"The message names one of several.", "ann", create1(asked(answers(answer("chris", "Approve"), answer("ann", "Comment"), answer("cleo", "Approve")))), "NotYourName: ann adds an answer of chris (and 1 more): "},
		"Restored":       {"A backup cannot be restored, with the answers that others gave.", "root", create1(asked(fields{"requestedBy": "root", "responses": []any{answer("chris", "Approve")}})), "NotYourName: root adds an answer of chris: "},
		"OwnComment":     {"The user who asks may comment at once.", "ann", create1(asked(answers(answer("ann", "Comment")))), ""},
		"OwnSupport":     {"An end user may support their own feature request at once.", "una", create1(wanted(answers(answer("una", "Support")))), ""},
		"OwnApproval":    {"To ask gives no right to answer.", "ann", create1(asked(answers(answer("ann", "Approve")))), "MayNotAnswer: ann may not approve release of StakeholderMap checkout in namespace NAMESPACE, which the verdict Approve needs: "},
		"OwnGroup":       {"The first answer claims no group either.", "ann", create1(asked(answers(answer("ann", "Comment", procurement)))), "NotYourGroup: ann is not in the group acme:procurement: "},
		"Withdrawn":      {"A request can be born withdrawn, to no effect.", "ann", create1(asked(fields{"withdrawn": true})), ""},
		"Finalizer":      {"A new request can always be deleted.", "una", createWith(wanted(nil), finalizers("example.com/hold")), "NotYourRequest: una may not delete this request, and so not change its finalizers and owners"},
		"AdminFinalizer": {"A user who may delete it may have it wait, as Argo CD does with its hooks.", "adam", createWith(asked(fields{"requestedBy": "adam"}), finalizers("argocd.argoproj.io/hook-finalizer")), ""},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t, p) })
	}
	t.Run("TypeCheck", func(t *testing.T) { testTypeCheck(t, requestPolicy) })
	t.Run("Stored", func(t *testing.T) { testStored(t, build(t, defaultOnly), "ValidatingAdmissionPolicy", requestPolicy) })
}
