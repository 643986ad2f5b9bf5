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
	"strings"
)

const (
	saysNamespaceName = "a namespace's name must be a DNS label such as checkout-prod: lower-case letters, digits and '-', with a letter or digit at both ends"
	saysKube          = "kube- namespaces belong to Kubernetes and never take part: remove it"
	saysLabelKey      = "a key must be that of a label, such as product or example.com/product"
	saysKey           = "key must be that of a label, such as product or example.com/product"
	saysLabelValue    = "a value must be that of a label: letters, digits, '-', '_' and '.', with a letter or digit at both ends"
	saysValues        = "values go with the operators In and NotIn, and only with them"
)

const (
	targets     = "spec.targetNamespaces"
	selector    = targets + ".selector"
	labels      = selector + ".matchLabels"
	expressions = selector + ".matchExpressions"
)

func init() { //nolint:gochecknoinits // one table, in several files
	maps.Copy(rejectCases, targetRejectCases())
	maps.Copy(acceptCases, targetAcceptCases())
}

// requirement is the i-th of many sound requirements.
func requirement(i int) any {
	return object{"key": "key-" + string(rune('a'+i)), "operator": "Exists"}
}

func oneRequirement(fields object) edits {
	whole := object{"key": "product", "operator": "In", "values": texts("checkout")}
	for name, value := range fields {
		if value == absent {
			delete(whole, name)
			continue
		}
		whole[name] = value
	}
	return edits{expressions: list{whole}}
}

// targetRejectCases are about spec.targetNamespaces.
func targetRejectCases() map[string]rejectCase {
	manyLabels := make(object)
	for i := range 17 {
		manyLabels["key-"+string(rune('a'+i))] = "x"
	}
	return map[string]rejectCase{
		"TargetsEmpty": {
			reason: "It would have no effect.", edit: edits{targets: object{}}, field: targets, says: "should have at least 1 properties",
		},
		"TargetNamesTooMany": {
			reason: "Use a label for more than 64 namespaces.", edit: edits{targets + ".names": many(65, numbered("ns-"))},
			field: targets + ".names", says: tooMany + "65: must have at most 64 items",
		},
		"TargetTwice": {
			reason: "A duplicate has no effect.", edit: edits{targets + ".names": texts("a", "a")},
			field: targets + ".names", says: "a namespace stands twice in this list: remove one of the two",
		},
		"TargetNameEmpty": {
			reason: "A namespace has a name.", edit: edits{targets + ".names": texts("")},
			field: targets + ".names[0]", says: tooShort + "1 chars long",
		},
		"TargetNameTooLong": {
			reason: "No namespace has such a name.", edit: edits{targets + ".names": texts(name64)}, field: targets + ".names[0]", says: tooLong + "63 ",
		},
		"TargetNameNoLabel": {
			reason: "No namespace has such a name.", edit: edits{targets + ".names": texts("checkout.prod")}, field: targets + ".names[0]", says: saysNamespaceName,
		},
		"TargetNameOfTwoLines": {
			reason: "No namespace has such a name.", edit: edits{targets + ".names": texts("checkout\n")}, field: targets + ".names[0]", says: saysNamespaceName,
		},
		"TargetKubeSystem": {
			reason: "It would wait forever.", edit: edits{targets + ".names": texts("kube-system")}, field: targets + ".names[0]", says: saysKube,
		},
		"TargetTableSetting": {
			reason: "There are two values.", edit: edits{targets + ".routingTable": "Some"},
			field: targets + ".routingTable", says: notOneOf + `"Some": supported values: "Named", "All"`,
		},
		"TargetLabelsTooMany": {
			reason: "The cost of judging a map is limited.", edit: edits{labels: manyLabels}, field: labels, says: tooMany + "17: must have at most 16 items",
		},
		"TargetLabelKey": {
			reason: "No namespace has such a label.", edit: edits{labels: object{"a b": "x"}}, field: labels, says: saysLabelKey,
		},
		"TargetLabelKeyTooLong": {
			reason: "No namespace has such a label.", edit: edits{labels: object{strings.Repeat("k", 400): "x"}}, field: labels, says: saysLabelKey,
		},
		"TargetLabelValue": {
			reason: "No namespace has such a label.", edit: edits{labels: object{"product": "check out"}}, field: labels + "[product]", says: saysLabelValue,
		},
		"TargetLabelValueTooLong": {
			reason: "No namespace has such a label.", edit: edits{labels: object{"product": name64}}, field: labels + ".product", says: tooLong + "63 ",
		},
		"TargetExpressionsTooMany": {
			reason: "The cost of judging a map is limited.", edit: edits{expressions: many(17, requirement)},
			field: expressions, says: tooMany + "17: must have at most 16 items",
		},
		"TargetExpressionIncomplete": {
			reason: "A requirement says how to compare.", edit: oneRequirement(object{"operator": absent}), field: expressions + "[0].operator", says: required,
		},
		"TargetExpressionWithoutKey": {
			reason: "A requirement says what to compare.", edit: oneRequirement(object{"key": absent}), field: expressions + "[0].key", says: required,
		},
		"TargetOperatorUnknown": {
			reason: "There are four operators.", edit: oneRequirement(object{"operator": "Gt"}),
			field: expressions + "[0].operator", says: notOneOf + `"Gt": supported values: "In", "NotIn", "Exists", "DoesNotExist"`,
		},
		"TargetExpressionKeyEmpty": {
			reason: "A label has a name.", edit: oneRequirement(object{"key": ""}), field: expressions + "[0].key", says: tooShort + "1 chars long",
		},
		"TargetExpressionKeyTooLong": {
			reason: "253 characters, a slash and 63.", edit: oneRequirement(object{"key": strings.Repeat("k", 318)}), field: expressions + "[0].key", says: tooLong + "317 ",
		},
		"TargetExpressionKey": {
			reason: "No namespace has such a label.", edit: oneRequirement(object{"key": "a/b/c"}), field: expressions + "[0].key", says: saysKey,
		},
		"TargetValuesTooMany": {
			reason: "The cost of judging a map is limited.", edit: oneRequirement(object{"values": many(33, numbered("v"))}),
			field: expressions + "[0].values", says: tooMany + "33: must have at most 32 items",
		},
		"TargetValue": {
			reason: "No namespace has such a label.", edit: oneRequirement(object{"values": texts("-")}), field: expressions + "[0].values[0]", says: saysLabelValue,
		},
		"TargetValueTooLong": {
			reason: "No namespace has such a label.", edit: oneRequirement(object{"values": texts(name64)}), field: expressions + "[0].values[0]", says: tooLong + "63 ",
		},
		"TargetInWithoutValues": {
			reason: "In needs values.", edit: oneRequirement(object{"values": absent}), field: expressions + "[0]", says: saysValues,
		},
		"TargetNotInNothing": {
			reason: "NotIn needs values.", edit: oneRequirement(object{"operator": "NotIn", "values": list{}}), field: expressions + "[0]", says: saysValues,
		},
		"TargetExistsWithValues": {
			reason: "The user probably meant In.", edit: oneRequirement(object{"operator": "Exists"}), field: expressions + "[0]", says: saysValues,
		},
	}
}

func targetAcceptCases() map[string]acceptCase {
	return map[string]acceptCase{
		"TargetNames":    {reason: "Names may be of any number up to 64.", edit: edits{targets + ".names": append(many(63, numbered("ns-")), name63)}},
		"TargetAll":      {reason: "An empty selector picks all namespaces that accept the map.", edit: edits{selector: object{}}},
		"TargetTable":    {reason: "All target namespaces may get the routing table.", edit: edits{targets + ".names": texts("a"), targets + ".routingTable": "All"}},
		"TargetNoLabels": {reason: "Templates produce empty lists.", edit: edits{targets: object{"names": list{}, "selector": object{"matchLabels": object{}, "matchExpressions": list{}}}}},
		"TargetSelector": {
			reason: "Every operator is valid, and a label may have a prefix and an empty value.",
			edit: edits{
				labels: object{"product": "checkout", "example.com/empty": ""},
				expressions: list{
					object{"key": "stage", "operator": "In", "values": texts("prod", "")},
					object{"key": "stage", "operator": "NotIn", "values": texts("dev")},
					object{"key": strings.Repeat("d", 63) + "." + strings.Repeat("d", 63) + "/" + name63, "operator": "Exists"},
					object{"key": "legacy", "operator": "DoesNotExist"},
				},
			},
		},
	}
}
