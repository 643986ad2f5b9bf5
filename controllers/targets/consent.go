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

// everyMap in the annotation of a namespace accepts the maps of every namespace.
const everyMap = "*"

// Reserved says whether a name belongs to Kubernetes. Such a namespace never takes part, whatever is written on it.
func Reserved(namespace string) bool { return strings.HasPrefix(namespace, "kube-") }

// Accepts says whether a namespace takes part in the maps of another one, or of itself: only by its own
// annotation, and never if it belongs to Kubernetes.
func Accepts(ns metav1.Object, mapNamespace string) bool {
	return !Reserved(ns.GetName()) && Lists(ns, mapNamespace)
}

// Lists says whether the annotation of an object, be it a namespace or not, lists a namespace as one whose maps it
// accepts.
func Lists(object metav1.Object, mapNamespace string) bool {
	for accepted := range strings.SplitSeq(object.GetAnnotations()[v1alpha1.AcceptMapsFrom], ",") {
		if accepted = strings.TrimSpace(accepted); accepted != "" && (accepted == mapNamespace || accepted == everyMap) {
			return true
		}
	}
	return false
}

// consent is whose maps an object accepts by its annotation, read once: an annotation can have 256 KB.
type consent struct {
	all        bool
	namespaces map[string]bool
}

func consentOf(object metav1.Object) consent {
	c := consent{namespaces: make(map[string]bool)}
	for accepted := range strings.SplitSeq(object.GetAnnotations()[v1alpha1.AcceptMapsFrom], ",") {
		switch accepted = strings.TrimSpace(accepted); accepted {
		case "":
		case everyMap:
			c.all = true
		default:
			c.namespaces[accepted] = true
		}
	}
	return c
}

func (c consent) lists(mapNamespace string) bool { return c.all || c.namespaces[mapNamespace] }

func (c consent) empty() bool { return !c.all && len(c.namespaces) == 0 }

// maxIndexedConsents bounds the memory that the annotation of one namespace takes in the index. One that lists more
// is looked at for every map whose selector picks it by no label.
const maxIndexedConsents = 64

// keys are those under which a namespace is found by the maps that it accepts.
func (c consent) keys() []string {
	if c.all || len(c.namespaces) > maxIndexedConsents {
		return []string{byConsent(everyMap)}
	}
	keys := make([]string, 0, len(c.namespaces))
	for namespace := range c.namespaces {
		keys = append(keys, byConsent(namespace))
	}
	slices.Sort(keys)
	return keys
}
