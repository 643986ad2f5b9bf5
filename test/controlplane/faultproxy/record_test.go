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

package faultproxy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/kubernetes"
)

// TestRecords proves that records say how requests ended, in either content type.
func TestRecords(t *testing.T) {
	for name, contentType := range map[string]string{"JSON": "", "Protobuf": protobuf} {
		t.Run(name, func(t *testing.T) {
			proxy, client := start(t, contentType)
			namespace := newNamespace(t)
			uid, generated := useConfigMaps(t, client, namespace)
			in := " configmaps " + namespace + "/"
			want := []string{
				"patch" + in + "x: 201", "patch" + in + "x: 200", "patch" + in + "x: 200",
				"create" + in + "x: 409 AlreadyExists", "create" + in + generated + ": 201",
				"delete" + in + "x: 200",
			}
			got := proxy.Records(Writes)
			if diff := cmp.Diff(want, lines(got)); diff != "" {
				t.Fatalf("writes (-want +got):\n%s", diff)
			}
			created, same, changed, refused, removed := got[0], got[1], got[2], got[3], got[5]
			if !created.Created() || string(created.UID) != uid {
				t.Errorf("created: %+v, want UID %s", created, uid)
			}
			if same.Created() || same.UID != created.UID || same.ResourceVersion == "" || same.ResourceVersion != created.ResourceVersion {
				t.Errorf("an apply that changes nothing: %+v after %+v", same, created)
			}
			if changed.ResourceVersion == same.ResourceVersion || !changed.Succeeded() {
				t.Errorf("an apply that changes something: %+v after %+v", changed, same)
			}
			if refused.Succeeded() || refused.Answered != refused.Code || removed.UID != created.UID {
				t.Errorf("refused: %+v, removed: %+v", refused, removed)
			}
			dry := proxy.Records(func(r Request) bool { return r.DryRun })
			if diff := cmp.Diff([]string{"create" + in + "dry: 201", "delete" + in + "x: 200"}, []string{
				dropDryRun(dry[0]), dropDryRun(dry[1]),
			}); diff != "" {
				t.Errorf("dry runs (-want +got):\n%s", diff)
			}
			proxy.Forget()
			if left := proxy.Records(nil); len(left) > 0 {
				t.Errorf("after Forget: %v", lines(left))
			}
		})
	}
}

// dropDryRun removes the mark from the line of a record, which must be a dry run.
func dropDryRun(r Record) string {
	r.DryRun = !r.DryRun
	return r.String()
}

// useConfigMaps applies, creates and deletes ConfigMaps. It returns the UID of the applied one and the name that the
// API server generated.
func useConfigMaps(t *testing.T, client *kubernetes.Clientset, namespace string) (uid, generated string) {
	t.Helper()
	maps := client.CoreV1().ConfigMaps(namespace)
	for _, value := range []string{"a", "a", "b"} {
		config := corev1ac.ConfigMap("x", namespace).WithData(map[string]string{"key": value})
		applied, err := maps.Apply(t.Context(), config, metav1.ApplyOptions{FieldManager: "test"})
		if err != nil {
			t.Fatal(err)
		}
		uid = string(applied.UID)
	}
	if err := createConfigMap(t.Context(), client, namespace, "x"); err == nil {
		t.Error("it was created twice")
	}
	made, err := maps.Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "g-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	dryRun := []string{metav1.DryRunAll}
	dry := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "dry"}}
	if _, err := maps.Create(t.Context(), dry, metav1.CreateOptions{DryRun: dryRun}); err != nil {
		t.Error(err)
	}
	for _, options := range []metav1.DeleteOptions{{DryRun: dryRun}, {}} {
		if err := maps.Delete(t.Context(), "x", options); err != nil {
			t.Error(err)
		}
	}
	return uid, made.Name
}
