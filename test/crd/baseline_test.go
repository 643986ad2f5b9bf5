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

package crd

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// baseline is a valid map that has a value at every place that a test changes.
const baseline = `
apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata: {name: checkout, namespace: ` + namespace + `}
spec:
  product: {displayName: Checkout, description: Card payments, market: B2B}
  engagement: ProductOwner
  customers:
  - name: acme-board
    displayName: ACME board
    organization: ACME Corp
    subjects: [{kind: Group, name: "acme:procurement"}, {kind: User, name: cfo@acme.example}]
    handles: [{system: email, value: approvals@acme.example}]
  endUsers:
  - name: cashiers
    displayName: Cashiers
    organization: ACME Corp
    segment: External
    subjects: [{kind: Group, name: "acme:cashiers"}, {kind: User, name: cfo@acme.example}]
    handles: [{system: slack, value: "#checkout-feedback"}]
  productOwner:
    name: dana
    displayName: Dana Doe
    subjects: [{kind: User, name: dana@vendor.example}]
    handles: [{system: email, value: dana@vendor.example}]
  developmentTeam:
    subjects: [{kind: Group, name: "vendor:devs"}]
    handles: [{system: slack, value: "#checkout-dev"}]
  acknowledgedOverlaps: [{kind: User, name: cfo@acme.example, reason: runs the shop floor on Saturdays}]
  topics:
  - name: security-exception
    class: Approval
    to: [Customer]
    cc: [ProductOwner]
    decidedBy: [Customer]
    quorum: {mode: AtLeast, count: 1}
    respondWithin: 48h
    escalateTo: [ProductOwner]
`

// list and object are the parts of JSON.
type (
	list   = []any
	object = map[string]any
)

// edits are values by their paths, as in spec.customers[0].name. A path may be one past the end of a list.
type edits map[string]any

// absent as a value removes what is at the path.
var absent = new(struct{})

// edited is the baseline with some values changed.
func edited(t *testing.T, changes edits) *unstructured.Unstructured {
	t.Helper()
	return change(t, baseline, changes)
}

// change is an object in YAML with some values changed.
func change(t *testing.T, from string, changes edits) *unstructured.Unstructured {
	t.Helper()
	content := decode(t, []byte(from)).Object
	// In order, so that a change to a whole comes before a change to a part of it.
	for _, path := range slices.Sorted(maps.Keys(changes)) {
		content = put(t, content, steps(path), changes[path]).(object) //nolint:errcheck,forcetypeassert // put returns what it got
	}
	return &unstructured.Unstructured{Object: content}
}

// decode reads one object from YAML, with whole numbers as clients have them.
func decode(t *testing.T, content []byte) *unstructured.Unstructured {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(content)
	if err != nil {
		t.Fatal(err)
	}
	decoded := &unstructured.Unstructured{}
	if err := decoded.UnmarshalJSON(asJSON); err != nil {
		t.Fatal(err)
	}
	return decoded
}

// steps splits a path: names of fields, and numbers for places in lists.
func steps(path string) []string {
	return strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// put returns node with value at the end of the path.
func put(t *testing.T, node any, path []string, value any) any {
	t.Helper()
	if len(path) == 0 {
		return value
	}
	switch node := node.(type) {
	case object:
		if value == absent && len(path) == 1 {
			delete(node, path[0])
			return node
		}
		node[path[0]] = put(t, node[path[0]], path[1:], value)
		return node
	case list:
		i, err := strconv.Atoi(path[0])
		if err != nil || i > len(node) {
			t.Fatalf("there is no place %q in a list of %d", path[0], len(node))
		}
		if i == len(node) {
			node = append(node, nil)
		}
		node[i] = put(t, node[i], path[1:], value)
		return node
	case nil:
		return put(t, object{}, path, value)
	default:
		t.Fatalf("%v is neither an object nor a list", node)
		return nil
	}
}

// many are n values, each made from its number.
func many(n int, value func(i int) any) list {
	values := make(list, n)
	for i := range values {
		values[i] = value(i)
	}
	return values
}

// texts turns words into a list.
func texts(words ...string) list {
	return many(len(words), func(i int) any { return words[i] })
}

// numbered is a function for many: a prefix and the number.
func numbered(prefix string) func(int) any {
	return func(i int) any { return prefix + strconv.Itoa(i) }
}

func user(name string) object  { return object{"kind": "User", "name": name} }
func group(name string) object { return object{"kind": "Group", "name": name} }

func serviceAccount(namespace, name string) object {
	return object{"kind": "ServiceAccount", "namespace": namespace, "name": name}
}

// member is the i-th of many sound subjects.
func member(i int) any { return user("user-" + strconv.Itoa(i)) }

// party is the i-th of many sound parties.
func party(i int) any {
	return object{"name": "party-" + strconv.Itoa(i), "subjects": list{member(i)}}
}

// largeParty is the i-th of many that have long names.
func largeParty(i int) any {
	return object{"name": "party-" + strconv.Itoa(i), "subjects": many(8, func(j int) any {
		return user(name253[:240] + strconv.Itoa(8*i+j))
	})}
}

// topic is the i-th of many sound topics.
func topic(i int) any {
	return object{"name": "topic-" + strconv.Itoa(i), "class": "Consultation", "to": texts("Customer")}
}

// handle is the i-th of many sound handles.
func handle(i int) any {
	return object{"system": "system-" + strconv.Itoa(i), "value": "value"}
}

// overlap is the i-th of many sound acknowledged overlaps.
func overlap(i int) any {
	return object{"kind": "User", "name": "user-" + strconv.Itoa(i), "reason": "pays and uses"}
}
