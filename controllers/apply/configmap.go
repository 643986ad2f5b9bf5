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

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ConfigMap creates or repairs the map's routing ConfigMap, so that it has exactly the desired data. It removes keys
// that other writers have added. It makes no request if nothing differs.
func (s *Session) ConfigMap(ctx context.Context, desired *corev1.ConfigMap) Result {
	have := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: desired.Namespace, Name: desired.Name}}
	observe := s.observe
	if s.first {
		observe = s.observeToCreate
	}
	found, err := observe(ctx, have)
	if err != nil {
		return failure(kindConfigMap, err)
	}
	if !found {
		have = nil
	}
	written, err := s.ensureConfigMap(ctx, desired, have, digestOf(desired.Data, nil))
	return Result(nil).add(kindConfigMap, written, err)
}

// ensureConfigMap is ConfigMap for an observed ConfigMap, which is nil if there is none. Data is the digest of the
// desired data. An object from the cache has a digest in place of its data, too.
func (s *Session) ensureConfigMap(ctx context.Context, desired, have *corev1.ConfigMap, data string) (written bool, err error) {
	if have != nil && s.hasMetadata(have, desired.Labels) && digest(have) == data && !s.isFixed(have) {
		return false, s.recordExact(partOf(have))
	}
	_, written, err = send(ctx, s, desired, have)
	return written, err
}
