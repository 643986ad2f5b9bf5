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

package rights

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestPodSecurity makes sure that the API server admits the operator's Pod into its namespace, which enforces the
// restricted standard, and refuses a Pod with more privileges.
func TestPodSecurity(t *testing.T) {
	const anywhere = "default"
	for name, tc := range map[string]struct {
		reason string
		change func(*corev1.PodSpec)
		// says is part of the refusal; empty if it is admitted.
		says string
	}{
		"AsShipped": {"The Deployment's template is restricted.", func(*corev1.PodSpec) {}, ""},
		"Privileged": {"Nothing here is privileged.", func(p *corev1.PodSpec) {
			// Kubernetes does not let a Pod set both.
			p.Containers[0].SecurityContext.AllowPrivilegeEscalation = nil
			p.Containers[0].SecurityContext.Privileged = new(true)
		}, "privileged"},
		"AnyUser": {"Root has to be excluded.", func(p *corev1.PodSpec) { p.SecurityContext.RunAsNonRoot = nil }, "runAsNonRoot"},
		"Escalation": {
			"No child gets more rights.",
			func(p *corev1.PodSpec) { p.Containers[0].SecurityContext.AllowPrivilegeEscalation = nil }, "allowPrivilegeEscalation",
		},
		"Capabilities": {"All capabilities go.", func(p *corev1.PodSpec) { p.Containers[0].SecurityContext.Capabilities = nil }, "capabilities"},
		"Seccomp":      {"System calls are filtered.", func(p *corev1.PodSpec) { p.SecurityContext.SeccompProfile = nil }, "seccompProfile"},
		"HostNetwork":  {"The Pod cannot use the node's network.", func(p *corev1.PodSpec) { p.HostNetwork = true }, "host namespaces"},
	} {
		t.Run(name, func(t *testing.T) {
			err := tryPod(t, operatorNamespace, tc.change)
			switch {
			case tc.says == "" && err != nil:
				t.Errorf("%s It is refused: %v", tc.reason, err)
			case tc.says != "" && (!apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "violates PodSecurity") || !strings.Contains(err.Error(), tc.says)):
				t.Errorf("%s The API server says %v, want a violation of %q", tc.reason, err, tc.says)
			}
			// Otherwise something other than the namespace's labels has refused it.
			if err := tryPod(t, anywhere, tc.change); err != nil {
				t.Errorf("%s It is refused in namespace %s, too: %v", tc.reason, anywhere, err)
			}
		})
	}
}

// tryPod creates a Pod like the operator's Deployment, with a change, in a dry run.
func tryPod(t *testing.T, namespace string, change func(*corev1.PodSpec)) error {
	t.Helper()
	list := &appsv1.DeploymentList{}
	if err := admin.List(t.Context(), list, client.InNamespace(operatorNamespace)); err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != 1 {
		t.Fatalf("there are %d Deployments, want the operator's", len(list.Items))
	}
	template := list.Items[0].Spec.Template.DeepCopy()
	pod := &corev1.Pod{ObjectMeta: template.ObjectMeta, Spec: template.Spec}
	pod.ObjectMeta = metav1.ObjectMeta{Namespace: namespace, Name: "try", Labels: template.Labels, Annotations: template.Annotations}
	change(&pod.Spec)
	return admin.Create(t.Context(), pod, client.DryRunAll)
}
