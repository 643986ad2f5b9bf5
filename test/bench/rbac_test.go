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

package bench

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// apiServerSeconds is how much CPU the API server has used.
func apiServerSeconds(b *testing.B) float64 {
	b.Helper()
	clients, err := kubernetes.NewForConfig(env.Plane.Config)
	if err != nil {
		b.Fatal(err)
	}
	text, err := clients.RESTClient().Get().AbsPath("/metrics").DoRaw(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		if value, found := strings.CutPrefix(lines.Text(), "process_cpu_seconds_total "); found {
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil {
				b.Fatal(err)
			}
			return seconds
		}
	}
	b.Fatal("the API server does not tell how much CPU it has used")
	return 0
}

// BenchmarkRBACWrites is what the API server pays for a write to RBAC, with the admission policies for grants and without:
// for writes that they do not concern, large ones among them, and for those that they do. The writer is in system:masters,
// so RBAC's own check costs nothing.
func BenchmarkRBACWrites(b *testing.B) {
	namespace := env.NewNamespace(b)
	rules := func(n int, group, resource, verb string) []rbacv1.PolicyRule {
		out := make([]rbacv1.PolicyRule, n)
		for i := range out {
			out[i] = rbacv1.PolicyRule{APIGroups: []string{group}, Resources: []string{resource}, Verbs: []string{verb}}
		}
		return out
	}
	binding := func(clusterRole string, subjects int) func(name string) client.Object {
		return func(name string) client.Object {
			object := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole}}
			for i := range subjects {
				object.Subjects = append(object.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: fmt.Sprint("user-", i)})
			}
			return object
		}
	}
	role := func(of []rbacv1.PolicyRule) func(name string) client.Object {
		return func(name string) client.Object {
			return &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Rules: of}
		}
	}
	writes := []struct {
		name  string
		times int
		make  func(name string) client.Object
	}{
		{"binding", 1000, binding("view", 2)},
		{"binding-of-500", 100, binding("view", 500)},
		{"role", 1000, role(rules(3, "apps", "deployments", "get"))},
		{"role-of-1000", 100, role(rules(1000, "apps", "deployments", "get"))},
		{"our-binding", 1000, binding("stakeholders-customer", 2)},
		{"our-role", 1000, role(rules(3, "stakeholders.dev", "stakeholdermaps/budget", "approve"))},
	}
	for b.Loop() {
		for _, guarded := range []string{"guarded", "unguarded"} {
			for _, write := range writes {
				before := apiServerSeconds(b)
				inParallel(b, write.times, func(i int) error {
					return env.Admin.Create(b.Context(), write.make(fmt.Sprintf("%s-%s-%d", guarded, write.name, i)))
				})
				b.ReportMetric((apiServerSeconds(b)-before)/float64(write.times)*1000, guarded+"-"+write.name+"-ms")
			}
			if guarded == "guarded" {
				if err := env.Unguard(b.Context(), suite.EveryNamespace, suite.PolicyGrantBindings, suite.PolicyGrantRoles); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

// BenchmarkManyRoleBindings is an operator in a cluster with many RoleBindings and Roles that are none of its concern.
func BenchmarkManyRoleBindings(b *testing.B) {
	namespace := env.NewNamespace(b)
	measure := func(what string) {
		operator := env.StartOperator(b, env.Kubeconfig)
		m := settle(b, operator)
		b.ReportMetric(m["process_resident_memory_bytes"]/(1<<20), what+"-rss-MB")
		b.ReportMetric(m["go_memstats_heap_inuse_bytes"]/(1<<20), what+"-heap-MB")
		if err := operator.Stop(); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		measure("few")
		inParallel(b, 50_000, func(i int) error {
			return env.Admin.Create(b.Context(), &rbacv1.RoleBinding{
				ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: fmt.Sprint("binding-", i)},
				RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
				Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: fmt.Sprint("user-", i)}},
			})
		})
		measure("many")
	}
}
