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

package rollouts

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// person is the user in whose name a request is made.
type person struct {
	user   string
	groups []string
}

// The people of the maps here.
var (
	carla = person{user: "carla"}                                // a customer
	gina  = person{user: "gina", groups: []string{"acme:board"}} // a customer, as a member of a group
	eve   = person{user: "eve"}                                  // an end user
	paul  = person{user: "paul"}                                 // the product owner
	norma = person{user: "norma"}                                // not in the map
)

// newProduct makes a map that is in force, with its people, and returns one of its target namespaces.
func newProduct(t *testing.T) string {
	t.Helper()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	putInForce(t, newMap(home))
	return target
}

// newMap is a map with its people, not created yet, that selects the namespaces with its label product.
func newMap(home string) *v1alpha1.StakeholderMap {
	m := suite.Selecting(home, "checkout", home)
	board := &m.Spec.Customers[0]
	board.Subjects = append(board.Subjects, v1alpha1.Subject{Kind: v1alpha1.SubjectGroup, Name: gina.groups[0]})
	return m
}

func putInForce(t *testing.T, m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderMap {
	t.Helper()
	env.Create(t, m)
	return env.WaitReady(t, m)
}

// plugin runs upstream's kubectl plugin in a person's name. The error contains its standard error.
func (p person) plugin(t *testing.T, namespace string, args ...string) (string, error) {
	t.Helper()
	// Some of its commands wait for ever for objects that the person may not see.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := p.command(ctx, namespace, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

func (p person) command(ctx context.Context, namespace string, args ...string) *exec.Cmd {
	flags := []string{"--kubeconfig=" + env.Plane.Kubeconfig, "--namespace=" + namespace, "--as=" + p.user}
	for _, group := range p.groups {
		flags = append(flags, "--as-group="+group)
	}
	cmd := exec.CommandContext(ctx, filepath.Join(env.assets, pluginBinary), append(args, flags...)...)
	cmd.Env = []string{"HOME=" + env.Plane.Dir}
	return cmd
}

// mustRun runs the plugin with arguments in a person's name, and returns its output.
func mustRun(t *testing.T, p person, namespace, args string) string {
	t.Helper()
	out, err := p.plugin(t, namespace, strings.Fields(args)...)
	if err != nil {
		t.Fatalf("%s in the name of %s: %v", args, p.user, err)
	}
	return out
}

// forbids reports whether the plugin failed because the API server refuses a person a verb on a resource.
func forbids(err error, p person, verb, resource string) bool {
	return err != nil && strings.Contains(err.Error(), refusal(p, verb, resource))
}

// refusal is the API server's message in that case. The plugin is another program, so a test only has its text.
func refusal(p person, verb, resource string) string {
	return fmt.Sprintf("is forbidden: User %q cannot %s resource %q in API group", p.user, verb, resource)
}

// waitMayPromote waits until the API server would, or would not, let a person patch the status of the Rollout. The API
// server learns of a RoleBinding a moment after it was written.
func waitMayPromote(t *testing.T, p person, namespace string, want bool) {
	t.Helper()
	controlplane.Eventually(t, patience, fmt.Sprintf("%s may promote in %s: %t", p.user, namespace, want), func() error {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: p.user, Groups: p.groups,
			ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: "patch", Group: "argoproj.io", Resource: "rollouts", Subresource: "status", Name: rolloutName,
			},
		}}
		if err := env.Admin.Create(t.Context(), review); err != nil {
			return err
		}
		if review.Status.Allowed != want {
			return fmt.Errorf("%t: %s", review.Status.Allowed, review.Status.Reason)
		}
		return nil
	})
}
