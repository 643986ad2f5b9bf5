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
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// lister writes the rows of maps as they come.
type lister struct {
	*list

	filter *product.Filter
	// namespaces in which the list looks. None: all.
	namespaces []string
	policy     *v1alpha1.StakeholderPolicySpec
	now        time.Time
	stream     *output.Stream
	progress   *terminal.Progress
	// waiting are the maps of files that are checked together, of some bytes.
	waiting []*manifest.Document
	bytes   int
	maps    int
	rows    int
	// seen has the file of each map.
	seen map[string]string
	// invalid are the maps that are, and whose parties are listed.
	invalid []string
}

// run writes the list. Each calls add for every map.
func (l *lister) run(each func() error) (err error) {
	kind := productList
	if !l.filter.IsEmpty() {
		kind = partyList
	}
	if l.stream, err = l.output.Stream(l.Terminal, kind); err != nil {
		return err
	}
	l.progress = l.Progress("Reading maps")
	err = each()
	l.progress.Done()
	if err != nil {
		return cmp.Or(l.stream.Abandon(), err)
	}
	if err := l.stream.Close(); err != nil {
		return err
	}
	l.noteGaps()
	return nil
}

// noteGaps says what the list does not show, and why there is no row. That is no error, as with kubectl get.
func (l *lister) noteGaps() {
	if len(l.subjects) > 0 && !slices.Contains(l.subjects, me) && !slices.ContainsFunc(l.filter.Who, hasGroups) {
		l.note("Roles through groups are listed only for groups that you name with --for group:NAME.")
	}
	if len(l.invalid) > 0 {
		const most = 5
		l.note("The operator does not put an invalid map in force: " + messages.And(l.invalid, most) + ".")
	}
	switch {
	case l.rows > 0:
	case l.maps == 0:
		l.note("No product found." + l.elsewhere())
	case l.filter.IsEmpty():
	default:
		l.note("No party of the products found fits." + l.elsewhere())
	}
}

func (l *lister) elsewhere() string {
	if len(l.namespaces) == 0 {
		return ""
	}
	return " Without -n, all namespaces are listed."
}

func (l *lister) cluster(ctx context.Context, c *cluster.Cluster) error {
	add := func(m *v1alpha1.StakeholderMap) error {
		listed := l.describe(m, func() (*bool, error) { return validity(m), nil })
		return l.add(&listed)
	}
	for _, namespace := range l.namespaces {
		if err := c.EachMap(ctx, namespace, add); err != nil {
			return err
		}
	}
	if len(l.namespaces) > 0 {
		return nil
	}
	namespace, err := c.EachMapAllowed(ctx, add)
	if err == nil && namespace != "" {
		l.note("You may not list maps in all namespaces, so this is namespace " + namespace + " only.")
	}
	return err
}

// listedMap is a map with its rows, or why it has none.
type listedMap struct {
	m    *v1alpha1.StakeholderMap
	rows []output.Row
	// invalid says that the rows are parties of a map that is.
	invalid bool
	err     error
}

// describe returns the rows of a map. It calls isValid if there are any. It changes nothing.
func (l *lister) describe(m *v1alpha1.StakeholderMap, isValid func() (*bool, error)) listedMap {
	if l.filter.IsEmpty() {
		valid, err := isValid()
		return listedMap{m: m, rows: []output.Row{product.NewRow(m, valid)}, err: err}
	}
	parties := l.filter.Rows(m, l.now)
	if len(parties) == 0 {
		return listedMap{m: m}
	}
	valid, err := isValid()
	out := listedMap{m: m, rows: make([]output.Row, len(parties)), invalid: valid != nil && !*valid, err: err}
	for i, party := range parties {
		party.MapValid = valid
		out.rows[i] = party
	}
	return out
}

// add writes the rows of a map.
func (l *lister) add(listed *listedMap) error {
	l.maps++
	l.progress.Update(l.maps)
	if listed.invalid {
		l.invalid = append(l.invalid, product.Key(listed.m.Namespace, listed.m.Name))
	}
	for _, row := range listed.rows {
		l.rows++
		if err := l.stream.Add(row); err != nil {
			return err
		}
	}
	return nil
}

func hasGroups(who product.Identity) bool { return len(who.Groups) > 0 }
