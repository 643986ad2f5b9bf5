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
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// server answers an application as controller-runtime's client does.
type server struct {
	client.Client
	sent, answer string
}

func (s *server) Apply(_ context.Context, config runtime.ApplyConfiguration, _ ...client.ApplyOption) error {
	content, err := json.Marshal(config)
	if err != nil {
		return err
	}
	s.sent = string(content)
	return json.Unmarshal([]byte(s.answer), config)
}

// TestExactAnswers has admission remove things from what is sent: the answer does not have them.
func TestExactAnswers(t *testing.T) {
	t.Parallel()
	meta := func() *metav1ac.ObjectMetaApplyConfiguration {
		return metav1ac.ObjectMeta().WithName("a").WithNamespace("b").WithLabels(map[string]string{"kept": "1", "removed": "1"}).WithUID("uid")
	}
	subject := func(kind, namespace, name string) *rbacv1ac.SubjectApplyConfiguration {
		s := rbacv1ac.Subject().WithKind(kind).WithName(name)
		if namespace != "" {
			s.WithNamespace(namespace)
		}
		return s
	}
	cm, account, role, binding := corev1ac.ConfigMap("a", "b"), corev1ac.ServiceAccount("a", "b"), rbacv1ac.Role("a", "b"), rbacv1ac.RoleBinding("a", "b")
	cm.ObjectMetaApplyConfiguration, account.ObjectMetaApplyConfiguration = meta(), meta()
	role.ObjectMetaApplyConfiguration, binding.ObjectMetaApplyConfiguration = meta(), meta()
	cm.WithData(map[string]string{"kept": "1", "removed": "1"})
	account.WithAutomountServiceAccountToken(false)
	role.WithRules(rbacv1ac.PolicyRule().WithVerbs("get"))
	binding.WithSubjects(subject("ServiceAccount", "c", "ledger"), subject("User", "", "carla"))
	const metadata = `"metadata":{"name":"a","namespace":"b","resourceVersion":"7","labels":{"kept":"1"}}`
	for name, tc := range map[string]struct {
		config runtime.ApplyConfiguration
		meta   *metav1ac.ObjectMetaApplyConfiguration
		answer string
	}{
		"ConfigMap":      {cm, cm.ObjectMetaApplyConfiguration, `{"kind":"ConfigMap","apiVersion":"v1",` + metadata + `,"data":{"kept":"1"}}`},
		"ServiceAccount": {account, account.ObjectMetaApplyConfiguration, `{"kind":"ServiceAccount","apiVersion":"v1",` + metadata + `}`},
		"Role":           {role, role.ObjectMetaApplyConfiguration, `{"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1",` + metadata + `}`},
		"RoleBinding": {binding, binding.ObjectMetaApplyConfiguration,
			`{"kind":"RoleBinding","apiVersion":"rbac.authorization.k8s.io/v1",` + metadata + `,"subjects":[{"kind":"User","name":"carla"}]}`},
	} {
		want, err := json.Marshal(tc.config)
		if err != nil {
			t.Fatal(err)
		}
		s := &server{answer: tc.answer}
		if err := WithExactAnswers(s).Apply(t.Context(), tc.config); err != nil {
			t.Fatal(err)
		}
		if s.sent != string(want) {
			t.Errorf("%s: sent is %s, want %s", name, s.sent, want)
		}
		var got, answered any
		content, err := json.Marshal(tc.config)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(content, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(tc.answer), &answered); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(answered, got); diff != "" {
			t.Errorf("%s: the answer is (-want +got):\n%s", name, diff)
		}
		if tc.meta.ResourceVersion == nil || *tc.meta.ResourceVersion != "7" {
			t.Errorf("%s: the metadata that the caller has is not that of the answer", name)
		}
	}
}
