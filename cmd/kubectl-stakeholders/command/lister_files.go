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
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
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
	l.waiting, l.bytes = nil, 0
	for _, f := range found {
		if f.err != nil {
			return f.err
		}
		if len(l.namespaces) > 0 && !slices.Contains(l.namespaces, f.m.Namespace) {
			continue
		}
		if err := l.add(f.m, f.valid); err != nil {
			return err
		}
	}
	return nil
}

// listedMap is a map of a file, or why it cannot be read.
type listedMap struct {
	m     *v1alpha1.StakeholderMap
	valid *bool
	err   error
}

// read reads a map, which can be in a default namespace, and whether it is valid if the list says so. It changes nothing.
func (l *lister) read(ctx context.Context, d *manifest.Document, namespace string) (out listedMap) {
	if out.m, out.err = decodeMap(ctx, d); out.err != nil {
		return out
	}
	out.m.Namespace = cmp.Or(out.m.Namespace, namespace)
	if !l.filter.IsEmpty() {
		return out
	}
	problems, err := refusal(ctx, d)
	out.valid, out.err = new(len(problems) == 0 && !validate.HasErrors(validate.Map(out.m, l.policy, l.now))), err
	return out
}

// takePolicy judges the maps that follow by a policy. Those before it are written already.
func (l *lister) takePolicy(ctx context.Context, d *manifest.Document) (err error) {
	if l.maps > 0 && l.filter.IsEmpty() {
		l.note("The policy in " + d.File + " follows maps, which are judged without it. Name its file with --policy.")
	}
	l.policy, err = decodePolicy(ctx, d)
	return err
}
