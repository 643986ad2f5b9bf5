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
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

const kindConfigMap = "ConfigMap"

// GetConfigMap reads the map's routing ConfigMap, from the cache if it is there. It returns nil if
// there is none, and a *ForeignError if it is not the map's.
func (s *Session) GetConfigMap(ctx context.Context) (*corev1.ConfigMap, error) {
	current := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: s.owner.Namespace, Name: render.ConfigMapName(s.owner.Name)}}
	found, err := s.observe(ctx, kindConfigMap, current)
	if err != nil || !found {
		return nil, err
	}
	return current, nil
}

// ConfigMap puts a routing ConfigMap in force: it has exactly the data that is given, whatever was
// added to it by hand. It says whether something was written: no request is made if everything is so
// already. The error is a *ForeignError if an object that is not the map's is in the way.
func (s *Session) ConfigMap(ctx context.Context, desired *corev1ac.ConfigMapApplyConfiguration) (written bool, err error) {
	current, err := s.GetConfigMap(ctx)
	if err != nil {
		return false, err
	}
	return s.putConfigMap(ctx, desired, current)
}

// putConfigMap is ConfigMap, with what is there, or nil.
func (s *Session) putConfigMap(ctx context.Context, desired *corev1ac.ConfigMapApplyConfiguration, current *corev1.ConfigMap) (written bool, err error) {
	if current != nil && (current.Immutable != nil && *current.Immutable || s.usurped(current)) {
		// Somebody froze it, and only a new one can be thawed.
		if err := s.replace(ctx, kindConfigMap, current); err != nil {
			return false, err
		}
		current = nil
	}
	if current == nil {
		return true, s.apply(ctx, kindConfigMap, desired, desired.ObjectMetaApplyConfiguration)
	}
	// The data of desired changes when the API server's answer is read into it.
	data := maps.Clone(desired.Data)
	if !s.hasMetadata(current, desired.Labels) || !containsAll(current.Data, data) {
		desired.WithUID(current.UID).WithResourceVersion(current.ResourceVersion)
		if err := s.apply(ctx, kindConfigMap, desired, desired.ObjectMetaApplyConfiguration); err != nil {
			return false, err
		}
		written = true
		// The answer has been read into it: what of the data is still there that nobody wants. What was applied
		// before and is wanted no longer has gone with that.
		current = &corev1.ConfigMap{ObjectMeta: current.ObjectMeta, Data: desired.Data, BinaryData: desired.BinaryData}
	}
	removed, err := s.removeForeignKeys(ctx, current, data)
	return written || removed, err
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
// <topic>.to.users for ours. It says whether there was anything to take out.
func (s *Session) removeForeignKeys(ctx context.Context, current *corev1.ConfigMap, wanted map[string]string) (removed bool, err error) {
	foreign := make(map[string]any)
	for key := range current.Data {
		if _, ok := wanted[key]; !ok {
			foreign[key] = nil
		}
	}
	if len(foreign) == 0 && len(current.BinaryData) == 0 {
		return false, nil
	}
	if err := s.verify(ctx); err != nil {
		return false, err
	}
	patch, err := json.Marshal(map[string]any{
		// The UID makes it a conflict if another object has taken the place of the one seen.
		"metadata":   map[string]any{"uid": current.UID},
		"data":       foreign,
		"binaryData": nil,
	})
	if err != nil {
		return false, fmt.Errorf("encode patch of ConfigMap %s: %w", current.Name, err)
	}
	target := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: current.Namespace, Name: current.Name}}
	if err := s.Writer.Patch(ctx, target, client.RawPatch(types.MergePatchType, patch), FieldOwner); err != nil {
		return false, fmt.Errorf("remove foreign keys from ConfigMap %s: %w", current.Name, err)
	}
	s.Writes.Done(s.owner.NamespacedName(), kindConfigMap, client.ObjectKeyFromObject(target), target.ResourceVersion)
	return true, nil
}
