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
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
)

// defaultOnly is config/default as it is.
const defaultOnly = "resources: [CONFIG/default]\n"

// TestNames makes sure that the three ClusterRoles have the names by which the operator binds them and no rules of
// their own, and that the documented labels fill them.
func TestNames(t *testing.T) {
	objects := build(t, defaultOnly)
	for _, role := range []string{"customer", "end-user", "product-owner"} {
		got := find(t, objects, "ClusterRole", "stakeholders-"+role, &rbacv1.ClusterRole{})
		want := &rbacv1.AggregationRule{ClusterRoleSelectors: []metav1.LabelSelector{{
			MatchLabels: map[string]string{"stakeholders.dev/aggregate-to-" + role: "true"},
		}}}
		if diff := cmp.Diff(want, got.AggregationRule); diff != "" {
			t.Errorf("aggregation of %s (-want +got):\n%s", got.Name, diff)
		}
		// Setting them conflicts with the controller manager.
		if _, set, err := unstructured.NestedSlice(object(t, objects, "ClusterRole", got.Name).Object, "rules"); set || err != nil {
			t.Errorf("%s sets rules (%v), which are the controller manager's", got.Name, err)
		}
	}
	var unprefixed []string
	for _, o := range objects {
		if o.GetKind() == "ClusterRole" && !strings.HasSuffix(o.GetName(), "-membership") && !strings.HasPrefix(o.GetName(), "stakeholder-operator-") {
			unprefixed = append(unprefixed, o.GetName())
		}
	}
	slices.Sort(unprefixed)
	if diff := cmp.Diff(allThree, unprefixed); diff != "" {
		t.Errorf("ClusterRoles outside of the prefix (-want +got):\n%s", diff)
	}
}

// TestComponentsInAPrefix builds each component in an overlay with a prefix for all names: references by label or by
// name must still be right.
func TestComponentsInAPrefix(t *testing.T) {
	for name := range components {
		for _, o := range build(t, "namePrefix: acme-\ncomponents: [CONFIG/components/"+name+"]\n") {
			role := find(t, []*unstructured.Unstructured{o}, "ClusterRole", o.GetName(), &rbacv1.ClusterRole{})
			audience := strings.TrimPrefix(role.Name, "acme-stakeholders-"+name+"-")
			if role.Labels["stakeholders.dev/aggregate-to-"+audience] != "true" {
				t.Errorf("%s of %s has the labels %v", role.Name, name, role.Labels)
			}
		}
	}
	objects := build(t, "namePrefix: acme-\ncomponents: [CONFIG/components/strict-authors]\n")
	role := find(t, objects, "ClusterRole", "acme-"+binderRole, &rbacv1.ClusterRole{})
	if !slices.Equal(role.Rules[0].ResourceNames, allThree) {
		t.Errorf("it binds %v, want %v", role.Rules[0].ResourceNames, allThree)
	}
	for component, policy := range map[string]struct{ kind, name string }{
		"strict-authors": {"ValidatingAdmissionPolicy", policyName},
		"admission-gate": {"ValidatingAdmissionPolicy", gatePolicyName},
		"request-author": {"MutatingAdmissionPolicy", authorPolicy},
	} {
		name := policy.name
		objects := build(t, "namePrefix: acme-\ncomponents: [CONFIG/components/"+component+"]\n")
		binding := object(t, objects, policy.kind+"Binding", "acme-"+name)
		if policy, _, err := unstructured.NestedString(binding.Object, "spec", "policyName"); policy != "acme-"+name || err != nil {
			t.Errorf("the binding is of policy %q: %v", policy, err)
		}
	}
}

// TestNetworkPolicy makes sure that the policy selects the operator, and allows exactly the ports listed here.
func TestNetworkPolicy(t *testing.T) {
	objects := build(t, defaultOnly)
	policy := find(t, objects, "NetworkPolicy", "", &networkingv1.NetworkPolicy{})
	deployment := find(t, objects, "Deployment", "", &appsv1.Deployment{})
	selector, err := metav1.LabelSelectorAsSelector(&policy.Spec.PodSelector)
	if err != nil {
		t.Fatal(err)
	}
	if policy.Namespace != deployment.Namespace || !selector.Matches(labels.Set(deployment.Spec.Template.Labels)) {
		t.Errorf("it selects %s in %s, and the operator has %v in %s", selector, policy.Namespace, deployment.Spec.Template.Labels, deployment.Namespace)
	}
	// Without the type, a direction is open, regardless of the rules.
	if want := []networkingv1.PolicyType{"Ingress", "Egress"}; !slices.Equal(policy.Spec.PolicyTypes, want) {
		t.Errorf("it is for %v, want %v", policy.Spec.PolicyTypes, want)
	}
	in, out := make(map[string]bool), make(map[string]bool)
	for _, rule := range policy.Spec.Ingress {
		openPorts(t, in, rule.Ports)
	}
	for _, rule := range policy.Spec.Egress {
		openPorts(t, out, rule.Ports)
	}
	listening := make(map[string]bool)
	for _, port := range deployment.Spec.Template.Spec.Containers[0].Ports {
		listening[fmt.Sprintf("%s %d", port.Protocol, port.ContainerPort)] = true
	}
	if diff := cmp.Diff(listening, in); diff != "" {
		t.Errorf("ports on which the operator listens, and that are open (-want +got):\n%s", diff)
	}
	want := map[string]bool{"UDP 53": true, "TCP 53": true, "TCP 443": true, "TCP 6443": true, "TCP 8443": true}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Errorf("ports to which it may connect (-want +got):\n%s", diff)
	}
}

// openPorts adds the ports of a rule. A rule without ports is for all of them, and so is a port without a number.
func openPorts(t *testing.T, into map[string]bool, ports []networkingv1.NetworkPolicyPort) {
	t.Helper()
	if len(ports) == 0 {
		into["all"] = true
	}
	for _, port := range ports {
		if port.Port == nil || port.Protocol == nil || port.EndPort != nil {
			t.Errorf("%+v is not one port", port)
			continue
		}
		into[fmt.Sprintf("%s %s", *port.Protocol, port.Port.String())] = true
	}
}

// TestOperatorRights makes sure that the operator holds as few rights as possible. It reads the manifests, and not a
// cluster, so that it also sees rules that a cluster would merge.
func TestOperatorRights(t *testing.T) {
	objects := build(t, defaultOnly)
	roles := boundToOperator(t, objects)
	if len(roles["ClusterRole stakeholder-operator-manager-role"]) == 0 {
		t.Errorf("the operator holds %v", slices.Sorted(maps.Keys(roles)))
	}
	for name, rules := range roles {
		for _, complaint := range excess(rules) {
			t.Errorf("%s: %s", name, complaint)
		}
	}
}

// boundToOperator are the rules that the operator's ServiceAccount has, by role.
func boundToOperator(t *testing.T, objects []*unstructured.Unstructured) map[string][]rbacv1.PolicyRule {
	t.Helper()
	sa := find(t, objects, "ServiceAccount", "", &corev1.ServiceAccount{})
	out := make(map[string][]rbacv1.PolicyRule)
	for _, o := range objects {
		// Both kinds of bindings have these fields.
		if o.GetKind() != "RoleBinding" && o.GetKind() != "ClusterRoleBinding" {
			continue
		}
		binding := struct {
			RoleRef  rbacv1.RoleRef   `json:"roleRef"`
			Subjects []rbacv1.Subject `json:"subjects"`
		}{}
		convert(t, map[string]any{"roleRef": o.Object["roleRef"], "subjects": o.Object["subjects"]}, &binding)
		for _, subject := range binding.Subjects {
			if subject.Kind != rbacv1.ServiceAccountKind || subject.Name != sa.Name || subject.Namespace != sa.Namespace {
				continue
			}
			role := struct {
				Rules []rbacv1.PolicyRule `json:"rules"`
			}{}
			convert(t, map[string]any{"rules": object(t, objects, binding.RoleRef.Kind, binding.RoleRef.Name).Object["rules"]}, &role)
			out[binding.RoleRef.Kind+" "+binding.RoleRef.Name] = role.Rules
		}
	}
	return out
}
