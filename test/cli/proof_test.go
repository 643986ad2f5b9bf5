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

package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// reviewProof asks the API server about every right in a table of import --prove. Caches of the API server lag behind.
func reviewProof(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || args[0] != "before" && args[0] != "after" {
		ts.Fatalf("usage: reviewed before|after FILE")
	}
	var proof importer.Proof
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &proof))
	if len(proof.Items) == 0 {
		ts.Fatalf("%s has no rights", args[1])
	}
	t := testOf(ts)
	controlplane.Eventually(t, suite.Patience, "the API server agrees with what is held "+args[0], func() error {
		var wrong []string
		for i := range proof.Items {
			row := &proof.Items[i]
			want := row.Before
			if args[0] == "after" {
				want = row.After
			}
			for _, verb := range row.Verbs {
				review := reviewOf(row, verb)
				if err := env.Admin.Create(t.Context(), review); err != nil {
					return err
				}
				if review.Status.Allowed != (want == importer.Yes) || want == importer.Unknown {
					wrong = append(wrong, fmt.Sprintf("%s: %s: %s %s: the table says %s, and the API server %t", importer.SubjectName(row.Subject), row.Right, verb, args[0], want, review.Status.Allowed))
				}
			}
		}
		if len(wrong) > 0 {
			return fmt.Errorf("%d rights differ:\n%s", len(wrong), strings.Join(wrong, "\n"))
		}
		return nil
	})
}

// reviewOf is the question whether the subject of a row has a verb.
func reviewOf(row *importer.Row, verb string) *authorizationv1.SubjectAccessReview {
	spec := authorizationv1.SubjectAccessReviewSpec{User: row.Subject.Name, Groups: []string{"system:authenticated"}}
	switch row.Subject.Kind {
	case v1alpha1.SubjectGroup:
		spec.User, spec.Groups = "member", append(spec.Groups, row.Subject.Name)
	case v1alpha1.SubjectServiceAccount:
		all := "system:serviceaccounts"
		spec.User = "system:serviceaccount:" + row.Subject.Namespace + ":" + row.Subject.Name
		spec.Groups = append(spec.Groups, all, all+":"+row.Subject.Namespace)
	case v1alpha1.SubjectUser:
	}
	if row.Scope.URL != "" {
		spec.NonResourceAttributes = &authorizationv1.NonResourceAttributes{Path: row.Scope.URL, Verb: verb}
		return &authorizationv1.SubjectAccessReview{Spec: spec}
	}
	resource, part, _ := strings.Cut(row.Scope.Resource, "/")
	spec.ResourceAttributes = &authorizationv1.ResourceAttributes{
		Namespace: row.Scope.Namespace, Verb: verb, Group: row.Scope.Group, Resource: resource, Subresource: part, Name: row.Scope.Name,
	}
	return &authorizationv1.SubjectAccessReview{Spec: spec}
}
