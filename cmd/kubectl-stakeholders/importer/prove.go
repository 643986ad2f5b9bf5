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

package importer

import (
	"cmp"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Proof compares who can do what through RBAC objects, and who could through a map in their place.
type Proof struct {
	metav1.TypeMeta `json:",inline"`

	// Map is namespace/name.
	Map    string `json:"map"`
	Counts Counts `json:"counts"`
	Items  []Row  `json:"items"`
	// Notes say what the rows do not show.
	Notes []string `json:"notes,omitempty"`
}

// Counts of a Proof: subjects, and rows by what changes.
type Counts struct {
	Subjects int `json:"subjects"`
	Gains    int `json:"gains"`
	Loses    int `json:"loses"`
	Keeps    int `json:"keeps"`
	Unknown  int `json:"unknown"`
}

// Row is a right of one subject.
type Row struct {
	Subject v1alpha1.Subject `json:"subject"`
	// Right has the verbs and the scope in words.
	Right  string   `json:"right"`
	Verbs  []string `json:"verbs"`
	Scope  Scope    `json:"scope"`
	Before Held     `json:"before"`
	After  Held     `json:"after"`

	// Change is gains, loses, keeps or unknown.
	Change string `json:"change"`
}

// The values of Row.Change.
const (
	gains = "gains"
	loses = "loses"
	keeps = "keeps"
	// mayChange : a role with unknown rules may give the right.
	mayChange = "unknown"
)

// Prove compares RBAC objects with a map that would replace their bindings. The rights of bindings that stay are no rows of
// their own. Those that the operator has written for other maps stay.
func Prove(before *RBAC, p *product.Product) *Proof {
	proof := &Proof{Map: p.Name()}
	before, ofOthers := before.keepGrantsOfOthers(names.Owner{Namespace: p.Map.Namespace, Name: p.Map.Name})
	if ofOthers > 0 {
		proof.Notes = append(proof.Notes, "The rights that other maps give stay and are not shown: "+messages.Count(ofOthers, "RoleBinding", "RoleBindings")+".")
	}
	had, unknown := before.holdings(&before.Bindings)
	after, notes := inPlace(p, before)
	has, unknownAfter := after.holdings(&after.Bindings)
	staying, unknownStaying := before.holdings(&before.Staying)
	proof.Notes = append(proof.Notes, notes...)
	if unknown = slices.Compact(slices.Sorted(slices.Values(slices.Concat(unknown, unknownAfter, unknownStaying)))); len(unknown) > 0 {
		proof.Notes = append(proof.Notes, "The rules of these roles are unknown, so what they allow is one row: "+messages.And(unknown, maxListed)+".")
	}
	proof.Items = rows(had, has, staying)
	proof.Counts = Count(proof.Items)
	proof.Notes = append(proof.Notes, aboutSubjects(proof.Items, p)...)
	return proof
}

// Count counts rows.
func Count(rows []Row) Counts {
	var c Counts
	subjects := map[v1alpha1.Subject]bool{}
	for i := range rows {
		subjects[rows[i].Subject] = true
		switch rows[i].Change {
		case gains:
			c.Gains++
		case loses:
			c.Loses++
		case keeps:
			c.Keeps++
		default:
			c.Unknown++
		}
	}
	c.Subjects = len(subjects)
	return c
}

// aboutSubjects says what no row can show.
func aboutSubjects(rows []Row, p *product.Product) []string {
	var out []string
	if slices.ContainsFunc(rows, func(row Row) bool { return row.Subject.Kind == v1alpha1.SubjectGroup }) {
		out = append(out, "A user in one of these groups has its rights, too: only the directory knows who that is.")
	}
	loses := func(s v1alpha1.Subject) bool {
		if s.Kind == v1alpha1.SubjectServiceAccount {
			s.Namespace = cmp.Or(s.Namespace, p.Map.Namespace)
		}
		return slices.ContainsFunc(rows, func(row Row) bool { return row.Subject == s && row.Change == loses })
	}
	if slices.ContainsFunc(p.Map.Spec.DevelopmentTeam.Subjects, loses) {
		out = append(out, "A map gives the development team no rights: keep the bindings of the roles that it works with.")
	}
	return out
}

// inPlace returns what the operator would write for the map once it is valid, with the ClusterRoles that are known.
func inPlace(p *product.Product, known *RBAC) (out *RBAC, notes []string) {
	out = &RBAC{ClusterRoles: known.ClusterRoles}
	owner := names.Owner{Namespace: p.Map.Namespace, Name: p.Map.Name}
	grants := render.Grants(owner.Name, p.Table)
	for i := range grants {
		out.Roles = append(out.Roles, *grants[i].RoleObject(owner))
		out.RoleBindings = append(out.RoleBindings, *grants[i].BindingObject(owner))
	}
	targets := &p.Map.Spec.TargetNamespaces
	subjects := render.GrantSubjects(grants)
	for _, namespace := range targets.Names {
		for _, role := range names.Roles {
			if len(subjects[role]) > 0 {
				out.RoleBindings = append(out.RoleBindings, *render.TargetBinding(owner, namespace, role, subjects[role]))
			}
		}
	}
	if n := len(validate.Errors(p.Findings)); n > 0 {
		notes = append(notes, fmt.Sprintf("The map has %s: it gives these rights once you have corrected it.", messages.Count(n, "error", "errors")))
	}
	if len(targets.Names) > 0 {
		notes = append(notes, "The target namespaces of the map are taken to exist, and to accept it.")
	}
	if targets.Selector != nil {
		notes = append(notes, "Namespaces that only the selector of the map picks are not shown.")
	}
	return out, notes
}

// SubjectName is how a table names a subject.
func SubjectName(s v1alpha1.Subject) string {
	if s.Namespace != "" {
		return string(s.Kind) + " " + s.Namespace + "/" + s.Name
	}
	return string(s.Kind) + " " + s.Name
}
