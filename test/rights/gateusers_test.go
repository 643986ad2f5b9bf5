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
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestAdmissionGateHoldsAdministrators is about users and tools with a rule that has *, such as Argo CD: it says nothing about
// the topic. Only system:masters passes, for which RBAC does not apply.
func TestAdmissionGateHoldsAdministrators(t *testing.T) {
	w := newGateWorld(t)
	// In the namespace of the map.
	newRole(t, w.home, users("olga"), anything)
	bind(t, w.gated, "edit", "olga")
	bindEverywhere(t, "cluster-admin", "ada", robot)
	waitHeld(t, "ada", "", []right{"* */*"}, true)
	waitHeld(t, "olga", w.gated, []right{"create apps/deployments"}, true)
	waitHeld(t, "olga", w.home, []right{"* */*"}, true)
	// To an authorizer that asks about a ServiceAccount, it is in these groups, and not in system:authenticated.
	approveImages(t, w.home, "release", []string{approvedImage}, "system:authenticated", "system:serviceaccounts")

	for name, tc := range map[string]struct {
		reason  string
		user    rest.ImpersonationConfig
		image   string
		refused string
	}{
		"Admin":         {"A cluster admin may do everything, and is not one of those who approve.", rest.ImpersonationConfig{UserName: "ada"}, otherImage, "ada may not approve " + w.release},
		"AdminApproved": {"What is approved passes.", rest.ImpersonationConfig{UserName: "ada"}, approvedImage, ""},
		"Tool":          {"A tool that may do everything writes what its users commit.", rest.ImpersonationConfig{UserName: robot}, otherImage, robot + " may not approve " + w.release},
		"ToolApproved":  {"What is approved passes.", rest.ImpersonationConfig{UserName: robot}, approvedImage, ""},
		"Owner":         {"The same for a user who may do everything beside the map.", rest.ImpersonationConfig{UserName: "olga"}, otherImage, "olga may not approve " + w.release},
		"OwnerApproved": {"What is approved passes.", rest.ImpersonationConfig{UserName: "olga"}, approvedImage, ""},
		"Masters":       {"In an emergency a cluster admin takes this group.", rest.ImpersonationConfig{UserName: "ada", Groups: []string{"system:masters"}}, otherImage, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := connect(tc.user)
			if err != nil {
				t.Fatal(err)
			}
			d := deployment(w.gated, "new")
			images(tc.image)(d)
			switch err := c.Create(t.Context(), d, client.DryRunAll); {
			case tc.refused == "" && err != nil:
				t.Errorf("%s It gets %v, want no error", tc.reason, err)
			case tc.refused != "" && (!refusedByGate(err) || !strings.Contains(err.Error(), tc.refused)):
				t.Errorf("%s It gets %v, want %q", tc.reason, err, tc.refused)
			}
		})
	}
	t.Run("Annotation", func(t *testing.T) {
		d := deployment(w.plain, "annotated")
		annotated(w.release)(d)
		create(t, d)
		d.Annotations = nil
		if err := as(t, "ada").Update(t.Context(), d, client.DryRunAll); !refusedByGate(err) {
			t.Errorf("a cluster admin removes the annotation and gets %v", err)
		}
	})
}

// TestAdmissionGateOfNamespace lets users who may write Namespaces change the annotation, as a tool does that creates them.
func TestAdmissionGateOfNamespace(t *testing.T) {
	w := newGateWorld(t)
	bindEverywhere(t, newClusterRole(t, clusterRoleWith("", nil, rule("", "namespaces,namespaces/status", "create,patch"), rule("", "namespaces/finalize", "update"))), "carla", "eve")
	waitHeld(t, "eve", "", []right{"patch /namespaces", "patch /namespaces/status", "update /namespaces/finalize"}, true)
	waitHeld(t, "carla", "", []right{"patch /namespaces", "patch /namespaces/status"}, true)
	annotation := func(value string) string {
		return fmt.Sprintf(`{"metadata":{"annotations":{%q:%s}}}`, needsApproval, value)
	}
	for name, tc := range map[string]struct {
		reason, namespace, patch, refused string
	}{
		"Label":     {"A label changes nothing.", w.gated, `{"metadata":{"labels":{"team":"checkout"}}}`, ""},
		"Add":       {"Every user who may write a Namespace may require approval.", w.plain, annotation(`"` + w.release + `"`), ""},
		"Remove":    {"A user who may not approve must not remove the gate.", w.gated, annotation("null"), "eve may not approve " + w.release + ", and so not change or remove"},
		"Replace":   {"The gate must not be replaced.", w.gated, annotation(`"` + w.budget + `"`), "eve may not approve " + w.release + ", and so not change or remove"},
		"Malformed": {"An annotation that names no topic is refused.", w.plain, annotation(`"x"`), "has to be <namespace>/<map>/<topic>"},
	} {
		t.Run(name, func(t *testing.T) {
			ns := func() *corev1.Namespace { return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: tc.namespace}} }
			patch := client.RawPatch("application/merge-patch+json", []byte(tc.patch))
			dryRun := &client.SubResourcePatchOptions{PatchOptions: client.PatchOptions{DryRun: []string{metav1.DryRunAll}}}
			for what, err := range map[string]error{
				"the Namespace": as(t, "eve").Patch(t.Context(), ns(), patch, client.DryRunAll),
				"its status":    as(t, "eve").Status().Patch(t.Context(), ns(), patch, dryRun),
			} {
				switch {
				case tc.refused == "" && err != nil:
					t.Errorf("%s eve writes %s and gets %v, want no error", tc.reason, what, err)
				case tc.refused != "" && (!refusedByGate(err) || !strings.Contains(err.Error(), tc.refused)):
					t.Errorf("%s eve writes %s and gets %v, want %q", tc.reason, what, err, tc.refused)
				}
			}
			if err := as(t, "carla").Patch(t.Context(), ns(), patch, client.DryRunAll); err != nil && name != "Malformed" {
				t.Errorf("%s carla gets %v, want no error", tc.reason, err)
			}
		})
	}
	// What the namespace controller writes has the annotation, too.
	finalized := &corev1.Namespace{}
	if err := admin.Get(t.Context(), client.ObjectKey{Name: w.gated}, finalized); err != nil {
		t.Fatal(err)
	}
	delete(finalized.Annotations, needsApproval)
	dryRun := &client.SubResourceUpdateOptions{UpdateOptions: client.UpdateOptions{DryRun: []string{metav1.DryRunAll}}}
	if err := as(t, "eve").SubResource("finalize").Update(t.Context(), finalized, dryRun); !refusedByGate(err) {
		t.Errorf("eve removes the gate by the subresource finalize and gets %v", err)
	}
	created := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "rights-", Annotations: map[string]string{needsApproval: w.release}}}
	if err := as(t, "eve").Create(t.Context(), created, client.DryRunAll); err != nil {
		t.Error("a Namespace is created with the annotation:", err)
	}
}
