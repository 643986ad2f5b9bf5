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
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
)

// contentOf is a digest of a status without the times of its conditions, which are others each time that a condition is
// put back.
func contentOf(status v1alpha1.StakeholderMapStatus) string {
	status.Conditions = messages.WithoutTimes(status.Conditions)
	return apply.Digest(status)
}

// statusWriter writes the status of maps, and our finalizer.
type statusWriter struct {
	writer *statuswriter.Writer
	writes *apply.Writes
}

// report writes the status that a reconcile has come to, and records events about what has changed in it since before.
// Changes is what events about rights have said already.
func (w *statusWriter) report(
	ctx context.Context, m *v1alpha1.StakeholderMap, before, next v1alpha1.StakeholderMapStatus, changes *grantChanges,
) error {
	if err := w.write(ctx, m, next); err != nil {
		w.writer.RecordRefusal(m, err)
		return err
	}
	recordConditionEvents(w.writer.Recorder, m, before, next, changes)
	return nil
}

// recordPendingRevision writes into status what is left of the last valid table, before that takes its place.
func (w *statusWriter) recordPendingRevision(ctx context.Context, m *v1alpha1.StakeholderMap, table *routing.RoutingTable) error {
	if table.Revision == m.Status.RoutingRevision || table.Revision == m.Status.PendingRoutingRevision {
		return nil
	}
	next := m.Status
	next.PendingRoutingRevision = table.Revision
	return w.write(ctx, m, next)
}

// clearRevisions writes into status that what the ConfigMap has is no longer in force.
func (w *statusWriter) clearRevisions(ctx context.Context, m *v1alpha1.StakeholderMap) error {
	if m.Status.RoutingRevision == "" {
		return nil
	}
	next := m.Status
	next.RoutingRevision, next.PendingRoutingRevision = "", ""
	return w.write(ctx, m, next)
}

// write writes a status if it differs from the one of the map, and puts it into the map. The error is an *apply.DisputeError
// if the status is not written because another writer has undone the same again and again.
func (w *statusWriter) write(ctx context.Context, m *v1alpha1.StakeholderMap, next v1alpha1.StakeholderMapStatus) error {
	if equality.Semantic.DeepEqual(m.Status, next) {
		return nil
	}
	change := statuswriter.Change{Object: m, Status: &next, Before: contentOf(m.Status), After: contentOf(next)}
	if held := w.writer.HeldBack(change); held != nil {
		return held
	}
	version, err := w.writer.Apply(ctx, change, m.ResourceVersion)
	again := apierrors.IsConflict(err)
	if again {
		version, err = w.writeAgain(ctx, m, change, err)
	}
	if apierrors.IsNotFound(err) {
		// The map was deleted in the meantime.
		return nil
	}
	if err != nil {
		if apply.StateOf(err) == apply.Raced {
			w.writer.Wrote(ctx, change, "")
		}
		return fmt.Errorf("write status: %w", err)
	}
	w.writer.Wrote(ctx, change, change.After)
	key := client.ObjectKeyFromObject(m)
	switch {
	case version == "":
	case again:
		// The rest of the map, such as its finalizers, has changed since it was read.
		w.writes.RecordBlindWrite(key, apply.Part{Kind: names.KindMap, Key: key}, version)
	default:
		w.writes.RecordWrite(key, apply.Part{Kind: names.KindMap, Key: key}, version)
		m.ResourceVersion = version
	}
	m.Status = next
	return nil
}

// writeAgain writes the status of a map that has changed since it was read. What was enforced is in force, and status has to
// say so: otherwise an edit that makes the map invalid would find a table that status does not name. It does not write if
// another writer has changed the status since, or the name belongs to another map by now. The error is the conflict then.
func (w *statusWriter) writeAgain(
	ctx context.Context, m *v1alpha1.StakeholderMap, change statuswriter.Change, conflict error,
) (version string, err error) {
	live := &v1alpha1.StakeholderMap{}
	if err := w.writer.Live.Get(ctx, client.ObjectKeyFromObject(m), live); err != nil {
		return "", err
	}
	if live.UID != m.UID || !equality.Semantic.DeepEqual(live.Status, m.Status) {
		return "", conflict
	}
	if live.ResourceVersion == m.ResourceVersion {
		return "", apply.ExplainConflict(ctx, w.writer.Live, apply.SeenAs(names.KindMap, m), conflict)
	}
	return w.writer.Apply(ctx, change, live.ResourceVersion)
}
