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
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// A flood of edits makes a small number of Event objects, which say that there were more.
func TestFloodOfEditsMakesFewEvents(t *testing.T) {
	t.Parallel()
	m := createReady(t, newMap(newNamespace(t), "checkout"))
	const flood = 60
	for i := range flood {
		m = edit(t, m, func(s *v1alpha1.StakeholderMapSpec) { s.Customers[0].Subjects = users(fmt.Sprintf("customer-%d", i)) })
		// Otherwise the operator would put several edits in force at once.
		m = waitReady(t, m)
	}
	wantEvent(t, m.Namespace, "Revoked", "only counted")
	// Each edit has two events: one for lost rights, one for new ones.
	const most = 30 + 5 + 2
	if got := len(eventsIn(t, m.Namespace)); got > most {
		t.Errorf("%d edits made %d events, want at most %d", flood, got, most)
	}
}

// When a namespace is deleted, its maps are deleted, and the log has no error about it.
func TestDeletedNamespaceLogsNoErrors(t *testing.T) {
	t.Parallel()
	namespace := newNamespace(t)
	target := consenting(t, namespace, "product", namespace)
	m := selecting(namespace, namespace)
	createReady(t, m)
	createReady(t, newMap(namespace, "other"))
	waitTarget(t, m, target, everybody)
	ns := get(t, "", namespace, &corev1.Namespace{})
	if err := env.Admin.Delete(t.Context(), ns); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, patience, "the namespace is gone", func() error {
		return client.IgnoreNotFound(gone(env.Admin.Get(t.Context(), client.ObjectKeyFromObject(ns), ns)))
	})
	waitTarget(t, m, target, nil)
	log, err := os.Open(env.operator.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // nothing was written
	for scanner := bufio.NewScanner(log); scanner.Scan(); {
		var line struct{ Level string }
		if err := json.Unmarshal(scanner.Bytes(), &line); err == nil && line.Level == "error" && strings.Contains(scanner.Text(), namespace) {
			t.Errorf("the log has %s", scanner.Text())
		}
	}
}
