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

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestAdmissionGatePods changes the images of Pods: by kubectl debug, which writes ephemeral containers, and directly.
func TestAdmissionGatePods(t *testing.T) {
	w := newGateWorld(t)
	approveImages(t, w.home, "release", []string{approvedImage, approvedProxy})
	debug := func(image string) string {
		return fmt.Sprintf(`{"spec":{"ephemeralContainers":[{"name":"debug","image":%q}]}}`, image)
	}
	image := func(image string) string {
		return fmt.Sprintf(`{"spec":{"containers":[{"name":"containers-0","image":%q}]}}`, image)
	}
	swap := fmt.Sprintf(`{"spec":{"containers":[{"name":"containers-0","image":%q},{"name":"containers-1","image":%q}]}}`, approvedImage, otherImage)
	const more = "registry.example.com/more:v1"
	for name, tc := range map[string]struct {
		reason          string
		namespace, gate string
		images          []string
		patch           string
		ephemeral       bool
		// refused is a part of the message that refuses eve. carla, who may approve, may write each.
		refused string
	}{
		"Debug":          {"An ephemeral container runs in the Pod.", w.gated, "", []string{approvedImage}, debug(more), true, "eve may not approve " + w.release + ", which everything in this namespace needs to go live, and the image " + more},
		"DebugApproved":  {"Its image can be approved.", w.gated, "", []string{approvedImage}, debug(approvedProxy), true, ""},
		"DebugLapsed":    {"What the Pod already runs is not asked for again.", w.gated, "", []string{otherImage}, debug(approvedProxy), true, ""},
		"DebugSame":      {"The image runs already.", w.gated, "", []string{otherImage}, debug(otherImage), true, ""},
		"DebugOwn":       {"The annotation of a Pod counts, which it has from its template.", w.plain, w.release, []string{approvedImage}, debug(more), true, "which this Pod needs to go live, and the image " + more},
		"DebugUngated":   {"That of its Deployment does not: the Pod does not have it.", w.plain, "", []string{approvedImage}, debug(more), true, ""},
		"Image":          {"A Pod gets another image without its Deployment.", w.gated, "", []string{approvedImage}, image(more), false, "the image " + more + " is not approved for it"},
		"ImageOwn":       {"The same with its own annotation.", w.plain, w.release, []string{approvedImage}, image(more), false, "the image " + more + " is not approved for it"},
		"ImageApproved":  {"It can be approved.", w.gated, "", []string{otherImage}, image(approvedImage), false, ""},
		"ImageOfTwo":     {"Only what is new is asked for.", w.gated, "", []string{approvedImage, otherImage}, image(approvedProxy), false, ""},
		"ImagesSwapped":  {"Both images run already.", w.gated, "", []string{otherImage, approvedImage}, swap, false, ""},
		"Deadline":       {"Other fields do not change what runs.", w.gated, "", []string{otherImage}, `{"spec":{"activeDeadlineSeconds":60}}`, false, ""},
		"Finalizer":      {"A controller of a tool marks its Pods.", w.gated, "", []string{otherImage}, `{"metadata":{"finalizers":["tools.example/x"]}}`, false, ""},
		"RemoveAndDebug": {"The annotation stays while the images change.", w.plain, w.release, []string{approvedImage}, fmt.Sprintf(`{"metadata":{"annotations":{%q:null}}}`, needsApproval), false, "may not approve " + w.release + ", and so not change or remove"},
	} {
		t.Run(name, func(t *testing.T) {
			pod := gateKindOf("Pod").object(tc.namespace, tc.gate, tc.images...)
			pod.SetName("")
			create(t, pod)
			patch := client.RawPatch("application/strategic-merge-patch+json", []byte(tc.patch))
			write := func(user string) error {
				if tc.ephemeral {
					options := &client.SubResourcePatchOptions{PatchOptions: client.PatchOptions{DryRun: []string{"All"}}}
					return as(t, user).SubResource("ephemeralcontainers").Patch(t.Context(), pod.DeepCopy(), patch, options)
				}
				return as(t, user).Patch(t.Context(), pod.DeepCopy(), patch, client.DryRunAll)
			}
			if err := write("carla"); err != nil {
				t.Errorf("%s carla gets %v, want no error", tc.reason, err)
			}
			switch err := write("eve"); {
			case tc.refused == "" && err != nil:
				t.Errorf("%s eve gets %v, want no error", tc.reason, err)
			case tc.refused != "" && (!refusedByGate(err) || !strings.Contains(err.Error(), tc.refused)):
				t.Errorf("%s eve gets %v, want %q", tc.reason, err, tc.refused)
			}
		})
	}
}
