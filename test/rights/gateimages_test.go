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
	"errors"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	approvedImage = "registry.example.com/checkout@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	approvedTag   = "registry.example.com/checkout:v2"
	approvedProxy = "registry.example.com/proxy:v3"
	otherImage    = "registry.example.com/other:v1"
)

// gateWorld is what the tests of the gate share: a map's namespace, whose topics release and budget a gate names, a
// namespace without a gate and one with the gate release. In the last two, carla, eve and robot may write everything that
// the gate asks about. Only carla may approve the release.
type gateWorld struct {
	home, plain, gated string
	// release and budget are annotations.
	release, budget string
}

// newGateWorld installs the component.
func newGateWorld(t *testing.T) gateWorld {
	t.Helper()
	w := gateWorld{home: newNamespace(t), plain: newNamespace(t), gated: newNamespace(t)}
	w.release, w.budget = w.home+"/checkout/release", w.home+"/checkout/budget"
	newRole(t, w.home, users("carla"), rule("stakeholders.dev", "stakeholdermaps/release", "approve", "checkout"))
	installRollouts(t)
	// More than Kubernetes' edit gives: a status, what kubectl debug writes, and a tool's own kind.
	writer := newClusterRole(t, clusterRoleWith("", nil,
		rule("", "pods/ephemeralcontainers,replicationcontrollers/status", "patch"),
		rule("apps", "deployments/status,replicasets/status,statefulsets/status,daemonsets/status", "patch"),
		rule("batch", "jobs/status,cronjobs/status", "patch"),
		rule("argoproj.io", "rollouts", "create,update"), rule("argoproj.io", "rollouts/status", "patch"),
	))
	for _, namespace := range []string{w.plain, w.gated} {
		for _, role := range []string{"edit", writer} {
			bind(t, namespace, role, "carla", "eve", robot)
		}
		for _, user := range []string{"carla", "eve", robot} {
			waitHeld(t, user, namespace, []right{"create apps/deployments", "create argoproj.io/rollouts"}, true)
		}
	}
	annotateNamespace(t, w.gated, w.release)
	install(t, "admission-gate")
	controlplane.Eventually(t, patience, "the policy is in force", func() error {
		d := deployment(w.plain, "new")
		annotated(w.release)(d)
		if err := as(t, "eve").Create(t.Context(), d, client.DryRunAll); !refusedByGate(err) {
			return errors.Join(errors.New("an end user is not refused by it"), err)
		}
		return nil
	})
	return w
}

func annotateNamespace(t *testing.T, namespace, gate string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}
	annotation := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, needsApproval, gate)
	if err := admin.Patch(t.Context(), ns, client.RawPatch("application/merge-patch+json", []byte(annotation))); err != nil {
		t.Fatal(err)
	}
}

// newRole gives rights in a namespace.
func newRole(t *testing.T, namespace string, subjects []rbacv1.Subject, rules ...rbacv1.PolicyRule) *rbacv1.Role {
	t.Helper()
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "rights-"}, Rules: rules}
	create(t, role)
	create(t, &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: role.Name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name}, Subjects: subjects,
	})
	return role
}

// approveImages opens subjects for a topic of the map checkout, as the operator does for approved requests. Without
// groups it does so for system:authenticated. It returns the Role.
func approveImages(t *testing.T, namespace, topic string, subjects []string, groups ...string) *rbacv1.Role {
	t.Helper()
	if len(groups) == 0 {
		groups = []string{"system:authenticated"}
	}
	var everybody []rbacv1.Subject
	for _, group := range groups {
		everybody = append(everybody, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: group})
	}
	ofMap := namespace + ".checkout." + topic
	role := newRole(t, namespace, everybody, rule("stakeholders.dev", "stakeholderrequests/"+topic+",stakeholderrequests/"+ofMap, "use", subjects...))
	waitUse(t, namespace, topic, subjects[len(subjects)-1], groups, true)
	return role
}

// waitUse waits until some groups may use a subject, or may no longer.
func waitUse(t *testing.T, namespace, topic, subject string, groups []string, want bool) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("%q may use %s for %s: %t", groups, subject, topic, want), func() error {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "somebody", Groups: groups, ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: "use", Group: "stakeholders.dev", Resource: "stakeholderrequests", Subresource: topic, Name: subject,
			},
		}}
		if err := admin.Create(t.Context(), review); err != nil {
			return err
		}
		if review.Status.Allowed != want {
			return fmt.Errorf("the answer is %t", review.Status.Allowed)
		}
		return nil
	})
}

// What is done to a Deployment.

func images(images ...string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers = containers("main", images) }
}

func initImages(images ...string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Template.Spec.InitContainers = containers("init", images) }
}

func imageVolume(image string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Spec.Template.Spec.Volumes = []corev1.Volume{{
			Name: "data", VolumeSource: corev1.VolumeSource{Image: &corev1.ImageVolumeSource{Reference: image}},
		}}
	}
}

func restart(d *appsv1.Deployment) {
	d.Spec.Template.Annotations = map[string]string{"kubectl.kubernetes.io/restartedAt": "2026-11-29T20:00:00Z"}
}

func containers(name string, images []string) []corev1.Container {
	out := make([]corev1.Container, 0, len(images))
	for n, image := range images {
		out = append(out, corev1.Container{Name: fmt.Sprintf("%s-%d", name, n), Image: image})
	}
	return out
}

// numbered are as many images.
func numbered(name string, count int) []string {
	out := make([]string, 0, count)
	for n := range count {
		out = append(out, fmt.Sprintf("registry.example.com/%s:v%d", name, n))
	}
	return out
}

// TestAdmissionGateImages lets users who may approve nothing write Deployments whose images are approved, and others.
func TestAdmissionGateImages(t *testing.T) {
	w := newGateWorld(t)
	many := numbered("many", 17)
	both := "registry.example.com/both:v1"
	approveImages(t, w.home, "release", append([]string{approvedImage, approvedTag, approvedProxy, both}, many...))
	approveImages(t, w.home, "budget", append([]string{otherImage, both}, many[:9]...))
	approveImages(t, w.plain, "release", []string{"registry.example.com/elsewhere:v1"})
	lapsed := "registry.example.com/lapsed:v1"
	role := approveImages(t, w.home, "release", []string{lapsed})

	// carla may approve the release, so that it is the others who are refused.
	notApproved := func(texts ...string) map[string]string {
		text := strings.Join(texts, "")
		return map[string]string{"eve": text, robot: text}
	}
	isNot := func(image string) map[string]string {
		return notApproved("the image ", image, " is not approved for it")
	}
	own, first := annotated(w.release), "registry.example.com/checkout:v1"
	budget := ", which this Deployment needs to go live, and the image " + approvedTag + " is not approved for it"
	cases := map[string]gateCase{
		"Approved":          {"What is approved passes, no matter which user writes it.", w.plain, nil, all(own, images(approvedImage)), nil},
		"ApprovedHere":      {"The same in a namespace that needs approval.", w.gated, nil, images(approvedImage), nil},
		"ApprovedTag":       {"A tag can be approved too.", w.gated, nil, images(approvedTag), nil},
		"ApprovedAll":       {"Each of the images is approved.", w.gated, nil, all(images(approvedImage, approvedProxy), initImages(approvedTag)), nil},
		"ApprovedChange":    {"A rollout of what is approved passes.", w.gated, images(first), images(approvedImage), nil},
		"ApprovedResume":    {"It can be resumed by every user.", w.gated, all(images(approvedImage), pause), resume, nil},
		"ApprovedRestart":   {"It can be restarted by every user.", w.gated, images(approvedImage), restart, nil},
		"NotApproved":       {"What is not approved does not pass.", w.gated, nil, images(first), isNot(first)},
		"OneOfTwo":          {"One of two is not enough.", w.gated, nil, images(approvedImage, first), notApproved(first, " is not approved for it (each of the 2 images has to be)")},
		"OtherOfTwo":        {"In any order.", w.gated, nil, images(first, approvedImage), notApproved(first, " is not approved for it (each of the 2 images has to be)")},
		"Init":              {"Init containers run too.", w.gated, nil, all(images(approvedImage), initImages(first)), isNot(first)},
		"Volume":            {"A container can run what a volume has from an image.", w.gated, nil, all(images(approvedImage), imageVolume(first)), isNot(first)},
		"ApprovedVolume":    {"Such an image can be approved.", w.gated, nil, all(images(approvedImage), imageVolume(approvedProxy)), nil},
		"ChangeOfOne":       {"The images that did not change are asked for as well.", w.gated, images(first, approvedTag), images(first, approvedImage), isNot(first)},
		"RestartUnapproved": {"A restart pulls again, and is asked for.", w.gated, images(first), restart, isNot(first)},
		"ResumeUnapproved":  {"What was prepared is asked for.", w.gated, all(images(first), pause), resume, isNot(first)},
		"ScaleUnapproved":   {"What runs can be scaled.", w.gated, images(first), replicas, nil},
		"Digest":            {"A tag with the approved digest is another name.", w.gated, nil, images(approvedTag + "@" + strings.Split(approvedImage, "@")[1]), notApproved(approvedTag + "@sha256")},
		"Longer":            {"Names are compared as a whole.", w.gated, nil, images(approvedTag + "1"), isNot(approvedTag + "1")},
		"Shorter":           {"Names are compared as a whole.", w.gated, nil, images("registry.example.com/checkout"), isNot("registry.example.com/checkout")},
		"Case":              {"Names are compared byte by byte.", w.gated, nil, images("Registry.example.com/checkout:v2"), isNot("Registry.example.com/checkout:v2")},
		"Elsewhere":         {"An approval is valid in the namespace of its map.", w.gated, nil, images("registry.example.com/elsewhere:v1"), isNot("registry.example.com/elsewhere:v1")},
		"OtherTopic":        {"An approval is for its topic.", w.gated, nil, images(otherImage), isNot(otherImage)},
		"ThisTopic":         {"That topic has approved it.", w.plain, nil, all(annotated(w.budget), images(otherImage)), nil},
		"OneTopicOfTwo":     {"Where both annotations name something, both have to be approved.", w.gated, nil, all(annotated(w.budget), images(approvedTag)), map[string]string{"carla": w.budget + budget, "eve": w.budget + budget, robot: w.budget + budget}},
		"BothTopics":        {"Approved for both, it passes.", w.gated, nil, all(annotated(w.budget), images(both)), nil},
		"Sixteen":           {"As many images as the gate can ask for.", w.gated, nil, images(many[:16]...), nil},
		"Seventeen":         {"One more is refused, also if it is approved.", w.gated, nil, images(many...), notApproved("each of 17 images is approved is more than the gate can ask: it asks 16 times at most")},
		"LastOfSixteen":     {"The last of them is asked for.", w.gated, nil, images(append(many[:15:15], first)...), notApproved(first, " is not approved for it (each of the 16 images has to be)")},
		"SameImage":         {"An image that is used often is asked for once.", w.gated, nil, all(images(append(many[:16:16], many[:16]...)...), initImages(many[0])), nil},
		"EightTwice":        {"Eight images for two topics are 16 questions.", w.gated, nil, all(annotated(w.budget), images(many[:8]...)), nil},
		"NineTwice":         {"Nine images for two topics are too many.", w.gated, nil, all(annotated(w.budget), images(many[:9]...)), map[string]string{"carla": "each of 9 images is approved for 2 topics", "eve": "", robot: ""}},
		"RemoveGate":        {"An approved image does not let anybody remove the gate.", w.plain, all(own, images(approvedImage)), annotated(""), notApproved("may not approve ", w.release, ", and so not change or remove")},
		"Valid":             {"While the approval is valid, it passes.", w.gated, nil, images(lapsed), nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) { tc.check(t) })
	}
	t.Run("Lapsed", func(t *testing.T) {
		if err := admin.Delete(t.Context(), role); err != nil {
			t.Fatal(err)
		}
		waitUse(t, w.home, "release", lapsed, []string{"system:authenticated"}, false)
		for name, tc := range map[string]gateCase{
			"New":     {"An approval that is gone opens nothing.", w.gated, nil, images(lapsed), isNot(lapsed)},
			"Restart": {"Also for what already runs.", w.gated, images(lapsed), restart, isNot(lapsed)},
			"Another": {"Also beside an image that is approved.", w.gated, images(lapsed, first), images(lapsed, approvedImage), isNot(lapsed)},
			"Scale":   {"What runs can be scaled.", w.gated, images(lapsed), replicas, nil},
		} {
			t.Run(name, func(t *testing.T) { tc.check(t) })
		}
	})
}
