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
	"slices"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
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
		return err
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
	add := func(m *v1alpha1.StakeholderMap) error { return l.add(m, validity(m)) }
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

// add writes the rows of a map.
func (l *lister) add(m *v1alpha1.StakeholderMap, valid *bool) error {
	l.maps++
	l.progress.Update(l.maps)
	if l.filter.IsEmpty() {
		l.rows++
		return l.stream.Add(product.NewRow(m, valid))
	}
	for _, row := range l.filter.Rows(m, l.now) {
		l.rows++
		if err := l.stream.Add(row); err != nil {
			return err
		}
	}
	return nil
}

func hasGroups(who product.Identity) bool { return len(who.Groups) > 0 }
