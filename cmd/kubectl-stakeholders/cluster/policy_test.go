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
	"net/http"
	"sync/atomic"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// TestPolicyIsReadOnce proves that a command about many products asks for the policy once.
func TestPolicyIsReadOnce(t *testing.T) {
	t.Parallel()
	var reads atomic.Int32
	forbidden := refuse(http.StatusForbidden, metav1.StatusReasonForbidden, "no")
	server := apiServer{
		"/apis/stakeholders.dev/v1alpha1/stakeholderpolicies/in-force": func(w http.ResponseWriter, r *http.Request) {
			reads.Add(1)
			forbidden(w, r)
		},
	}
	c := server.connect(t)
	for range 3 {
		m := fixtures.Minimal()
		m.UID = types.UID("map")
		p, err := c.Product(t.Context(), m, nil, fixtures.Now, false)
		if err != nil || !p.PolicyUnread {
			t.Fatalf("%+v, %v", p, err)
		}
	}
	if n := reads.Load(); n != 1 {
		t.Errorf("it was read %d times", n)
	}
}
