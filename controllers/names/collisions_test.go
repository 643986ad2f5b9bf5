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

package names

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"
)

// TestNamesCannotCollide compares the names of all outputs of two maps in one namespace. The maps' names are chosen to
// be confused.
func TestNamesCannotCollide(t *testing.T) {
	maps := []string{
		"a", "a-customer", "a.customer", "a-routing", "a-routing-routing", "customer", "customer-x", "a-customer-x", "x", "stakeholders",
		"a-end-user", "end-user", "a-product-owner", strings.Repeat("a", 63),
	}
	parties := []string{"", "x", "customer", "a", "customer-x", "end-user", "development-team", "default", "0", strings.Repeat("a", 63)}
	grants, configMaps, targets := make(map[string]string), make(map[string]string), make(map[string]string)
	add := func(sources map[string]string, name, source string) {
		if other, taken := sources[name]; taken {
			t.Errorf("%s and %s are both called %s", source, other, name)
		}
		sources[name] = source
	}
	for _, mapName := range maps {
		name := ConfigMapName(mapName)
		add(configMaps, name, mapName)
		if problems := validation.IsDNS1123Subdomain(name); len(problems) > 0 {
			t.Errorf("%s is no name of a ConfigMap: %v", name, problems)
		}
		for _, role := range Roles {
			for _, party := range parties {
				name := GrantName(mapName, role, party)
				add(grants, name, fmt.Sprintf("map %s, role %s, party %q", mapName, role, party))
				if problems := content.IsPathSegmentName(name); len(problems) > 0 {
					t.Errorf("%s is no name of a Role: %v", name, problems)
				}
			}
		}
	}
	// Maps of other namespaces that have this one as a target use the same names.
	for _, mapName := range append(maps, "target", "a.b", "b.a", "routing") {
		for _, namespace := range []string{"a", "b", "customer", "target", "routing", "a-routing", "stakeholders", strings.Repeat("n", 63)} {
			owner := Owner{Namespace: namespace, Name: mapName}
			name := TargetConfigMapName(owner)
			add(configMaps, name, namespace+"/"+mapName)
			if problems := validation.IsDNS1123Subdomain(name); len(problems) > 0 {
				t.Errorf("%s is no name of a ConfigMap: %v", name, problems)
			}
			add(targets, ApprovedName(owner), namespace+"/"+mapName)
			if name := ApprovedName(owner); grants[name] != "" {
				t.Errorf("%s of %s/%s is also a grant of %s", name, namespace, mapName, grants[name])
			}
			for _, role := range Roles {
				name := TargetBindingName(owner, role)
				add(targets, name, namespace+"/"+mapName+" "+role)
				if grants[name] != "" {
					t.Errorf("%s of %s/%s is also a grant of %s", name, namespace, mapName, grants[name])
				}
				if problems := content.IsPathSegmentName(name); len(problems) > 0 {
					t.Errorf("%s is no name of a RoleBinding: %v", name, problems)
				}
				if got := TargetBindingRole(owner, name); got != role {
					t.Errorf("%s is of role %q", name, got)
				}
			}
		}
	}
	if want := len(maps) * len(Roles) * len(parties); len(grants) != want {
		t.Errorf("%d names of grants, want %d", len(grants), want)
	}
}

// TestLabelsAreValid checks that every name of a map is a valid label value. Otherwise the map could not be rendered.
func TestLabelsAreValid(t *testing.T) {
	owner := Owner{Namespace: strings.Repeat("n", 63), Name: strings.Repeat("m", 30) + "." + strings.Repeat("m", 32)}
	for key, value := range owner.Labels(RoleProductOwner) {
		if problems := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...); len(problems) > 0 {
			t.Errorf("label %s=%s: %v", key, value, problems)
		}
	}
}
