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

package docs

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// kinds are those of objects outside of namespaces that pages create.
const kinds = "namespaces,clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings"

// cluster knows what there was before the first story.
type cluster struct {
	before []string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	c.before = c.objects(t)
	return c
}

// objects are the names of all objects of kinds.
func (c *cluster) objects(t *testing.T) []string {
	t.Helper()
	return strings.Fields(kubectl(t, "", "get", kinds, "-o", "name"))
}

// reset removes what a story has left, so that the next begins as on a new cluster.
func (c *cluster) reset(t *testing.T) {
	t.Helper()
	kubectl(t, "", "delete", "stakeholdermaps", "--all", "--all-namespaces")
	if policy := "stakeholderpolicy.stakeholders.dev/default"; kubectl(t, "", "get", policy, "--ignore-not-found") != "" {
		// A deleted policy stays in force for minutes, but not what it said before.
		kubectl(t, "apiVersion: stakeholders.dev/v1alpha1\nkind: StakeholderPolicy\nmetadata: {name: default}\n", "replace", "-f", "-")
		kubectl(t, "", "wait", "--for=condition=Ready", policy)
		kubectl(t, "", "delete", policy)
	}
	left := slices.DeleteFunc(c.objects(t), func(name string) bool { return slices.Contains(c.before, name) })
	if len(left) > 0 {
		kubectl(t, "", append([]string{"delete", "--ignore-not-found"}, left...)...)
	}
}

// kubectl runs kubectl as an administrator, also at the end of a test.
func kubectl(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	output, err := env.Plane.KubectlInput(context.WithoutCancel(t.Context()), strings.NewReader(stdin), args...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}
