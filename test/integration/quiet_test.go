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
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

func newReader(s string) io.Reader { return strings.NewReader(s) }

// reconciles reads how many reconciles the operator has finished.
func reconciles(t *testing.T) int {
	t.Helper()
	return int(metric(t, `controller_runtime_reconcile_total{controller="stakeholdermap"`))
}

// touchOutput makes the operator reconcile an unchanged map: it annotates the ConfigMap, which the operator ignores,
// and waits until a reconcile has finished.
func touchOutput(t *testing.T, m *v1alpha1.StakeholderMap) {
	t.Helper()
	before := reconciles(t)
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Name + "-routing"}}
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"touched":"`+strconv.Itoa(before)+`"}}}`))
	if err := env.Admin.Patch(t.Context(), cm, patch); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, patience, "a reconcile", func() error {
		if now := reconciles(t); now <= before {
			return fmt.Errorf("%d reconciles, as before", now)
		}
		return nil
	})
}

// dropTouched leaves out the ConfigMap, which touchOutput changes.
func dropTouched(outputs []string) []string {
	return slices.DeleteFunc(slices.Clone(outputs), func(s string) bool { return strings.Contains(s, "ConfigMap") })
}

// A reconcile without work makes no request. This test is not parallel: the number of reconciles is counted over all
// maps.
func TestNothingToDoNoRequest(t *testing.T) {
	m := createReady(t, newMap(newNamespace(t), "checkout"))
	invalid := newMap(newUnguardedNamespace(t), "mixed-up")
	invalid.Spec.EndUsers[0].Subjects = users("carla")
	create(t, invalid)
	waitFor(t, invalid, v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.UnacknowledgedOverlap))
	// The events of the operator's own writes must be processed first.
	touchOutput(t, m)

	since := auditMark(t)
	const times = 5
	before := reconciles(t)
	for range times {
		touchOutput(t, m)
		annotate(t, m)
		annotate(t, invalid)
	}
	controlplane.Eventually(t, patience, "reconciles of everything that was touched", func() error {
		if got := reconciles(t) - before; got < 3*times {
			return fmt.Errorf("%d reconciles, want %d", got, 3*times)
		}
		return nil
	})
	if got := requests(t, since, nil); len(got) > 0 {
		t.Errorf("%d reconciles with nothing to do made the requests %v", reconciles(t)-before, got)
	}
}

// annotate changes an annotation of the map, and waits for the reconcile.
func annotate(t *testing.T, m *v1alpha1.StakeholderMap) {
	t.Helper()
	before := reconciles(t)
	object := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Name}}
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"touched":"`+strconv.Itoa(before)+`"}}}`))
	if err := env.Admin.Patch(t.Context(), object, patch); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, patience, "a reconcile", func() error {
		if now := reconciles(t); now <= before {
			return fmt.Errorf("%d reconciles, as before", now)
		}
		return nil
	})
}
