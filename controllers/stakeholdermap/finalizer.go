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

package stakeholdermap

import (
	"context"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// writeFinalizer adds our finalizer to a map, or removes it. It makes no request if nothing differs.
func (w *statusWriter) writeFinalizer(ctx context.Context, m *v1alpha1.StakeholderMap, wanted bool) error {
	seen := apply.SeenAs(names.KindMap, m)
	written, err := w.writer.WriteFinalizer(ctx, m, v1alpha1.TargetsFinalizer, wanted)
	key := client.ObjectKeyFromObject(m)
	switch {
	case written && !m.DeletionTimestamp.IsZero() && len(m.Finalizers) == 0:
		w.writes.RecordRelease(key, apply.Part{Kind: names.KindMap, Key: key}, m.UID)
	case written:
		w.writes.RecordWrite(key, apply.Part{Kind: names.KindMap, Key: key}, m.ResourceVersion)
	}
	return apply.ExplainConflict(ctx, w.writer.Live, seen, err)
}

// releaseFinalizer removes the finalizer, unless an object of the map turns up in another namespace when that is searched by name:
// changed labels hide objects from the cache. The result has apply.ErrHiddenFound then, and the next reconcile removes what
// was found.
func (w *statusWriter) releaseFinalizer(ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap) apply.Result {
	if !slices.Contains(m.Finalizers, v1alpha1.TargetsFinalizer) {
		return nil
	}
	switch found, problems := session.FindHidden(ctx); {
	case !problems.OK():
		return problems
	case found:
		return apply.ResultOf(apply.ErrHiddenFound)
	}
	return apply.ResultOf(w.writeFinalizer(ctx, m, false))
}
