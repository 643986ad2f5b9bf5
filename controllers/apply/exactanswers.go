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

	"k8s.io/apimachinery/pkg/runtime"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// WithExactAnswers is a client that replaces a configuration by the API server's answer when it applies it.
// controller-runtime decodes the answer into what was sent, so that what admission has removed, such as a label or a key of
// data, would seem to be there.
func WithExactAnswers(c client.Client) client.Client { return exactAnswers{c} }

type exactAnswers struct{ client.Client }

// Apply implements client.Writer.
func (c exactAnswers) Apply(ctx context.Context, config runtime.ApplyConfiguration, options ...client.ApplyOption) error {
	return c.Client.Apply(ctx, replacedByAnswer(config), options...)
}

// configuration is what a client wants to know of an apply configuration.
type configuration interface {
	runtime.ApplyConfiguration
	GetName() *string
	GetNamespace() *string
	GetKind() *string
	GetAPIVersion() *string
}

// replaced is a configuration that is emptied before an answer is decoded into it.
type replaced struct {
	configuration
	empty func()
}

// MarshalJSON implements json.Marshaler.
func (r *replaced) MarshalJSON() ([]byte, error) { return json.Marshal(r.configuration) }

// UnmarshalJSON implements json.Unmarshaler.
func (r *replaced) UnmarshalJSON(content []byte) error {
	r.empty()
	return json.Unmarshal(content, r.configuration)
}

// replacedByAnswer knows the kinds whose answers are compared with what was sent. Metadata stays where callers have it.
func replacedByAnswer(config runtime.ApplyConfiguration) runtime.ApplyConfiguration {
	switch c := config.(type) {
	case *corev1ac.ConfigMapApplyConfiguration:
		return &replaced{c, func() {
			*c = corev1ac.ConfigMapApplyConfiguration{ObjectMetaApplyConfiguration: emptied(c.ObjectMetaApplyConfiguration)}
		}}
	case *corev1ac.ServiceAccountApplyConfiguration:
		return &replaced{c, func() {
			*c = corev1ac.ServiceAccountApplyConfiguration{ObjectMetaApplyConfiguration: emptied(c.ObjectMetaApplyConfiguration)}
		}}
	case *rbacv1ac.RoleApplyConfiguration:
		return &replaced{c, func() {
			*c = rbacv1ac.RoleApplyConfiguration{ObjectMetaApplyConfiguration: emptied(c.ObjectMetaApplyConfiguration)}
		}}
	case *rbacv1ac.RoleBindingApplyConfiguration:
		return &replaced{c, func() {
			*c = rbacv1ac.RoleBindingApplyConfiguration{ObjectMetaApplyConfiguration: emptied(c.ObjectMetaApplyConfiguration)}
		}}
	default:
		return config
	}
}

func emptied(meta *metav1ac.ObjectMetaApplyConfiguration) *metav1ac.ObjectMetaApplyConfiguration {
	if meta != nil {
		*meta = metav1ac.ObjectMetaApplyConfiguration{}
	}
	return meta
}
