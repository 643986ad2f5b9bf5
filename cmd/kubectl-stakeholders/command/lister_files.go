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
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

func (l *lister) files(ctx context.Context) error {
	err := l.source.files.Read(ctx, l.In, func(d *manifest.Document) error { return l.addDocument(ctx, d) })
	// A map before the problem can have one itself.
	if err = cmp.Or(l.addWaiting(ctx), err); err != nil {
		return failure.Usage("%w", err)
	}
	if l.maps == 0 && len(l.namespaces) == 0 {
		return failure.Usage("no StakeholderMap in %s", l.source.where())
	}
	return nil
}

// mostWaiting bounds how many maps are checked together.
const mostWaiting = 256

func (l *lister) addDocument(ctx context.Context, d *manifest.Document) error {
	switch {
	case isPolicy(d) && l.source.policy == "":
		if err := l.addWaiting(ctx); err != nil {
			return err
		}
		return l.takePolicy(ctx, d)
	case !d.IsMap():
		return nil
	}
	l.waiting = append(l.waiting, d)
	l.bytes += len(d.JSON)
	if len(l.waiting) < mostWaiting && l.bytes < manifest.MaxDocument {
		return nil
	}
	return l.addWaiting(ctx)
}

// addWaiting writes the rows of the maps that wait, in their order.
func (l *lister) addWaiting(ctx context.Context) error {
	found, namespace := make([]listedMap, len(l.waiting)), l.defaultNamespace()
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, d := range l.waiting {
		group.Go(func() error {
			found[i] = l.read(ctx, d, namespace)
			return nil
		})
	}
	_ = group.Wait()
	if ctx.Err() != nil {
		return failure.ErrInterrupted
	}
	waiting := l.waiting
	l.waiting, l.bytes = nil, 0
	for i, f := range found {
		if f.err != nil {
			return f.err
		}
		if err := namedOnce(l.seen, waiting[i], f.m); err != nil {
			return err
		}
		if !l.looksIn(f.m.Namespace) {
			continue
		}
		if err := l.add(&f); err != nil {
			return err
		}
	}
	return nil
}

// looksIn reports whether the list has maps of a namespace.
func (l *lister) looksIn(namespace string) bool {
	return len(l.namespaces) == 0 || slices.Contains(l.namespaces, namespace)
}

// namedOnce refuses a map that one of the files before has, too. One without a name cannot be the same.
func namedOnce(seen map[string]string, d *manifest.Document, m *v1alpha1.StakeholderMap) error {
	if m.Name == "" {
		return nil
	}
	key := product.Key(m.Namespace, m.Name)
	if first, again := seen[key]; again {
		problem := fmt.Sprintf("StakeholderMap %s is in %s, too. Name each map once", key, first)
		return &manifest.SyntaxError{File: d.File, Line: d.Begin(), Problem: problem}
	}
	seen[key] = d.File
	return nil
}

// read reads a map, which can be in a default namespace, and describes it. It changes nothing.
func (l *lister) read(ctx context.Context, d *manifest.Document, namespace string) listedMap {
	m, err := decodeMap(ctx, d)
	if err != nil {
		return listedMap{err: err}
	}
	m.Namespace = cmp.Or(m.Namespace, namespace)
	if !l.looksIn(m.Namespace) {
		return listedMap{m: m}
	}
	return l.describe(m, func() (*bool, error) {
		problems, err := refusal(ctx, d)
		return new(len(problems) == 0 && !validate.HasErrors(validate.Map(m, l.policy, l.now))), err
	})
}

// takePolicy judges the maps that follow by a policy. Those before it are written already.
func (l *lister) takePolicy(ctx context.Context, d *manifest.Document) (err error) {
	if l.maps > 0 && l.filter.IsEmpty() {
		l.note("The policy in " + d.File + " follows maps, which are judged without it. Name its file with --policy.")
	}
	l.policy, err = decodePolicy(ctx, d)
	return err
}
