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

package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/command"
)

// inForce is what commands read of a product: the map, and what follows from it.
var inForce = []string{"GET stakeholdermaps/checkout", "GET configmaps/checkout-routing", "GET stakeholderpolicies/in-force"}

// requestCases are commands with their requests to the API server. They run in this order, because an answer changes what the next one
// finds. FILE is a file with the map.
var requestCases = []struct {
	args string
	want []string
}{
	{"ask checkout release", inForce},
	{"ask checkout release -f FILE", nil},
	{"can approve checkout/release", and(inForce, "POST selfsubjectreviews", "POST selfsubjectaccessreviews")},
	{"can approve checkout/release --as=carla", and(inForce, "POST subjectaccessreviews")},
	{"who-can approve checkout/release", and(inForce, "POST subjectaccessreviews")},
	{"list", []string{"GET stakeholdermaps"}},
	{"lint -f FILE", nil},
	{"render -f FILE", nil},
	{"diff -f FILE", []string{"GET stakeholdermaps/checkout", "GET stakeholderpolicies/in-force", "GET stakeholdermaps"}},
	{"graph checkout", inForce},
	{"requests", []string{"GET stakeholderrequests"}},
	{"requests checkout", []string{"GET stakeholdermaps/checkout", "GET stakeholderrequests"}},
	{"inbox --as=carla", and(inForce, "POST selfsubjectreviews", "GET stakeholderrequests")},
	{"audit checkout", []string{"GET stakeholdermaps/checkout", "GET stakeholderrequests"}},
	{"request checkout release --name=r2 --title=1.5 --as=ann", and(inForce, "POST selfsubjectreviews", "POST stakeholderrequests", "GET stakeholderrequests/r2")},
	{"request checkout release --title=1.6 --as=ann --dry-run=client", and(inForce, "POST selfsubjectreviews")},
	{"request checkout release --title=1.6 --as=ann --dry-run=server", and(inForce, "POST selfsubjectreviews", "POST stakeholderrequests")},
	{"withdraw r2 --as=ann", []string{"GET stakeholderrequests/r2", "PATCH stakeholderrequests/r2"}},
	{"comment r1 fine --as=carla", []string{"POST selfsubjectreviews", "GET stakeholderrequests/r1", "PATCH stakeholderrequests/r1"}},
	{"comment r1 fine --as=carla", []string{"POST selfsubjectreviews", "GET stakeholderrequests/r1"}},
	{"approve r1 --as=carla", and(inForce, "POST selfsubjectreviews", "GET stakeholderrequests/r1", "PATCH stakeholderrequests/r1")},
	{"export checkout --to=codeowners", inForce},
	{"import --from=rolebindings", []string{
		"GET rolebindings", "GET clusterroles/edit",
		"GET roles/stakeholders:checkout:customer", "GET roles/stakeholders:checkout:end-user", "GET roles/stakeholders:checkout:product-owner",
	}},
	{"explain NoHandle", nil},
	{"version", []string{"GET /apis/stakeholders.dev/v1alpha1", "GET /openapi/v3/apis/stakeholders.dev/v1alpha1", "GET deployments"}},
	{"version --client", nil},
	{"completion bash", nil},
	{"options", nil},
	{"__complete ask checkout", []string{"GET stakeholdermaps"}},
}

func and(requests []string, more ...string) []string { return slices.Concat(requests, more) }

// TestRequestsOfCommands makes sure that no command asks the API server for more than it needs, such as for the kinds that it serves.
func TestRequestsOfCommands(t *testing.T) {
	r := askedRequest(t)
	file := filepath.Join(t.TempDir(), "checkout.yaml")
	manifest, err := env.Plane.Kubectl(t.Context(), "get", "smap", "checkout", "-o", "yaml", "-n", r.Namespace)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(manifest), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range requestCases {
		t.Run(tc.args, func(t *testing.T) {
			got := requestsOf(t, r.Namespace, strings.Fields(strings.ReplaceAll(tc.args, "FILE", file))...)
			if diff := cmp.Diff(slices.Sorted(slices.Values(tc.want)), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRequestsOfAllCommands makes sure that every command is among the cases. Commands that answer have one mechanism.
func TestRequestsOfAllCommands(t *testing.T) {
	t.Parallel()
	counted := map[string]bool{}
	for _, tc := range requestCases {
		counted[strings.Fields(tc.args)[0]] = true
	}
	for _, verdict := range []string{"reject", "accept", "decline", "defer", "support"} {
		counted[verdict] = counted["approve"]
	}
	for _, c := range command.New("", genericiooptions.IOStreams{}).Commands() {
		if !c.Hidden && !counted[c.Name()] {
			t.Errorf("the requests of %s are not counted", c.Name())
		}
	}
}

// requestsOf runs a command and returns its requests to the API server, sorted, because some are made at the same time. Whether a
// command watches a request depends on how far the operator is, so that is left out.
func requestsOf(t *testing.T, namespace string, args ...string) []string {
	t.Helper()
	var lock sync.Mutex
	var got []string
	_, _, errOut := run(t, func(request *http.Request) {
		if request.URL.Query().Has("watch") {
			return
		}
		lock.Lock()
		defer lock.Unlock()
		got = append(got, request.Method+" "+resourcePath.ReplaceAllString(request.URL.Path, ""))
	}, namespace, args...)
	if strings.Contains(errOut, "error: ") {
		t.Error(errOut)
	}
	slices.Sort(got)
	return got
}

// resourcePath precedes the resource in the path of a request.
var resourcePath = regexp.MustCompile(`^/(api|apis/[^/]+)/v[^/]+/(namespaces/[^/]+/)?`)
