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
	"context"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
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

// check finds those of some maps that the API server refuses. What is written alike on both sides is checked once.
func (s *sides) check(ctx context.Context, keys []types.NamespacedName) (err error) {
	was, is := make(map[types.NamespacedName][]byte), make(map[types.NamespacedName][]byte)
	for _, key := range keys {
		if before, ok := s.before.written[key]; ok {
			was[key] = before
		}
		if after, ok := s.after.written[key]; ok && !bytes.Equal(was[key], after) {
			is[key] = after
		}
	}
	if s.before.refused, err = refusals(ctx, was); err != nil {
		return err
	}
	if s.after.refused, err = refusals(ctx, is); err != nil {
		return err
	}
	for key, problems := range s.before.refused {
		if bytes.Equal(s.before.written[key], s.after.written[key]) {
			s.after.refused[key] = problems
		}
	}
	return nil
}

// refusals returns the problems of those maps that the API server refuses. It checks several at the same time.
func refusals(ctx context.Context, written map[types.NamespacedName][]byte) (map[types.NamespacedName][]schema.Problem, error) {
	var mu sync.Mutex
	refused := make(map[types.NamespacedName][]schema.Problem)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for key, content := range written {
		group.Go(func() error {
			problems, err := schema.Check(ctx, names.KindMap, content)
			if len(problems) > 0 {
				mu.Lock()
				defer mu.Unlock()
				refused[key] = problems
			}
			return err
		})
	}
	return refused, group.Wait()
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

// refusedFields returns the fields of problems, each once.
func refusedFields(problems []schema.Problem) []string {
	fields := make([]string, len(problems))
	for i := range problems {
		fields[i] = problems[i].Place()
	}
	slices.Sort(fields)
	return slices.Compact(fields)
}
