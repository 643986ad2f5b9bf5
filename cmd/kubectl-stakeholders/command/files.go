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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// namespaceGiven returns the namespace that the user has chosen with -n, or "".
func (e *environment) namespaceGiven() string { return *e.flags.Namespace }

// productInFiles finds a product in the files of -f.
func (e *environment) productInFiles(ctx context.Context, s *source, name string, a assumed) (*product.Product, error) {
	in := &filesSearch{
		search: product.NewSearch(name, e.namespaceGiven()), wanted: e.namespaceGiven(), namespace: e.defaultNamespace(),
		matches: map[product.Candidate]*manifest.Document{},
	}
	read := func(each func(*manifest.Document) error) error { return s.files.Read(ctx, e.In, each) }
	if err := e.counted(read)(func(d *manifest.Document) error { return in.add(ctx, d) }); err != nil {
		return nil, failure.Usage("%w", err)
	}
	where := "in " + s.where()
	if in.wanted != "" {
		where = "in namespace " + in.wanted + " " + where
	}
	if in.maps == 0 {
		return nil, failure.Usage("no StakeholderMap in %s%s", s.where(), in.instead())
	}
	candidate, err := in.search.Result(where, s.flags())
	if err != nil {
		return nil, err
	}
	d := in.matches[candidate]
	m, err := decodeMap(ctx, d)
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	m.Namespace = candidate.Namespace
	if a.policy == nil {
		a.policy = in.policy
	}
	problems, err := refusal(ctx, d)
	if err != nil {
		return nil, err
	}
	p, err := declared(m, problems, a)
	if err != nil {
		return nil, err
	}
	p.Flags = s.flags()
	return p, nil
}

// declared returns the product of a map in a file, which the API server refuses if there are problems.
func declared(m *v1alpha1.StakeholderMap, problems []schema.Problem, a assumed) (*product.Product, error) {
	p, err := product.Declared(m, a.policy, a.at)
	if err != nil {
		return nil, err
	}
	p.Refused, p.Findings = len(problems) > 0, lint.WithRefusal(problems, p.Findings)
	return p, nil
}

// filesSearch looks for a product in files. It keeps only what matches.
type filesSearch struct {
	search *product.Search
	// wanted is the namespace in which the product has to be. Empty: any.
	wanted string
	// namespace of maps that name none.
	namespace string
	matches   map[product.Candidate]*manifest.Document
	policy    *v1alpha1.StakeholderPolicySpec
	maps      int
	others    []string
}

func (f *filesSearch) add(ctx context.Context, d *manifest.Document) (err error) {
	switch {
	case d.IsMap():
		return f.addMap(d)
	case isPolicy(d):
		f.policy, err = decodePolicy(ctx, d)
		return err
	case !slices.Contains(f.others, d.Kind):
		f.others = append(f.others, d.Kind)
	}
	return nil
}

func (f *filesSearch) addMap(d *manifest.Document) error {
	f.maps++
	if err := d.CheckVersion(); err != nil {
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
	add := f.search.Add
	if f.wanted != "" && c.Namespace != f.wanted {
		add = f.search.AddElsewhere
	}
	if add(c) && f.matches[c] == nil {
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
