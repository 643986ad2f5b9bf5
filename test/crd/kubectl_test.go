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

package crd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// kubectl runs kubectl, and ends the test when it fails.
func kubectl(t *testing.T, args ...string) string {
	t.Helper()
	output, err := plane.Kubectl(t.Context(), args...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// lines are those of a text, the empty ones left out.
func lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

func TestPrintedColumns(t *testing.T) {
	m, err := client.Create(t.Context(), edited(t, edits{"metadata.name": "columns"}), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	header := []string{"NAME", "READY", "REASON", "PO", "AGE"}
	m.Object["status"] = object{
		"customers": int64(1), "endUsers": int64(2), "topics": int64(14),
		"conditions": list{object{
			"type": v1alpha1.ConditionReady, "status": "False", "reason": v1alpha1.ReasonLastValidKept, "message": "as it was",
			"lastTransitionTime": "2026-01-01T00:00:00Z", "observedGeneration": int64(1),
		}},
	}
	if _, err := client.UpdateStatus(t.Context(), m, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}

	row := []string{"columns", "False", "LastValidKept", "dana"}
	printed := lines(kubectl(t, "get", "smap", "columns", "-n", namespace))
	if len(printed) != 2 {
		t.Fatalf("want a header and a row, got:\n%s", strings.Join(printed, "\n"))
	}
	if diff := cmp.Diff(header, strings.Fields(printed[0])); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	got := strings.Fields(printed[1])
	// The age is different each time.
	if diff := cmp.Diff(row, got[:len(got)-1]); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}

	wide := lines(kubectl(t, "get", "smap", "columns", "-n", namespace, "-o", "wide"))
	more := "CUSTOMERS END USERS TOPICS PRODUCT MESSAGE"
	if got := strings.Join(strings.Fields(wide[0]), " "); got != strings.Join(header, " ")+" "+more {
		t.Errorf("-o wide shows the columns %s", got)
	}
	if got := strings.Join(strings.Fields(wide[1]), " "); !strings.HasSuffix(got, " 1 2 14 Checkout as it was") {
		t.Errorf("-o wide shows %s", got)
	}

	printed = lines(kubectl(t, "get", "stakeholders", "-n", namespace))
	if diff := cmp.Diff(header, strings.Fields(printed[0])); diff != "" {
		t.Errorf("header of the category (-want +got):\n%s", diff)
	}
	if got := kubectl(t, "get", "stakeholders", "-n", namespace, "-o", "name"); !strings.Contains(got, "/columns\n") {
		t.Errorf("the category leaves maps out: %s", got)
	}
}

// sampled are the samples by namespace and name, as the API server has them.
func sampled(t *testing.T) map[string]*unstructured.Unstructured {
	t.Helper()
	all, err := dynamic.NewForConfig(plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	stored := make(map[string]*unstructured.Unstructured)
	for _, name := range []string{"payments/checkout", "streaming/family-tv", "people-tools/leave-planner"} {
		ns, short, _ := strings.Cut(name, "/")
		m, err := all.Resource(v1alpha1.GroupVersion.WithResource("stakeholdermaps")).Namespace(ns).Get(t.Context(), short, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		stored[name] = m
	}
	return stored
}

// TestSamples uses the samples like a new user, and then like a GitOps tool.
func TestSamples(t *testing.T) {
	samples := filepath.Join(root, "config", "samples")
	kubectl(t, "apply", "-k", samples)
	for _, line := range lines(kubectl(t, "apply", "-k", samples)) {
		if !strings.HasSuffix(line, " unchanged") {
			t.Errorf("applied again, nothing changes, but: %s", line)
		}
	}

	markets := sets.New[string]()
	for name, m := range sampled(t) {
		market, _, err := unstructured.NestedString(m.Object, "spec", "product", "market")
		if err != nil {
			t.Fatal(err)
		}
		markets.Insert(market)
		if diff := cmp.Diff([]v1alpha1.FindingCode{}, codes(t, m, nil)); diff != "" {
			t.Errorf("the sample %s is not sound (-want +got):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(sets.New("B2B", "B2C", "Internal"), markets); diff != "" {
		t.Errorf("There is a sample for each market (-want +got):\n%s", diff)
	}

	kubectl(t, "apply", "--server-side", "-k", samples)
	versions := func() map[string]string {
		v := make(map[string]string)
		for name, m := range sampled(t) {
			v[name] = m.GetResourceVersion()
		}
		return v
	}
	before := versions()
	kubectl(t, "apply", "--server-side", "-k", samples)
	if diff := cmp.Diff(before, versions()); diff != "" {
		t.Errorf("Applied again, nothing is written: a default or a pruned field would cause a conflict with GitOps.\nresourceVersion (-before +after):\n%s", diff)
	}
}

// TestBrokenSample makes sure that the broken sample is broken as its comment says: the CRD accepts it. The admission
// policy, which is not installed here, refuses it.
func TestBrokenSample(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(root, "config", "samples", "broken", "v1alpha1_stakeholdermap_b2b.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, second, _ := strings.Cut(string(content), "\n---\n")
	m := decode(t, []byte(second))
	m.SetNamespace(namespace)
	if _, err := client.Create(t.Context(), m, dryRun); err != nil {
		t.Fatal(err)
	}
	want := []v1alpha1.FindingCode{v1alpha1.ProductOwnerIsCustomer, v1alpha1.UnacknowledgedOverlap, v1alpha1.UnknownTopic}
	if diff := cmp.Diff(want, codes(t, m, nil)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// TestDefaultConfiguration installs the operator in both ways that kubectl offers. The first, without --server-side,
// copies each object into an annotation of at most 256 KiB, which a CRD can exceed.
func TestDefaultConfiguration(t *testing.T) {
	t.Cleanup(func() { withoutPolicies(t) })
	folder := filepath.Join(root, "config", "default")
	kubectl(t, "apply", "-k", folder)
	kubectl(t, "apply", "--server-side", "-k", folder)
	if got := kubectl(t, "get", "crd", "stakeholdermaps.stakeholders.dev", "-o", "name"); got == "" {
		t.Error("the prefix of the names must leave the CRD alone")
	}

	core, err := kubernetes.NewForConfig(plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	const system = "stakeholder-operator-system"
	var deployment *appsv1.Deployment
	if deployment, err = core.AppsV1().Deployments(system).Get(t.Context(), "stakeholder-operator-controller-manager", metav1.GetOptions{}); err != nil {
		t.Fatal(err)
	}
	// Nothing here creates Pods, and Pod security does not check a Deployment, so this test creates a Pod.
	pod := &corev1.Pod{ObjectMeta: deployment.Spec.Template.ObjectMeta, Spec: deployment.Spec.Template.Spec}
	pod.Name = "controller-manager"
	if _, err := core.CoreV1().Pods(system).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}); err != nil {
		t.Errorf("The namespace requires restricted Pods, and the operator's must be one: %v", err)
	}
	pod.Spec.Containers[0].SecurityContext = nil
	if _, err := core.CoreV1().Pods(system).Create(t.Context(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}); err == nil {
		t.Error("The namespace requires restricted Pods, but accepts others")
	}
	service, err := core.CoreV1().Services(system).Get(t.Context(), "stakeholder-operator-controller-manager-metrics-service", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range service.Spec.Selector {
		if deployment.Spec.Template.Labels[key] != value {
			t.Errorf("The Service of the metrics selects by %s=%s, which the operator's Pods do not have", key, value)
		}
	}
}

// TestMonitoring adds the component to the default configuration, as its comment says.
func TestMonitoring(t *testing.T) {
	overlay, err := plane.Overlay("resources: [CONFIG/default]\ncomponents: [CONFIG/components/monitoring]\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	kinds := func(folder string) map[string]int {
		n := make(map[string]int)
		for _, line := range lines(kubectl(t, "kustomize", folder)) {
			if kind, found := strings.CutPrefix(line, "kind: "); found {
				n[kind]++
			}
		}
		return n
	}
	want := kinds(filepath.Join(root, "config", "default"))
	want["ConfigMap"]++
	want["PrometheusRule"]++
	want["ServiceMonitor"]++
	if diff := cmp.Diff(want, kinds(overlay)); diff != "" {
		t.Errorf("objects of each kind (-want +got):\n%s", diff)
	}
}

// withoutPolicies removes the admission policies: the other tests are about the CRD alone.
func withoutPolicies(t *testing.T) {
	t.Helper()
	// The test's own context has ended by then.
	ctx := context.Background()
	const kinds, ours = "validatingadmissionpolicies,validatingadmissionpolicybindings", "app.kubernetes.io/part-of=stakeholder-operator"
	if _, err := plane.Kubectl(ctx, "delete", kinds, "-l", ours); err != nil {
		t.Error(err)
	}
	mixedUp, ofAnother := edited(t, edits{"spec.acknowledgedOverlaps": absent}), change(t, requestBaseline, nil)
	err := controlplane.WaitFor(ctx, time.Minute, "the policies are gone", func() error {
		_, ofMaps := client.Create(ctx, mixedUp.DeepCopy(), dryRun)
		_, ofRequests := requestClient.Create(ctx, ofAnother.DeepCopy(), dryRun)
		return errors.Join(ofMaps, ofRequests)
	})
	if err != nil {
		t.Error(err)
	}
}

// TestRights asks the API server for the rights of the operator, and of users who are bound to the helper roles.
func TestRights(t *testing.T) {
	t.Cleanup(func() { withoutPolicies(t) })
	kubectl(t, "apply", "--server-side", "--force-conflicts", "-k", filepath.Join(root, "config", "default"))
	const (
		operator = "system:serviceaccount:stakeholder-operator-system:stakeholder-operator-controller-manager"
		home     = "stakeholder-operator-system"
	)
	for _, helper := range []string{"viewer", "editor", "admin"} {
		kubectl(t, "create", "rolebinding", helper, "-n", namespace, "--user="+helper,
			"--clusterrole=stakeholder-operator-stakeholdermap-"+helper+"-role")
	}
	for _, builtin := range []string{"view", "edit", "admin"} {
		kubectl(t, "create", "rolebinding", "kubernetes-"+builtin, "-n", namespace, "--user=kubernetes-"+builtin, "--clusterrole="+builtin)
	}
	maps := "stakeholdermaps.stakeholders.dev"
	for _, tc := range []struct {
		reason             string
		as, in, verb, what string
		want               bool
	}{
		{"Leader election reads its Lease.", operator, home, "get", "leases", true},
		{"Leader election creates its Lease.", operator, home, "create", "leases", true},
		{"Leader election renews its Lease.", operator, home, "update", "leases", true},
		{"It needs no other Leases.", operator, home, "list", "leases", false},
		{"It never deletes.", operator, home, "delete", "leases", false},
		{"It needs no Leases of other namespaces.", operator, namespace, "get", "leases", false},
		{"Leader election reports.", operator, home, "create", "events", true},
		{"Only there.", operator, namespace, "create", "events", false},
		{"It needs no Secrets.", operator, namespace, "get", "secrets", false},
		{"It never changes a map.", operator, namespace, "update", maps, false},
		{"It writes status.", operator, namespace, "patch", maps + "/status", true},
		{"RBAC lets it give only rights that it has.", operator, namespace, "approve", maps + "/budget", true},
		{"It checks who may read the metrics.", operator, "", "create", "tokenreviews", true},
		{"Viewers view.", "viewer", namespace, "list", maps, true},
		{"Viewers only view.", "viewer", namespace, "patch", maps, false},
		{"Editors edit.", "editor", namespace, "patch", maps, true},
		{"Editors do not write status.", "editor", namespace, "patch", maps + "/status", false},
		{"Admins tidy up.", "admin", namespace, "deletecollection", maps, true},
		{"The admin of a map does not decide about its product.", "admin", namespace, "approve", maps, false},
		{"The admin of a map does not decide about its product.", "admin", namespace, "approve", maps + "/budget", false},
		{"A user who can read the ConfigMaps may read the maps.", "kubernetes-view", namespace, "list", maps, true},
		{"A user who deploys must not become a customer.", "kubernetes-edit", namespace, "patch", maps, false},
		{"A namespace admin must not become a customer.", "kubernetes-admin", namespace, "patch", maps, false},
	} {
		what, subresource, _ := strings.Cut(tc.what, "/")
		args := []string{"auth", "can-i", tc.verb, what, "--as=" + tc.as}
		if subresource != "" {
			// For this command, a slash separates the resource from the name of an object.
			args = append(args, "--subresource="+subresource)
		}
		if tc.in != "" {
			args = append(args, "-n", tc.in)
		}
		// It exits with 1 when the answer is no.
		answer, err := plane.Kubectl(t.Context(), args...)
		if got := strings.TrimSpace(answer); got != "yes" && got != "no" || (got == "yes") != tc.want {
			t.Errorf("%s\n%s %s %s in %q: want %t, got %q, %v", tc.reason, tc.as, tc.verb, tc.what, tc.in, tc.want, got, err)
		}
	}
}
