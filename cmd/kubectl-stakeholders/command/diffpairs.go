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
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
)

// pairs previews each map before and after.
func (d *diffCommand) pairs(ctx context.Context, s *sides, now time.Time) ([]changes.Pair, error) {
	keys := changes.Affected(s.before.World, s.after.World, s.removes, s.rewritten())
	if err := s.check(ctx, keys); err != nil {
		return nil, err
	}
	was, is := s.before.ByName(), s.after.ByName()
	pairs := make([]changes.Pair, 0, len(keys))
	var after []*preview.Product
	for _, key := range keys {
		pair, err := d.pair(s, was[key], is[key], now)
		if err != nil {
			return nil, err
		}
		pair.Context = s.context[key]
		pairs = append(pairs, pair)
		if pair.After != nil && !pair.Context && len(pair.RefusedAfter) == 0 {
			after = append(after, pair.After)
		}
	}
	d.noteRefused(s)
	d.notes(assumptions(after))
	return pairs, nil
}

// pair previews a map before and after. One of them may be nil.
func (d *diffCommand) pair(s *sides, was, is *v1alpha1.StakeholderMap, now time.Time) (pair changes.Pair, err error) {
	if pair.Before, pair.RefusedBefore, err = s.before.product(was, now); err != nil {
		return pair, err
	}
	if pair.After, pair.RefusedAfter, err = s.after.product(is, now); err != nil {
		return pair, err
	}
	if pair.Before != nil && s.refine != nil {
		if err := s.refine(pair.Before); err != nil {
			return pair, err
		}
	}
	switch {
	case len(pair.RefusedAfter) > 0:
	case pair.After != nil && pair.After.IsInvalid() && !s.context[preview.KeyOf(is)]:
		d.note(pair.After.Name() + " is invalid" + seeLint)
	}
	return pair, nil
}

// product previews a map, and returns the fields for which the API server refuses it. It is nil if the map is. Of a refused map
// only the name counts.
func (s *side) product(m *v1alpha1.StakeholderMap, now time.Time) (p *preview.Product, refused []string, err error) {
	if m == nil {
		return nil, nil, nil
	}
	refused = refusedFields(s.refused[preview.KeyOf(m)])
	if len(refused) > 0 {
		m = &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Name}}
	}
	if p, err = s.Product(m, now); err != nil {
		return nil, nil, failure.Usage("StakeholderMap %s/%s: %w", m.Namespace, m.Name, err)
	}
	return p, refused, nil
}
