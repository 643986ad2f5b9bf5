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

package targets

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// everyMap in a namespace's annotation accepts the maps of every namespace.
const everyMap = "*"

// Reserved reports whether a namespace belongs to Kubernetes. Such a namespace never takes part, even if it has the
// annotation.
func Reserved(namespace string) bool { return strings.HasPrefix(namespace, "kube-") }

// Accepts reports whether a namespace takes part in the maps of a namespace, which can be itself. Only the annotation
// of the accepting namespace decides that.
func Accepts(ns metav1.Object, mapNamespace string) bool {
	return !Reserved(ns.GetName()) && Lists(ns, mapNamespace)
}

// Lists reports whether the annotation of an object accepts the maps of a namespace. The object need not be a
// namespace.
func Lists(object metav1.Object, mapNamespace string) bool {
	for accepted := range strings.SplitSeq(object.GetAnnotations()[v1alpha1.AcceptMapsFrom], ",") {
		if accepted = strings.TrimSpace(accepted); accepted != "" && (accepted == mapNamespace || accepted == everyMap) {
			return true
		}
	}
	return false
}

// consent has the entries of an annotation. It is parsed once, because an annotation can have 256 KB. That of a namespace
// that does not exist is nil.
type consent map[string]bool

func consentOf(object metav1.Object) consent {
	c := make(consent)
	for accepted := range strings.SplitSeq(object.GetAnnotations()[v1alpha1.AcceptMapsFrom], ",") {
		c[strings.TrimSpace(accepted)] = true
	}
	delete(c, "")
	return c
}

func (c consent) lists(mapNamespace string) bool { return c[everyMap] || c[mapNamespace] }

// maxIndexedConsents bounds the memory for one annotation in the index. A namespace that lists more is a candidate for
// every map with a selector that no label narrows down.
const maxIndexedConsents = 64

// keys returns the index keys of the maps that a namespace accepts.
func (c consent) keys() []string {
	if c[everyMap] || len(c) > maxIndexedConsents {
		return []string{byConsent(everyMap)}
	}
	keys := make([]string, 0, len(c))
	for namespace := range c {
		keys = append(keys, byConsent(namespace))
	}
	slices.Sort(keys)
	return keys
}
