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
	"bytes"
	"cmp"
	"context"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// rewritten returns the maps that differ in anything, also in what cannot be read.
func (s *sides) rewritten() map[types.NamespacedName]bool {
	out := make(map[types.NamespacedName]bool)
	for key, content := range s.after.written {
		if was, ok := s.before.written[key]; ok && !bytes.Equal(was, content) {
			out[key] = true
		}
	}
	return out
}

// check finds the maps that the API server refuses. What is written alike on both sides is checked once.
func (s *sides) check(ctx context.Context) error {
	// Maps of a cluster are not in files, so before may have none.
	all := make(map[types.NamespacedName][]byte)
	maps.Copy(all, s.before.written)
	maps.Copy(all, s.after.written)
	keys := slices.Collect(maps.Keys(all))
	was, is := make([][]string, len(keys)), make([][]string, len(keys))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, key := range keys {
		group.Go(func() (err error) {
			before, after := s.before.written[key], s.after.written[key]
			if was[i], err = refusedFields(ctx, before); err != nil || bytes.Equal(before, after) {
				is[i] = was[i]
				return err
			}
			is[i], err = refusedFields(ctx, after)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	s.before.refused, s.after.refused = make(map[types.NamespacedName][]string), make(map[types.NamespacedName][]string)
	for i, key := range keys {
		s.before.refused[key], s.after.refused[key] = was[i], is[i]
	}
	return nil
}

// seeLint ends a sentence about a map that has no effect.
const seeLint = ". Run `kubectl stakeholders lint` to see why."

// noteRefused names the maps that the API server refuses.
func (d *diffCommand) noteRefused(s *sides) {
	for _, m := range s.after.Maps {
		if key := preview.KeyOf(m); len(s.after.refused[key]) > 0 {
			d.note("The API server refuses " + key.String() + seeLint)
		}
	}
}

// mostBytesOfField is how much of a field's path is shown.
const mostBytesOfField = 200

// refusedFields returns the fields for which the API server refuses a map, each once: none if there is no map.
func refusedFields(ctx context.Context, content []byte) ([]string, error) {
	if content == nil {
		return nil, nil
	}
	problems, err := schema.Check(ctx, names.KindMap, content)
	fields := make([]string, 0, len(problems))
	for _, problem := range problems {
		// An unknown field can have any name.
		fields = append(fields, messages.Truncate(cmp.Or(problem.Field, "object"), mostBytesOfField))
	}
	slices.Sort(fields)
	return slices.Compact(fields), err
}
