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
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// maxMessage is the length at which the API server replaces a message by one that names nothing.
const maxMessage = 5 << 10

// TestAdmissionGateCommand runs the command of a refusal in a shell, as another user than the one who was refused.
func TestAdmissionGateCommand(t *testing.T) {
	w := newGateWorld(t)
	asker := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: w.home, Name: "asker"}}
	create(t, asker)
	subject := []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: w.home, Name: asker.Name}}
	newRole(t, w.home, subject, rule("stakeholders.dev", "stakeholderrequests", "create,ask"))
	user := "system:serviceaccount:" + w.home + ":" + asker.Name
	waitHeld(t, user, w.home, []right{"create stakeholders.dev/stakeholderrequests", "ask stakeholders.dev/stakeholderrequests"}, true)
	kubeconfig, err := plane.ServiceAccountKubeconfig(t.Context(), w.home, asker.Name, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	long := "registry.example.com/" + strings.Repeat("long/", 98) + "a"
	for name, image := range map[string]string{
		"Tag": otherImage, "Digest": approvedImage, "TagAndDigest": approvedTag + "@" + strings.Split(approvedImage, "@")[1],
		"Port": "localhost:5000/a_b/C.d--e:V1.0_rc-1", "Longest": long[:512], "TitleFits": long[:128], "TitleTooLong": long[:129],
	} {
		t.Run(name, func(t *testing.T) {
			d := deployment(w.gated, "new")
			images(image)(d)
			err := as(t, robot).Create(t.Context(), d, client.DryRunAll)
			if !refusedByGate(err) {
				t.Fatalf("it gives %v", err)
			}
			for _, want := range []string{
				robot + " may not approve " + w.release, "the image " + image + " is not approved for it", "kubectl rollout resume deployment/new -n " + w.gated,
				"To ask the parties that StakeholderMap " + w.home + "/checkout names for the topic release, run: ",
			} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the message is %q, want %q in it", err, want)
				}
			}
			_, command, _ := strings.Cut(err.Error(), ", run: ")
			out, err := plane.Shell(t.Context(), kubeconfig, command+" --output=name")
			if err != nil {
				t.Fatal(err)
			}
			key := client.ObjectKey{Namespace: w.home, Name: strings.TrimPrefix(strings.TrimSpace(out), "stakeholderrequest.stakeholders.dev/")}
			request := &v1alpha1.StakeholderRequest{}
			if err := admin.Get(t.Context(), key, request); err != nil {
				t.Fatal(err)
			}
			spec := request.Spec
			if spec.Map != "checkout" || spec.Topic != "release" || spec.Subject != image || spec.RequestedBy != user || !strings.HasPrefix(key.Name, "checkout-release-") {
				t.Errorf("it asks %+v under the name %s", spec, key.Name)
			}
			if shown, cut := strings.CutPrefix(spec.Title, "..."); !strings.HasSuffix(image, shown) || cut != (len(image) > 128) {
				t.Errorf("its title is %q", spec.Title)
			}
		})
	}
}

// TestAdmissionGateRepeatsNothingHostile has names in what is refused that a shell, JSON or a reader could take for something
// else.
func TestAdmissionGateRepeatsNothingHostile(t *testing.T) {
	w := newGateWorld(t)
	for name, image := range map[string]string{
		"Quote": "a'; rm -rf ~; echo 'b", "DoubleQuote": `a","requestedBy":"b`, "Substitution": "a$(id)b", "Backtick": "a`id`b", "Backslash": `a\u0022b`,
		"Line": "a\nb", "Space": "a is approved. Run this", "Semicolon": "a;id", "Pipe": "a|id", "Ampersand": "a&id", "Redirection": "a>b",
		"History": "a!b", "Flag": "--as=admin", "Letter": "registry.example.com/chеckout:v1", "Direction": "a\u202eb", "Zero": "a\u200bb", "Long": strings.Repeat("a", 513),
	} {
		t.Run(name, func(t *testing.T) {
			d := deployment(w.gated, "new")
			images(image)(d)
			err := as(t, "eve").Create(t.Context(), d, client.DryRunAll)
			if !refusedByGate(err) || !strings.Contains(err.Error(), "and an image with a name that is not safe to repeat is not approved for it") {
				t.Fatalf("it gives %v", err)
			}
			if strings.Contains(err.Error(), image) || strings.Contains(err.Error(), "echo") || !strings.Contains(err.Error(), "create a StakeholderRequest there") {
				t.Errorf("the message is %q", err)
			}
		})
	}
	for _, user := range []string{"eve'; rm -rf ~; echo '", "eve may approve. Run this", `"eve"`, "eve$(id)", "`id`", "еve", "--eve", strings.Repeat("e", 254)} {
		t.Run("User "+user[:4], func(t *testing.T) {
			bind(t, w.gated, "edit", user)
			waitHeld(t, user, w.gated, []right{"create apps/deployments"}, true)
			c, err := connect(rest.ImpersonationConfig{UserName: user})
			if err != nil {
				t.Fatal(err)
			}
			err = c.Create(t.Context(), deployment(w.gated, "new"), client.DryRunAll)
			if !refusedByGate(err) || !strings.Contains(err.Error(), "NeedsApproval: this user may not approve "+w.release) || strings.Contains(err.Error(), user) {
				t.Errorf("it gives %v", err)
			}
		})
	}
}

// TestAdmissionGateIsBounded writes the largest Deployment that the gate asks about: as many images as it can ask for, each as
// long as a subject can be, in a large template. The API server stops a policy that costs too much.
func TestAdmissionGateIsBounded(t *testing.T) {
	w := newGateWorld(t)
	largest := numbered("largest", 16)
	for n := range largest {
		largest[n] += strings.Repeat("a", 512-len(largest[n]))
	}
	approveImages(t, w.home, "release", largest)
	approveImages(t, w.home, "budget", largest[:8])
	newRole(t, w.home, users("carla"), rule("stakeholders.dev", "stakeholdermaps/budget", "approve", "checkout"))
	large := func(d *appsv1.Deployment) {
		for n := range 5000 {
			d.Spec.Template.Spec.Containers[0].Env = append(d.Spec.Template.Spec.Containers[0].Env, corev1.EnvVar{Name: fmt.Sprintf("VARIABLE_%d", n), Value: strings.Repeat("v", 64)})
		}
	}
	unapproved := slices.Clone(largest)
	for n := range unapproved {
		unapproved[n] = "x" + unapproved[n][1:]
	}
	eve := func(text string) map[string]string { return map[string]string{"eve": text, robot: text} }
	for name, tc := range map[string]gateCase{
		"Approved":   {"Every image is approved.", w.gated, none, all(images(largest...), large, restart), nil},
		"BothTopics": {"Eight are approved for both topics.", w.gated, annotated(w.budget), all(images(largest[:8]...), large), nil},
		"Changed":    {"A large template that changes is compared.", w.gated, all(images(largest...), large), all(images(largest...), large, restart), nil},
		"Refused":    {"None is approved.", w.gated, none, all(images(unapproved...), large), eve("the image " + unapproved[0])},
		"Replaced":   {"Everything is asked for at once.", w.gated, annotated(w.release), all(annotated(w.budget), images(largest[:8]...), large), eve("may not approve " + w.release + ", and so not change or remove")},
		"LastTopic":  {"The last question is refused.", w.gated, annotated(w.budget), all(images(append(largest[:7:7], largest[9])...), large), eve("the image " + largest[9])},
	} {
		t.Run(name, func(t *testing.T) { tc.check(t) })
	}
	t.Run("Message", func(t *testing.T) {
		d := deployment(w.gated, strings.Repeat("d", 253))
		d.Spec.Template.Spec.Containers = containers("main", unapproved)
		err := as(t, "eve").Create(t.Context(), d, client.DryRunAll)
		if !refusedByGate(err) || !strings.HasSuffix(err.Error(), "| kubectl create -f -") || len(err.Error()) > maxMessage {
			t.Errorf("it gives %v", err)
		}
	})
}
