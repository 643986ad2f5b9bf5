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
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Tools that wait for a map, such as kubectl wait or GitOps tools with kstatus, use the condition Ready and its
// observed generation. Whenever these say that a map is current, all of it is in force.
func TestReadyMeansInForce(t *testing.T) {
	t.Parallel()
	m := newMap(newNamespace(t), "checkout")
	watch, err := env.Admin.Watch(t.Context(), &v1alpha1.StakeholderMapList{}, client.InNamespace(m.Namespace),
		client.MatchingFieldsSelector{Selector: fields.OneTermEqualSelector("metadata.name", m.Name)})
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Stop()
	create(t, m)
	edits, current := 0, 0
	for event := range watch.ResultChan() {
		seen, ok := event.Object.(*v1alpha1.StakeholderMap)
		if !ok {
			t.Fatalf("the watch has %T", event.Object)
		}
		ready := meta.FindStatusCondition(seen.Status.Conditions, v1alpha1.ConditionReady)
		if ready == nil || ready.Status != metav1.ConditionTrue || ready.ObservedGeneration != seen.Generation || seen.Status.ObservedGeneration != seen.Generation {
			continue
		}
		current++
		cm := get(t, m.Namespace, "checkout-routing", &corev1.ConfigMap{})
		table := tableOf(t, m)
		if table.Product.DisplayName != seen.Spec.Product.DisplayName || table.Revision != seen.Status.RoutingRevision {
			t.Errorf("generation %d is current, and the table is of %q", seen.Generation, table.Product.DisplayName)
		}
		if got := cm.Data["budget.to.users"]; got != seen.Spec.Customers[0].Subjects[0].Name {
			t.Errorf("generation %d is current, and budgets go to %q", seen.Generation, got)
		}
		if edits == 3 {
			break
		}
		edits++
		name := strings.Repeat("x", edits)
		edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
			s.Product.DisplayName, s.Customers[0].Subjects = "Product "+name, users("customer-"+name)
		})
	}
	if current < 4 {
		t.Errorf("the map was current %d times, want one for each of four generations", current)
	}
}

// Logs are machine-readable: one JSON object per line, with a level, a time and a message.
func TestLogsAreStructured(t *testing.T) {
	t.Parallel()
	createReady(t, newMap(newNamespace(t), "checkout"))
	log, err := os.Open(env.operator.LogPath)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // nothing was written
	lines := 0
	for scanner := bufio.NewScanner(log); scanner.Scan(); lines++ {
		var line struct{ Level, TS, Msg string }
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil || line.Level == "" || line.TS == "" || line.Msg == "" {
			t.Errorf("this line of the log is not structured: %s", scanner.Text())
		}
	}
	if lines == 0 {
		t.Error("the log is empty")
	}
}
