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

package command

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

const (
	kindMap    = "StakeholderMap"
	kindPolicy = "StakeholderPolicy"
)

// namespaceGiven returns the namespace that the user has chosen with -n, or "".
func (e *environment) namespaceGiven() string { return *e.flags.Namespace }

// productInFiles finds a product in the files of -f. Policy replaces the one in the files, if it is not nil.
func (e *environment) productInFiles(
	ctx context.Context, s *source, name string, policy *v1alpha1.StakeholderPolicySpec, now time.Time,
) (*product.Product, error) {
	in := &filesSearch{search: product.NewSearch(name, e.namespaceGiven()), namespace: e.namespaceGiven(), matches: map[product.Candidate]*manifest.Document{}}
	if err := s.files.Read(ctx, e.In, in.add); err != nil {
		return nil, failure.Usage("%w", err)
	}
	where := "in " + strings.Join(s.files.Names, ", ")
	if in.maps == 0 {
		return nil, failure.Usage("no StakeholderMap %s%s", where, in.instead())
	}
	candidate, err := in.search.Result(where)
	if err != nil {
		return nil, err
	}
	m := &v1alpha1.StakeholderMap{}
	if err := in.matches[candidate].Decode(m); err != nil {
		return nil, failure.Usage("%w", err)
	}
	m.Namespace = candidate.Namespace
	if policy == nil {
		policy = in.policy
	}
	return product.Declared(m, policy, now)
}

// filesSearch looks for a product in files. It keeps only what matches.
type filesSearch struct {
	search *product.Search
	// namespace of maps that name none.
	namespace string
	matches   map[product.Candidate]*manifest.Document
	policy    *v1alpha1.StakeholderPolicySpec
	maps      int
	others    []string
}

func (f *filesSearch) add(d *manifest.Document) error {
	switch {
	case d.Kind == kindMap && isOurs(d):
		return f.addMap(d)
	case d.Kind == kindPolicy && isOurs(d) && d.Name == v1alpha1.PolicyName:
		policy, err := policyOf(d)
		f.policy = policy
		return err
	case !slices.Contains(f.others, d.Kind):
		f.others = append(f.others, d.Kind)
	}
	return nil
}

func (f *filesSearch) addMap(d *manifest.Document) error {
	f.maps++
	if err := checkVersion(d); err != nil {
		return err
	}
	// Only what the search compares: there may be thousands of maps.
	var named struct {
		Spec struct {
			Product struct {
				DisplayName string `json:"displayName"`
			} `json:"product"`
		} `json:"spec"`
	}
	_ = json.Unmarshal(d.JSON, &named) // A map that is chosen is decoded as a whole, and the error shown.
	c := product.Candidate{Namespace: d.Namespace, Name: d.Name, DisplayName: named.Spec.Product.DisplayName}
	if c.Namespace == "" {
		c.Namespace = f.namespace
	}
	if f.namespace != "" && c.Namespace != f.namespace {
		return nil
	}
	if f.search.Add(c) && f.matches[c] == nil {
		f.matches[c] = d
	}
	return nil
}

// instead says what the files have that is no map.
func (f *filesSearch) instead() string {
	if len(f.others) == 0 {
		return ""
	}
	const shown = 5
	slices.Sort(f.others)
	return ": there is only " + messages.And(f.others, shown)
}

// isOurs reports whether a document is an object of the operator's API group, in any version.
func isOurs(d *manifest.Document) bool {
	return strings.HasPrefix(d.APIVersion, v1alpha1.GroupVersion.Group+"/")
}

// checkVersion refuses an object of a version that this plugin does not know.
func checkVersion(d *manifest.Document) error {
	if d.APIVersion == v1alpha1.GroupVersion.String() {
		return nil
	}
	return &manifest.SyntaxError{
		File: d.File, Line: d.Line,
		Problem: d.Kind + " " + d.Name + " has apiVersion " + d.APIVersion + ", and this plugin knows only " + v1alpha1.GroupVersion.String() + ". Update the plugin",
	}
}

// policyInFile reads the policy of --policy. Nil means that there is no such flag.
func (e *environment) policyInFile(ctx context.Context, file string) (*v1alpha1.StakeholderPolicySpec, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // nil means that there is none
	}
	var policy *v1alpha1.StakeholderPolicySpec
	files := manifest.Files{Names: []string{file}}
	err := files.Read(ctx, e.In, func(d *manifest.Document) (err error) {
		if d.Kind == kindPolicy && isOurs(d) && policy == nil {
			policy, err = policyOf(d)
		}
		return err
	})
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	if policy == nil {
		return nil, failure.Usage("no StakeholderPolicy in %s, which --policy names", file)
	}
	return policy, nil
}

// policyOf returns what a policy in a file puts in force, which is never nil. One that is already in a cluster says so in its status.
func policyOf(d *manifest.Document) (*v1alpha1.StakeholderPolicySpec, error) {
	if err := checkVersion(d); err != nil {
		return nil, err
	}
	policy := &v1alpha1.StakeholderPolicy{}
	if err := d.Decode(policy); err != nil {
		return nil, err
	}
	spec := policy.Spec
	if effectivepolicy.HasStatus(policy) && policy.Name == v1alpha1.PolicyInForceName {
		spec = policy.Status.InForce.Spec
	}
	if spec == nil {
		return &v1alpha1.StakeholderPolicySpec{}, nil
	}
	if broken := validate.Policy(spec); len(broken) > 0 {
		return nil, &manifest.SyntaxError{
			File: d.File, Line: d.Line,
			Problem: "the StakeholderPolicy is invalid, so the operator would not put it in force: " + broken[0].Error(),
		}
	}
	return spec, nil
}
