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

package crash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// rights are the rights of all users through the operator's outputs, as lines such as "home carla approve
// stakeholdermaps/budget" and "first carla stakeholders-customer". A user with a claim that maps to a ServiceAccount
// has its rights, as in "first email:carla@example.com stakeholders-customer".
func (w *world) rights(ctx context.Context) (map[string]bool, error) {
	objects, err := w.outputs(ctx)
	if err != nil {
		return nil, err
	}
	roles := make(map[string]*rbacv1.Role)
	claims := make(map[string][]string)
	for _, object := range objects {
		name := object.GetNamespace() + "/" + object.GetName()
		switch object := object.(type) {
		case *rbacv1.Role:
			roles[name] = object
		case *corev1.ServiceAccount:
			if claims[name], err = claimsOf(object); err != nil {
				return nil, err
			}
		}
	}
	out := make(map[string]bool)
	for _, object := range objects {
		binding, ok := object.(*rbacv1.RoleBinding)
		if !ok {
			continue
		}
		for _, subject := range binding.Subjects {
			in := w.unnamed(binding.Namespace) + " "
			for _, claim := range claims[subject.Namespace+"/"+subject.Name] {
				out[in+claim+" "+binding.RoleRef.Name] = true
			}
			holder := in + w.unnamed(subject.Name) + " "
			role := roles[binding.Namespace+"/"+binding.RoleRef.Name]
			switch {
			case binding.RoleRef.Kind == "ClusterRole":
				out[holder+binding.RoleRef.Name] = true
			case role != nil:
				for right := range ruleLines(role.Rules) {
					// The Role of approvals names the map's namespace.
					out[holder+w.unnamed(right)] = true
				}
			}
		}
	}
	return out, nil
}

// claimsOf are the claims that map to a ServiceAccount.
func claimsOf(account *corev1.ServiceAccount) ([]string, error) {
	byName := make(map[string][]string)
	if err := json.Unmarshal([]byte(account.Annotations["rbac.kargo.akuity.io/claims"]), &byName); err != nil {
		return nil, fmt.Errorf("read the claims of ServiceAccount %s: %w", account.Name, err)
	}
	var out []string
	for name, values := range byName {
		for _, value := range values {
			out = append(out, name+":"+value)
		}
	}
	return out, nil
}

func ruleLines(rules []rbacv1.PolicyRule) map[string]bool {
	out := make(map[string]bool)
	for _, rule := range rules {
		for _, verb := range rule.Verbs {
			for _, resource := range rule.Resources {
				out[fmt.Sprintf("%s %s of %v", verb, resource, rule.ResourceNames)] = true
			}
		}
	}
	return out
}

// missing are the lines in want that are not in got, sorted.
func missing(got, want map[string]bool) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(want)), func(line string) bool { return got[line] })
}

// checkTransit checks the rights in a world in which an operator died on the way from the rights before to those after.
// The guards are the order of writes in a transition, and that the finalizer comes first.
func (w *world) checkTransit(ctx context.Context, after map[string]bool, abandoned bool) error {
	now, err := w.rights(ctx)
	if err != nil {
		return err
	}
	var errs []error
	either, both := maps.Clone(w.before), make(map[string]bool)
	maps.Copy(either, after)
	for right := range w.before {
		if after[right] {
			both[right] = true
		}
	}
	if extra := missing(either, now); len(extra) > 0 {
		errs = append(errs, fmt.Errorf("subjects have rights that they neither had nor will have: %q", extra))
	}
	if abandoned {
		// These are an earlier map's, and all of them go.
		return errors.Join(errs...)
	}
	if lost := missing(now, both); len(lost) > 0 {
		errs = append(errs, fmt.Errorf("subjects lack rights that they had and will keep: %q", lost))
	}
	errs = append(errs, w.checkFinalizer(ctx))
	return errors.Join(errs...)
}

// checkFinalizer fails if an object of the map is in another namespace and the map has no finalizer. If the map were
// then deleted, the object would stay, unless an operator finds it later.
func (w *world) checkFinalizer(ctx context.Context) error {
	m, err := w.read(ctx)
	if err != nil || m != nil && slices.Contains(m.Finalizers, v1alpha1.TargetsFinalizer) {
		return err
	}
	objects, err := w.outputs(ctx)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if object.GetNamespace() != w.namespace(home) {
			return fmt.Errorf("%T %s is in %s, and the map, there: %t, has no finalizer", object, object.GetName(), object.GetNamespace(), m != nil)
		}
	}
	return nil
}
