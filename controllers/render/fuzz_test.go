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

package render_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// FuzzConfigMap renders the ConfigMap of any map.
func FuzzConfigMap(f *testing.F) {
	for _, seed := range fixtures.Seeds() {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, bytes []byte, shaped bool) {
		m := fixtures.Generate(bytes, shaped)
		configMap := configMapOf(t, m, gate)
		if diff := cmp.Diff(configMap, configMapOf(t, m, gate)); diff != "" {
			t.Fatalf("the same table gave another ConfigMap (-first +second):\n%s", diff)
		}
		if _, err := routing.Parse([]byte(configMap.Data[routing.DocumentKey])); err != nil {
			t.Errorf("the document cannot be read: %v", err)
		}
		if !shaped {
			return
		}
		for key := range configMap.Data {
			if !keyPattern.MatchString(key) || len(key) > 253 {
				t.Errorf("the API server refuses the key %q", key)
			}
		}
		if validate.HasErrors(validate.Map(m, nil, fixtures.Now)) {
			return
		}
		if most, got := fixtures.TableBytes(&m.Spec), sizeOf(t, m, fixtures.LargestPolicy()); got > most {
			t.Errorf("the data has %d bytes, more than the %d that the CRD counts", got, most)
		}
		table := tableOf(m)
		for i := range table.Topics {
			checkFlatKeys(t, configMap.Data, &table.Topics[i])
			checkApprovers(t, configMap.Data, &table.Topics[i])
		}
		checkFlatKeys(t, configMap.Data, &table.Default)
	})
}

// checkFlatKeys reads the flat keys of a topic as a shell would, and compares them with the document.
func checkFlatKeys(t *testing.T, data map[string]string, topic *routing.Topic) {
	t.Helper()
	want := map[string][]string{"users": nil, "groups": nil}
	for _, p := range topic.To {
		for _, s := range p.Subjects {
			switch s.Kind {
			case "Group":
				want["groups"] = append(want["groups"], s.Name)
			case "ServiceAccount":
				want["users"] = append(want["users"], "system:serviceaccount:"+s.Namespace+":"+s.Name)
			default:
				want["users"] = append(want["users"], s.Name)
			}
		}
		for _, h := range p.Handles {
			want[h.System] = append(want[h.System], h.Value)
		}
	}
	got := make(map[string][]string)
	for key, value := range data {
		system, found := strings.CutPrefix(key, topic.Name+".to.")
		if !found {
			continue
		}
		got[system] = nil
		if value != "" {
			got[system] = strings.Split(value, "\n")
		}
	}
	for system := range want {
		slices.Sort(want[system])
		want[system] = slices.Compact(want[system])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flat keys of %s (-document +keys):\n%s", topic.Name, diff)
	}
}

// FuzzGrants renders the grants of any map.
func FuzzGrants(f *testing.F) {
	for _, seed := range fixtures.Seeds() {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, bytes []byte, shaped bool) {
		m := fixtures.Generate(bytes, shaped)
		table := tableOf(m)
		grants := render.Grants(m.Name, table)
		if diff := cmp.Diff(grants, render.Grants(m.Name, table)); diff != "" {
			t.Fatalf("the same table gave other grants (-first +second):\n%s", diff)
		}
		names := make(map[string]bool)
		got := make(map[entitlement]bool)
		for i := range grants {
			g := &grants[i]
			if shaped && names[g.Name] {
				t.Errorf("two grants are called %s", g.Name)
			}
			names[g.Name] = true
			checkRules(t, m.Name, g, shaped)
			for subject := range g.Subjects {
				for right := range g.Rights {
					got[entitlement{subject, right}] = true
				}
			}
		}
		valid := shaped && !validate.HasErrors(validate.Map(m, nil, fixtures.Now))
		want := entitled(table)
		for e := range got {
			// The names of a table's parties are unique within their role, which the CRD's list types ensure.
			if _, there := want[e]; shaped && !there {
				t.Errorf("%v may %v, and no entry of the table says so", e.subject, e.right)
			}
		}
		for e, role := range want {
			if valid && !got[e] {
				t.Errorf("%v may not %v, and the table says so", e.subject, e.right)
			}
			if valid && e.right.Verb == render.VerbApprove && role != "Customer" && role != "ProductOwner" {
				t.Errorf("%v may approve %s as %s", e.subject, e.right.Topic, role)
			}
		}
	})
}

func checkRules(t *testing.T, mapName string, g *render.Grant, shaped bool) {
	t.Helper()
	rules := g.RoleRules(mapName)
	if len(rules) == 0 || len(g.BindingSubjects()) == 0 {
		t.Errorf("%s grants %v to %v", g.Name, rules, g.BindingSubjects())
	}
	for _, rule := range rules {
		if slices.Equal(rule.Resources, []string{"stakeholderrequests"}) && len(rule.ResourceNames) == 0 && slices.Equal(rule.APIGroups, []string{"stakeholders.dev"}) {
			if answer := []string{"get", "list", "watch", "patch"}; !slices.Equal(rule.Verbs, answer) && !slices.Equal(rule.Verbs, append(answer, "create")) {
				t.Errorf("%s has %v on requests", g.Name, rule.Verbs)
			}
			continue
		}
		if !slices.Equal(rule.ResourceNames, []string{mapName}) || !slices.Equal(rule.APIGroups, []string{"stakeholders.dev"}) ||
			len(rule.NonResourceURLs) > 0 || len(rule.Verbs) != 1 {
			t.Errorf("%s reaches further than its map: %v", g.Name, rule)
		}
		for _, resource := range rule.Resources {
			topic, isTopic := strings.CutPrefix(resource, "stakeholdermaps/")
			verb := rule.Verbs[0]
			switch {
			case resource == "stakeholdermaps" && verb == render.VerbGet:
			// A topic without a name, which the CRD rejects, results in a right on the map itself.
			case (isTopic && topic != "" || resource == "stakeholdermaps" && !shaped) &&
				slices.Contains([]string{render.VerbApprove, render.VerbRequest, render.VerbTriage}, verb):
			default:
				t.Errorf("%s has %s on %s", g.Name, verb, resource)
			}
		}
	}
}

// entitlement is one right of one subject.
type entitlement struct {
	subject rbacv1.Subject
	right   render.Right
}

// entitled computes the rights of all subjects from the entries of the table.
func entitled(table *routing.RoutingTable) map[entitlement]string {
	out := make(map[entitlement]string)
	give := func(parties []routing.Party, verb, topic string) {
		for _, p := range parties {
			if p.Role != "Customer" && p.Role != "EndUser" && p.Role != "ProductOwner" {
				continue
			}
			for _, s := range p.Subjects {
				subject := rbacv1.Subject{Kind: s.Kind, Name: s.Name, Namespace: s.Namespace}
				if s.Kind != "ServiceAccount" {
					subject.APIGroup = "rbac.authorization.k8s.io"
				}
				for _, right := range []string{"get", "list", "watch", "patch"} {
					out[entitlement{subject, render.Right{Verb: right, OnRequests: true}}] = p.Role
				}
				if verb == "" {
					continue
				}
				out[entitlement{subject, render.Right{Verb: verb, Topic: topic}}] = p.Role
				if p.Role != "EndUser" {
					out[entitlement{subject, render.Right{Verb: render.VerbGet}}] = p.Role
				}
				if verb == render.VerbRequest {
					out[entitlement{subject, render.Right{Verb: render.VerbCreate, OnRequests: true}}] = p.Role
				}
			}
		}
	}
	for i := range table.Topics {
		topic := &table.Topics[i]
		switch topic.Class {
		case "Approval":
			give(topic.To, render.VerbApprove, topic.Name)
		case "FeatureRequest":
			give(topic.To, render.VerbRequest, topic.Name)
			give(topic.DecidedBy, render.VerbTriage, topic.Name)
		case "Consultation":
			give(topic.To, "", topic.Name)
		}
	}
	return out
}
