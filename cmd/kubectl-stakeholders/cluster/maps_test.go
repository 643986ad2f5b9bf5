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

package cluster_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// many are maps with display names "Product 0" and so on.
func many(n int) []v1alpha1.StakeholderMap {
	out := make([]v1alpha1.StakeholderMap, n)
	for i := range out {
		out[i].Namespace, out[i].Name = fmt.Sprintf("team-%d", i%10), fmt.Sprintf("p%d", i)
		out[i].Spec.Product.DisplayName = fmt.Sprintf("Product %d", i)
	}
	return out
}

func TestEachMap(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, expires string
		text            int
		limits          []int
	}{
		"chunks":  {"never all maps are in memory", "", 0, []int{50, 500, 500, 500}},
		"expired": {"a slow reader goes on where it was", "550", 0, []int{50, 500, 500, 500, 500}},
		"large":   {"large maps take no more memory than small ones", "", 60_000, []int{50, 139, 139, 139, 139, 139, 139, 139, 139, 139}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			served := &chunks{maps: many(1234), expires: tc.expires}
			for i := range served.maps {
				served.maps[i].Spec.Product.Description = strings.Repeat("x", tc.text)
			}
			c := apiServer{mapsPath: served.serve}.connect(t)
			var names []string
			err := c.EachMap(t.Context(), "", func(m *v1alpha1.StakeholderMap) error {
				names = append(names, m.Name)
				return nil
			})
			if err != nil || len(names) != 1234 || len(slices.Compact(slices.Sorted(slices.Values(names)))) != 1234 {
				t.Errorf("%s: %d maps, %v", tc.reason, len(names), err)
			}
			if diff := cmp.Diff(tc.limits, served.limits); diff != "" {
				t.Errorf("%s: limits (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFindMap(t *testing.T) {
	t.Parallel()
	const inDefault = "/apis/stakeholders.dev/v1alpha1/namespaces/default/stakeholdermaps"
	notFound := refuse(http.StatusNotFound, metav1.StatusReasonNotFound, `stakeholdermaps.stakeholders.dev "x" not found`)
	named := func(w http.ResponseWriter, r *http.Request) {
		status := metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure, Code: http.StatusNotFound,
			Reason: metav1.StatusReasonNotFound, Details: &metav1.StatusDetails{Name: "x", Kind: "stakeholdermaps"},
		}
		respond(http.StatusNotFound, status)(w, r)
	}
	forbidden := refuse(http.StatusForbidden, metav1.StatusReasonForbidden,
		`stakeholdermaps.stakeholders.dev is forbidden: User "eve" cannot list resource "stakeholdermaps" in API group "stakeholders.dev" at the cluster scope`)
	maps := many(1200)
	served := func(maps []v1alpha1.StakeholderMap) http.HandlerFunc { return (&chunks{maps: maps}).serve }
	cases := map[string]struct {
		reason, wanted string
		server         apiServer
		want           string
		err            string
		code           int
	}{
		"by name": {
			reason: "one request is enough, and its right", wanted: "p7",
			server: apiServer{inDefault + "/p7": respond(http.StatusOK, maps[7])}, want: "team-7/p7",
		},
		"by display name": {
			reason: "the case does not matter, nor in which chunk it is", wanted: "PRODUCT 1100",
			server: apiServer{mapsPath: served(maps)}, want: "team-0/p1100",
		},
		"by name elsewhere": {
			reason: "a name that is unique is enough", wanted: "p1100",
			server: apiServer{inDefault + "/p1100": named, mapsPath: served(maps)}, want: "team-0/p1100",
		},
		"nearest": {
			reason: "a typing error is pointed out", wanted: "prodct 77",
			server: apiServer{mapsPath: served(maps)}, err: `no product "prodct 77" in all namespaces. Did you mean team-7/p77, `, code: failure.CodeUsage,
		},
		"several": {
			reason: "the user has to choose, and not all of many are listed", wanted: "Twin",
			server: apiServer{mapsPath: served(twins(40))}, err: "team-8/p8, team-9/p9 and others. Write namespace/name", code: failure.CodeUsage,
		},
		"only the namespace": {
			reason: "a user who may not list all namespaces searches their own", wanted: "Product 3",
			server: apiServer{mapsPath: forbidden, inDefault: served(maps[:3])}, err: `no product "Product 3" in namespace default`, code: failure.CodeUsage,
		},
		"forbidden": {
			reason: "the right to read the map is the one that is missing", wanted: "p7",
			server: apiServer{inDefault + "/p7": forbidden, mapsPath: forbidden, inDefault: forbidden},
			err:    "cannot read StakeholderMap default/p7: eve may not list stakeholdermaps.stakeholders.dev in the whole cluster. Ask an admin of the cluster", code: failure.CodeCluster,
		},
		"not installed": {
			reason: "no map is there, because the kind is not", wanted: "p7",
			server: apiServer{inDefault + "/p7": notFound, "/apis": respond(http.StatusOK, groups())}, err: "the operator is not installed in ", code: failure.CodeCluster,
		},
		"newer": {
			reason: "the plugin has to be updated", wanted: "p7",
			server: apiServer{inDefault + "/p7": notFound, "/apis": respond(http.StatusOK, groups("v1", "v1beta1"))},
			err:    "is newer than this plugin: it serves v1, v1beta1 of stakeholders.dev. Update the plugin", code: failure.CodeCluster,
		},
		"older": {
			reason: "the operator has to be updated", wanted: "p7",
			server: apiServer{inDefault + "/p7": notFound, "/apis": respond(http.StatusOK, groups("v1alpha1"))},
			err:    "is older than this plugin. Update it", code: failure.CodeCluster,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := tc.server.connect(t).FindMap(t.Context(), tc.wanted)
			if tc.want != "" {
				if err != nil || m.Namespace+"/"+m.Name != tc.want {
					t.Errorf("%s: %v, %v", tc.reason, m, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.err) || failure.Code(err) != tc.code {
				t.Errorf("%s: %v, code %d", tc.reason, err, failure.Code(err))
			}
		})
	}
}

// twins are maps with one display name.
func twins(n int) []v1alpha1.StakeholderMap {
	out := many(n)
	for i := range out {
		out[i].Spec.Product.DisplayName = "Twin"
	}
	return out
}

// groups are the API groups of a server that serves ours in some versions.
func groups(versions ...string) metav1.APIGroupList {
	list := metav1.APIGroupList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "APIGroupList"}, Groups: []metav1.APIGroup{{Name: "apps"}}}
	if len(versions) == 0 {
		return list
	}
	group := metav1.APIGroup{Name: v1alpha1.GroupVersion.Group}
	for _, version := range versions {
		group.Versions = append(group.Versions, metav1.GroupVersionForDiscovery{GroupVersion: group.Name + "/" + version, Version: version})
	}
	list.Groups = append(list.Groups, group)
	return list
}

func TestRefusalOfAdmission(t *testing.T) {
	t.Parallel()
	refused := refuse(http.StatusForbidden, metav1.StatusReasonForbidden,
		`stakeholdermaps "x" is forbidden: ValidatingAdmissionPolicy 'a' with binding 'b' denied request: NotYourName: write your own name`)
	c := apiServer{mapsPath: refused}.connect(t)
	err := c.EachMap(t.Context(), "", nil)
	if err == nil || !strings.HasSuffix(err.Error(), "all namespaces: NotYourName: write your own name") || !cluster.IsForbidden(err) {
		t.Errorf("the message of the policy is what helps: %v", err)
	}
}
