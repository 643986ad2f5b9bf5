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

package apply

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

const kindConfigMap = "ConfigMap"

func (s *Session) liveConfigMap(ctx context.Context, namespace, name string) (*corev1.ConfigMap, error) {
	current := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	found, err := s.observeLive(ctx, kindConfigMap, current)
	if err != nil || !found {
		return nil, err
	}
	return current, nil
}

// ConfigMap puts a routing ConfigMap in force: it has exactly the data that is given, whatever was
// added to it by hand. It says whether something was written: no request is made if everything is so
// already. The error is a *ForeignError if an object that is not the map's is in the way.
func (s *Session) ConfigMap(ctx context.Context, desired *corev1ac.ConfigMapApplyConfiguration) (written bool, err error) {
	have := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.owner.Namespace, Name: names.ConfigMapName(s.owner.Name)}}
	found, err := s.observe(ctx, kindConfigMap, have)
	if err != nil {
		return false, err
	}
	switch {
	case !found:
		have = nil
	case s.isTable(have, desired.Labels, digestOf(desired.Data, nil)):
		return false, s.exact(keyFor(kindConfigMap, have))
	}
	release, err := s.tables.take(ctx, desired.Data)
	if err != nil {
		return false, err
	}
	defer release()
	return s.putConfigMap(ctx, desired, have)
}

// isTable says whether a ConfigMap, of which the cache has a digest, is one as rendered, with data of a digest.
func (s *Session) isTable(have *corev1.ConfigMap, labels map[string]string, wanted string) bool {
	return s.hasMetadata(have, labels) && digest(have) == wanted && (have.Immutable == nil || !*have.Immutable) && !s.usurped(have)
}

// putConfigMap is ConfigMap, with what is there, or nil. The data of what is there can be a digest: then all of it is
// written.
func (s *Session) putConfigMap(ctx context.Context, desired *corev1ac.ConfigMapApplyConfiguration, current *corev1.ConfigMap) (written bool, err error) {
	sent, err := decodedTable(desired)
	if err != nil {
		return false, err
	}
	key, wanted, is := keyFor(kindConfigMap, sent), stateOf(sent, sent), absent
	if current != nil {
		is = stateOf(current, sent)
	}
	if is == wanted {
		return false, s.exact(key)
	}
	if err := s.heldBack(key, wanted, is); err != nil {
		return false, err
	}
	answer, err := s.writeConfigMap(ctx, desired, sent, current)
	if err != nil {
		return false, err
	}
	return s.noteAnswer(key, wanted, sent, answer)
}

// writeConfigMap brings a ConfigMap to what is sent, and returns what there is then.
func (s *Session) writeConfigMap(
	ctx context.Context, desired *corev1ac.ConfigMapApplyConfiguration, sent, current *corev1.ConfigMap,
) (answer *corev1.ConfigMap, err error) {
	if current != nil && (current.Immutable != nil && *current.Immutable || s.usurped(current)) {
		// Somebody froze it, and only a new one can be thawed.
		if err := s.replace(ctx, kindConfigMap, current); err != nil {
			return nil, err
		}
		current = nil
	}
	if current == nil || !s.hasMetadata(current, desired.Labels) || !containsAll(current.Data, sent.Data) {
		if current != nil {
			desired.WithUID(current.UID).WithResourceVersion(current.ResourceVersion)
		}
		if err := s.apply(ctx, kindConfigMap, desired, desired.ObjectMetaApplyConfiguration); err != nil {
			return nil, err
		}
		// The answer has been read into it: what of the data is still there that nobody wants. What was applied
		// before and is wanted no longer has gone with that.
		if current, err = decodedTable(desired); err != nil {
			return nil, err
		}
	}
	return s.removeForeignKeys(ctx, current, sent.Data)
}

func containsAll(have, want map[string]string) bool {
	for key, value := range want {
		if got, ok := have[key]; !ok || got != value {
			return false
		}
	}
	return true
}

// removeForeignKeys takes out of a ConfigMap what somebody else put into it. Server-side apply cannot:
// it only removes what the same owner has applied before. Left in, a tool would take a forged
// <topic>.to.users for ours. It returns what there is then.
func (s *Session) removeForeignKeys(ctx context.Context, current *corev1.ConfigMap, wanted map[string]string) (answer *corev1.ConfigMap, err error) {
	foreign := make(map[string]any)
	for key := range current.Data {
		if _, ok := wanted[key]; !ok {
			foreign[key] = nil
		}
	}
	if len(foreign) == 0 && len(current.BinaryData) == 0 {
		return current, nil
	}
	if err := s.verify(ctx); err != nil {
		return nil, err
	}
	patch, err := json.Marshal(map[string]any{
		// The UID makes it a conflict if another object has taken the place of the one seen.
		"metadata":   map[string]any{"uid": current.UID},
		"data":       foreign,
		"binaryData": nil,
	})
	if err != nil {
		return nil, fmt.Errorf("encode patch of ConfigMap %s: %w", current.Name, err)
	}
	answer = &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: current.Namespace, Name: current.Name}}
	if err := s.Writer.Patch(ctx, answer, client.RawPatch(types.MergePatchType, patch), FieldOwner); err != nil {
		return nil, fmt.Errorf("remove foreign keys from ConfigMap %s: %w", current.Name, s.explain(ctx, seenByUID(kindConfigMap, current), err))
	}
	s.Writes.Done(s.owner.NamespacedName(), kindConfigMap, client.ObjectKeyFromObject(answer), answer.ResourceVersion)
	return answer, nil
}
