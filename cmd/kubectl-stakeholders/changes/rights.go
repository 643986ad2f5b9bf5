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

package changes

import (
	"cmp"
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// Subject is a Kubernetes identity.
type Subject struct {
	// Kind is User, Group or ServiceAccount.
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Namespace of a ServiceAccount.
	Namespace string `json:"namespace,omitempty"`
}

func (s Subject) compare(other Subject) int {
	return cmp.Or(cmp.Compare(s.Name, other.Name), cmp.Compare(s.Namespace, other.Namespace), cmp.Compare(s.Kind, other.Kind))
}

// Right is something that a map lets a subject do: a verb on a topic of the map, on the map, or on the requests of its
// namespace; or the rights that tools have for a role in a target namespace.
type Right struct {
	// Verb and Resource are those of a SubjectAccessReview in the API group stakeholders.dev. They are empty for rights of
	// a role.
	Verb     string `json:"verb,omitempty"`
	Resource string `json:"resource,omitempty"`
	// Topic is the subresource of the map.
	Topic     string `json:"topic,omitempty"`
	Namespace string `json:"namespace"`
	// Map is the name of the map. It is empty for a right that IsShared.
	Map string `json:"map,omitempty"`
	// Role is customer, end-user or product-owner: the subject is bound to the ClusterRole of the role.
	Role string `json:"role,omitempty"`
}

// IsShared reports whether several maps can give the right: on the requests of a namespace, or in a target namespace.
func (r Right) IsShared() bool { return r.Map == "" }

// verbOrder is the order of rights in a sentence.
var verbOrder = []string{
	render.VerbApprove, render.VerbRequest, render.VerbTriage, render.VerbGet, render.VerbList, render.VerbWatch, render.VerbPatch, render.VerbCreate,
}

func (r Right) compare(other Right) int {
	return cmp.Or(
		cmp.Compare(r.Role, other.Role), cmp.Compare(r.Resource, other.Resource),
		cmp.Compare(slices.Index(verbOrder, r.Verb), slices.Index(verbOrder, other.Verb)),
		cmp.Compare(r.Namespace, other.Namespace), cmp.Compare(r.Map, other.Map), cmp.Compare(r.Topic, other.Topic),
	)
}

// rights are those of each subject.
type rights map[Subject]map[Right]bool

func (r rights) add(subject rbacv1.Subject, right Right) {
	s := Subject{Kind: subject.Kind, Name: subject.Name, Namespace: subject.Namespace}
	if r[s] == nil {
		r[s] = make(map[Right]bool)
	}
	r[s][right] = true
}

// include adds all rights of another set.
func (r rights) include(others rights) {
	for subject, set := range others {
		if r[subject] == nil {
			r[subject] = make(map[Right]bool, len(set))
		}
		maps.Copy(r[subject], set)
	}
}

// rightsOf returns the rights that a product gives, by subject.
func rightsOf(p *preview.Product) rights {
	out := make(rights)
	if p == nil || p.Table == nil {
		return out
	}
	grants := render.Grants(p.Map.Name, p.Table)
	for i := range grants {
		for subject := range grants[i].Subjects {
			for right := range grants[i].Rights {
				out.add(subject, rightOf(p, right))
			}
		}
	}
	byRole := render.GrantSubjects(grants)
	for _, namespace := range p.Namespaces {
		for _, role := range names.Roles {
			for subject := range byRole[role] {
				out.add(subject, Right{Role: role, Namespace: namespace})
			}
		}
	}
	return out
}

func rightOf(p *preview.Product, right render.Right) Right {
	out := Right{Verb: right.Verb, Resource: render.RequestResource, Namespace: p.Map.Namespace}
	if !right.OnRequests {
		out.Resource, out.Topic, out.Map = render.MapResource, right.Topic, p.Map.Name
	}
	return out
}

// without returns the rights of a set that another one lacks, sorted.
func without(set, other map[Right]bool) []Right {
	var out []Right
	for right := range set {
		if !other[right] {
			out = append(out, right)
		}
	}
	slices.SortFunc(out, Right.compare)
	return out
}
