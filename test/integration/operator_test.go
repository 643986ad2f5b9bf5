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

package integration

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// The operator has no right that it does not need. Each of these would let it, or an attacker who takes it over, do
// harm that no map asks for.
func TestOperatorHasNoOtherRights(t *testing.T) {
	t.Parallel()
	for _, no := range []authorizationv1.ResourceAttributes{
		{Verb: "get", Resource: "secrets"},
		{Verb: "list", Resource: "secrets"},
		{Verb: "create", Resource: "pods"},
		{Verb: "escalate", Group: rbacv1.GroupName, Resource: "roles"},
		{Verb: "bind", Group: rbacv1.GroupName, Resource: "roles"},
		{Verb: "bind", Group: rbacv1.GroupName, Resource: "clusterroles"},
		{Verb: "escalate", Group: rbacv1.GroupName, Resource: "clusterroles"},
		{Verb: "list", Group: rbacv1.GroupName, Resource: "clusterroles"},
		{Verb: "create", Group: rbacv1.GroupName, Resource: "clusterrolebindings"},
		{Verb: "get", Group: rbacv1.GroupName, Resource: "clusterrolebindings"},
		{Verb: "bind", Group: rbacv1.GroupName, Resource: "clusterroles", Name: "cluster-admin"},
		{Verb: "update", Group: "stakeholders.dev", Resource: "stakeholdermaps"},
		{Verb: "patch", Resource: "namespaces"},
		{Verb: "delete", Group: "stakeholders.dev", Resource: "stakeholdermaps"},
		{Verb: "update", Group: "stakeholders.dev", Resource: "stakeholderpolicies"},
		{Verb: "delete", Group: "stakeholders.dev", Resource: "stakeholderpolicies"},
		{Verb: "impersonate", Resource: "users"},
	} {
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: operatorUser, Groups: []string{"system:serviceaccounts", "system:authenticated"}, ResourceAttributes: &no,
		}}
		review.Spec.ResourceAttributes.Namespace = "default"
		create(t, review)
		if review.Status.Allowed {
			t.Errorf("the operator may %s %s.%s", no.Verb, no.Resource, no.Group)
		}
	}
}

// A second replica is ready while it waits, and becomes leader when the first one ends.
func TestFailover(t *testing.T) {
	second, err := startOperator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	namespace := newNamespace(t)
	createReady(t, newMap(namespace, "before"))
	// A graceful stop releases the lease.
	if err := env.operator.Stop(); err != nil {
		t.Fatal(err)
	}
	env.operator = second
	started := time.Now()
	createReady(t, newMap(namespace, "after"))
	t.Logf("the second replica had taken over after %s", time.Since(started).Round(time.Millisecond))
	lease := get(t, operatorNamespace, "stakeholder-operator.stakeholders.dev", &coordinationv1.Lease{})
	if lease.Spec.HolderIdentity == nil || *lease.Spec.HolderIdentity == "" {
		t.Error("no replica holds the lease")
	}
}

// The API server decides who may get /metrics.
func TestMetricsAreAuthenticated(t *testing.T) {
	t.Parallel()
	operator, err := startOperator(t.Context(), "--metrics-secure=true")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := operator.Stop(); err != nil {
			t.Error(err)
		}
	})
	namespace := newNamespace(t)
	for _, name := range []string{"prometheus", "nobody"} {
		create(t, &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}})
	}
	create(t, &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: namespace},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "stakeholder-operator-metrics-reader"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: namespace, Name: "prometheus"}},
	})
	httpClient := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // the operator makes a certificate at its start
	}}
	t.Cleanup(httpClient.CloseIdleConnections)
	url := strings.Replace(operator.MetricsURL, "http://", "https://", 1)
	scrape := func(token string) (int, string, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := httpClient.Do(request)
		if err != nil {
			return 0, "", err
		}
		defer response.Body.Close() //nolint:errcheck // nothing was written
		body, err := io.ReadAll(response.Body)
		return response.StatusCode, string(body), err
	}
	// The metrics are served a moment after the probes, and the right is in force a moment after it
	// was given.
	controlplane.Eventually(t, patience, "metrics for a user who may read them", func() error {
		code, body, err := scrape(tokenOf(t, namespace, "prometheus"))
		if err != nil || code != http.StatusOK || !strings.Contains(body, "rest_client_requests_total") {
			return fmt.Errorf("%d: %.200s: %w", code, body, err)
		}
		return nil
	})
	if code, _, err := scrape(""); err != nil || code != http.StatusUnauthorized {
		t.Errorf("without a token: %d, %v", code, err)
	}
	if code, _, err := scrape(tokenOf(t, namespace, "nobody")); err != nil || code != http.StatusForbidden {
		t.Errorf("without the right: %d, %v", code, err)
	}
}

func tokenOf(t *testing.T, namespace, name string) string {
	t.Helper()
	request := &authenticationv1.TokenRequest{}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	if err := env.Admin.SubResource("token").Create(t.Context(), account, request); err != nil {
		t.Fatal(err)
	}
	return request.Status.Token
}
