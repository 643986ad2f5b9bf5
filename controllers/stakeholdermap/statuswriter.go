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

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	mapac "github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1/applyconfiguration/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// statusOfMap is what messages call the status of a map.
const statusOfMap = "the status of StakeholderMap"

func mapStatus(m *v1alpha1.StakeholderMap) apply.Part {
	return apply.Part{Kind: statusOfMap, Key: client.ObjectKeyFromObject(m)}
}

func mapFinalizers(m *v1alpha1.StakeholderMap) apply.Part {
	return apply.Part{Kind: "the finalizers of StakeholderMap", Key: client.ObjectKeyFromObject(m)}
}

// contentOf is a digest of a status without the times of its conditions, which are others each time that a condition is
// put back.
func contentOf(status v1alpha1.StakeholderMapStatus) string {
	status.Conditions = messages.WithoutTimes(status.Conditions)
	return apply.Digest(status)
}

// statusWriter writes the status of maps.
type statusWriter struct {
	client   client.Client
	live     client.Reader
	writes   *apply.Writes
	rewrites *apply.Rewrites
	recorder events.EventRecorder
}

// report writes the status that a reconcile has come to, and records events about what has changed in it since before.
// Changes is what events about rights have said already.
func (w *statusWriter) report(
	ctx context.Context, m *v1alpha1.StakeholderMap, before, next v1alpha1.StakeholderMapStatus, changes *grantChanges,
) error {
	if err := w.write(ctx, m, next); err != nil {
		if apply.StateOf(err) == apply.Refused {
			// Status cannot say it.
			messages.Record(w.recorder, m, corev1.EventTypeWarning, v1alpha1.ReasonApplyFailed, "WriteStatus", err.Error())
		}
		return err
	}
	recordConditionEvents(w.recorder, m, before, next, changes)
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
	part, wanted, seen := mapStatus(m), apply.Digest(m.Generation, contentOf(next)), contentOf(m.Status)
	if held := w.rewrites.HeldBack(part.Key, part, wanted, seen); held != nil {
		return held
	}
	config := statusConfiguration(m, next)
	err := w.client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
	again := apierrors.IsConflict(err)
	if again {
		config, err = w.writeAgain(ctx, m, next, err)
	}
	if apierrors.IsNotFound(err) {
		// The map was deleted in the meantime.
		return nil
	}
	if err != nil {
		if apply.StateOf(err) == apply.Raced {
			w.recordWrite(ctx, m, apply.Write{Wanted: wanted, Before: seen})
		}
		return fmt.Errorf("write status: %w", err)
	}
	w.recordWrite(ctx, m, apply.Write{Wanted: wanted, Before: seen, After: contentOf(next)})
	// The answer has been read into config.
	key := client.ObjectKeyFromObject(m)
	switch {
	case config.ResourceVersion == nil:
	case again:
		// The rest of the map, such as its finalizers, has changed since it was read.
		w.writes.RecordBlindWrite(key, apply.Part{Kind: names.KindMap, Key: key}, *config.ResourceVersion)
	default:
		w.writes.RecordWrite(key, apply.Part{Kind: names.KindMap, Key: key}, *config.ResourceVersion)
		m.ResourceVersion = *config.ResourceVersion
	}
	m.Status = next
	return nil
}

// writeAgain writes the status of a map that has changed since it was read. What was enforced is in force, and status has to
// say so: otherwise an edit that makes the map invalid would find a table that status does not name. It does not write if
// another writer has changed the status since, or the name belongs to another map by now. The error is the conflict then.
func (w *statusWriter) writeAgain(
	ctx context.Context, m *v1alpha1.StakeholderMap, next v1alpha1.StakeholderMapStatus, conflict error,
) (*mapac.StakeholderMapApplyConfiguration, error) {
	live := &v1alpha1.StakeholderMap{}
	if err := w.live.Get(ctx, client.ObjectKeyFromObject(m), live); err != nil {
		return nil, err
	}
	if live.UID != m.UID || !equality.Semantic.DeepEqual(live.Status, m.Status) {
		return nil, conflict
	}
	if live.ResourceVersion == m.ResourceVersion {
		return nil, apply.ExplainConflict(ctx, w.live, apply.SeenAs(names.KindMap, m), conflict)
	}
	config := statusConfiguration(m, next).WithResourceVersion(live.ResourceVersion)
	return config, w.client.Status().Apply(ctx, config, apply.FieldOwner, client.ForceOwnership)
}

// recordWrite remembers what was written to the status of a map. If another writer keeps changing it, an event and the log say
// so, because that writer changes what status says.
func (w *statusWriter) recordWrite(ctx context.Context, m *v1alpha1.StakeholderMap, write apply.Write) {
	part := mapStatus(m)
	if w.rewrites.Record(part.Key, part, write) {
		apply.LogDispute(ctx, part)
		messages.Record(w.recorder, m, corev1.EventTypeWarning, v1alpha1.ReasonContested, "WriteStatus", w.rewrites.Dispute(part.Key, part).Error())
	}
}

// disputes returns the dispute about the status of a map. Written is the result of the last write, which may be that dispute.
func (w *statusWriter) disputes(m *v1alpha1.StakeholderMap, written apply.Result) apply.Result {
	if held := written.Disputes(); len(held) > 0 {
		return held
	}
	part := mapStatus(m)
	return apply.ResultOf(w.rewrites.Dispute(part.Key, part))
}
