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

package suite

import (
	"context"
	"errors"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// AdmissionPolicy is the name of a ValidatingAdmissionPolicy of config/admission and of its binding, as installed.
type AdmissionPolicy string

// The admission policies.
const (
	// PolicyRoles refuses maps with conflicting roles.
	PolicyRoles AdmissionPolicy = "stakeholder-operator-stakeholdermap-roles"
	// PolicyAdvice warns.
	PolicyAdvice AdmissionPolicy = "stakeholder-operator-stakeholdermap-advice"
	// PolicyGrantBindings refuses RoleBindings that pass on what a map gives, and PolicyGrantRoles such Roles.
	PolicyGrantBindings AdmissionPolicy = "stakeholder-operator-grant-bindings"
	PolicyGrantRoles    AdmissionPolicy = "stakeholder-operator-grant-roles"
	// PolicyRequestAuthors refuses requests and answers in another user's name.
	PolicyRequestAuthors AdmissionPolicy = "stakeholder-operator-request-authors"
)

// Labels of namespaces, for Unguard.
const (
	// Unguarded is a label of the tests' own.
	Unguarded = "test.stakeholders.dev/unguarded"
	// EveryNamespace is a label that the API server gives every namespace.
	EveryNamespace = corev1.LabelMetadataName
)

// Unguard turns admission policies off in the namespaces that have a label, and returns when the API server no longer
// asks them there. Objects without a namespace stay guarded.
func (s *Suite) Unguard(ctx context.Context, label string, policies ...AdmissionPolicy) error {
	for _, policy := range policies {
		binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
		if err := s.Admin.Get(ctx, client.ObjectKey{Name: string(policy)}, binding); err != nil {
			return err
		}
		before := binding.DeepCopy()
		binding.Spec.MatchResources = &admissionregistrationv1.MatchResources{NamespaceSelector: &metav1.LabelSelector{
			MatchExpressions: []metav1.LabelSelectorRequirement{{Key: label, Operator: metav1.LabelSelectorOpDoesNotExist}},
		}}
		if err := s.Admin.Patch(ctx, binding, client.MergeFrom(before)); err != nil {
			return err
		}
	}
	return s.waitBindingsInForce(ctx)
}

// waitBindingsInForce returns when the API server uses all bindings of admission policies as they are now.
//
// It learns of bindings from one watch, in the order in which they were written, and compiles all of them at once. So
// they are in force when a later binding is in force: that of a policy that refuses a ConfigMap with the name of the
// binding.
func (s *Suite) waitBindingsInForce(ctx context.Context) (err error) {
	// An earlier one can still be in force after it was deleted, so each has a different name.
	name := "marker-" + rand.String(10)
	objects := []client.Object{markerPolicy(name), &admissionregistrationv1.ValidatingAdmissionPolicyBinding{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{
			PolicyName: name, ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny},
		},
	}}
	defer func() {
		for _, object := range objects {
			err = errors.Join(err, client.IgnoreNotFound(s.Admin.Delete(ctx, object)))
		}
	}()
	for _, object := range objects {
		if err := s.Admin.Create(ctx, object); err != nil {
			return err
		}
	}
	return controlplane.WaitFor(ctx, Patience, "the API server goes by the bindings of admission policies", func() error {
		marked := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: metav1.NamespaceDefault, Name: name}}
		if err := s.Admin.Create(ctx, marked, client.DryRunAll); !apierrors.IsInvalid(err) {
			return fmt.Errorf("what a later binding refuses gives %w", err)
		}
		return nil
	})
}

// markerPolicy refuses a ConfigMap of its name.
func markerPolicy(name string) client.Object {
	return &admissionregistrationv1.ValidatingAdmissionPolicy{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{
			MatchConstraints: &admissionregistrationv1.MatchResources{
				ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
					ResourceNames: []string{name},
					RuleWithOperations: admissionregistrationv1.RuleWithOperations{
						Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create},
						Rule: admissionregistrationv1.Rule{
							APIGroups: []string{corev1.GroupName}, APIVersions: []string{"v1"}, Resources: []string{"configmaps"},
						},
					},
				}},
			},
			Validations: []admissionregistrationv1.Validation{{Expression: "false"}},
		},
	}
}
