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

package faultproxy

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestClassify(t *testing.T) {
	tests := map[string]struct {
		method, uri, body string
		want              Request
		write             bool
	}{
		"Get":        {method: "GET", uri: "/api/v1/namespaces/a/configmaps/x", want: Request{Verb: "get", Resource: "configmaps", Namespace: "a", Name: "x"}},
		"List":       {method: "GET", uri: "/apis/rbac.authorization.k8s.io/v1/namespaces/a/roles?limit=5", want: Request{Verb: "list", Group: "rbac.authorization.k8s.io", Resource: "roles", Namespace: "a"}},
		"ListAll":    {method: "GET", uri: "/apis/rbac.authorization.k8s.io/v1/roles?watch=false", want: Request{Verb: "list", Group: "rbac.authorization.k8s.io", Resource: "roles"}},
		"Watch":      {method: "GET", uri: "/api/v1/secrets?watch=true&resourceVersion=5", want: Request{Verb: "watch", Resource: "secrets"}},
		"WatchOne":   {method: "GET", uri: "/api/v1/secrets?watch=1&fieldSelector=metadata.name%3Dx", want: Request{Verb: "watch", Resource: "secrets", Name: "x"}},
		"Namespace":  {method: "PUT", uri: "/api/v1/namespaces/a/finalize", want: Request{Verb: "update", Resource: "namespaces", Subresource: "finalize", Namespace: "a", Name: "a"}, write: true},
		"Namespaces": {method: "GET", uri: "/api/v1/namespaces", want: Request{Verb: "list", Resource: "namespaces"}},
		"Create": {
			method: "POST", uri: "/api/v1/namespaces/a/configmaps", body: `{"kind":"ConfigMap","metadata":{"name":"x"}}`,
			want: Request{Verb: "create", Resource: "configmaps", Namespace: "a", Name: "x"}, write: true,
		},
		"CreateDryRun": {method: "POST", uri: "/api/v1/namespaces/a/configmaps?dryRun=All", want: Request{Verb: "create", Resource: "configmaps", Namespace: "a", DryRun: true}},
		"Status": {
			method: "PATCH", uri: "/apis/stakeholders.dev/v1alpha1/namespaces/a/stakeholdermaps/x/status",
			want: Request{Verb: "patch", Group: "stakeholders.dev", Resource: "stakeholdermaps", Subresource: "status", Namespace: "a", Name: "x"}, write: true,
		},
		"Delete":       {method: "DELETE", uri: "/api/v1/namespaces/a/configmaps/x", body: `{"preconditions":{"uid":"1"}}`, want: Request{Verb: "delete", Resource: "configmaps", Namespace: "a", Name: "x"}, write: true},
		"DeleteDryRun": {method: "DELETE", uri: "/api/v1/namespaces/a/configmaps/x", body: `{"dryRun":["All"]}`, want: Request{Verb: "delete", Resource: "configmaps", Namespace: "a", Name: "x", DryRun: true}},
		"DeleteAll":    {method: "DELETE", uri: "/api/v1/namespaces/a/configmaps", want: Request{Verb: "deletecollection", Resource: "configmaps", Namespace: "a"}, write: true},
		"Lease":        {method: "PUT", uri: "/apis/coordination.k8s.io/v1/namespaces/a/leases/x", want: Request{Verb: "update", Group: "coordination.k8s.io", Resource: "leases", Namespace: "a", Name: "x"}},
		"Event":        {method: "POST", uri: "/apis/events.k8s.io/v1/namespaces/a/events", want: Request{Verb: "create", Group: "events.k8s.io", Resource: "events", Namespace: "a"}},
		"Review":       {method: "POST", uri: "/apis/authorization.k8s.io/v1/subjectaccessreviews", want: Request{Verb: "create", Group: "authorization.k8s.io", Resource: "subjectaccessreviews"}},
		"Token":        {method: "POST", uri: "/api/v1/namespaces/a/serviceaccounts/x/token", want: Request{Verb: "create", Resource: "serviceaccounts", Subresource: "token", Namespace: "a", Name: "x"}},
		"Discovery":    {method: "GET", uri: "/apis/rbac.authorization.k8s.io/v1", want: Request{Verb: "get"}},
		"Elsewhere":    {method: "POST", uri: "/readyz", want: Request{Verb: "post"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got := classify(httptest.NewRequestWithContext(t.Context(), tc.method, tc.uri, nil), []byte(tc.body))
			if got.URI != tc.uri {
				t.Errorf("URI %q", got.URI)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(Request{}, "URI")); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", tc.method, tc.uri, diff)
			}
			if write := Writes(got); write != tc.write {
				t.Errorf("Writes: %t, want %t", write, tc.write)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	request := Request{Verb: "patch", Resource: "stakeholdermaps", Subresource: "status", Namespace: "a", Name: "x"}
	tests := map[string]struct {
		match Match
		want  bool
	}{
		"Nil":           {match: nil, want: true},
		"Verb":          {match: Verbs("get", "patch"), want: true},
		"OtherVerb":     {match: Verbs("get")},
		"Subresource":   {match: Resources("roles", "stakeholdermaps/status"), want: true},
		"Resource":      {match: Resources("stakeholdermaps")},
		"Namespace":     {match: In("a"), want: true},
		"OtherName":     {match: Named("y")},
		"All":           {match: All(Writes, In("a"), nil, Named("x")), want: true},
		"AllButOne":     {match: All(Writes, In("b"), Named("x"))},
		"Not":           {match: Not(In("b")), want: true},
		"NotEverything": {match: Not(nil)},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got := tc.match.picks(request); got != tc.want {
				t.Errorf("%t, want %t", got, tc.want)
			}
		})
	}
}
