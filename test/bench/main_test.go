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

// Package bench measures the operator at the required sizes, on a real control plane: requests, reconciles, memory and
// time. Tests check the counts, which are the same on every machine. BenchmarkCosts, which "make bench" runs, measures
// the rest and compares it with a raw client.
package bench

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

var env *suite.Suite

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(suite.RunWithoutRaceDetector(m, controlplane.Options{AuditLog: true, Fsync: *fsync}, func(s *suite.Suite) { env = s }))
}

// patience bounds every wait; thousands of objects take a while on a small machine.
const patience = 5 * time.Minute

// workers is how many requests are made at the same time.
const workers = 16

// inParallel calls f for each number below n, several at the same time.
func inParallel(tb testing.TB, n int, f func(i int) error) {
	tb.Helper()
	var group sync.WaitGroup
	errs := make(chan error, n)
	slots := make(chan struct{}, workers)
	for i := range n {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if err := f(i); err != nil {
				errs <- err
			}
		})
	}
	group.Wait()
	close(errs)
	for err := range errs {
		tb.Fatal(err)
	}
}

// createTargets makes n namespaces that accept the maps of another one, with labels for each.
func createTargets(tb testing.TB, mapNamespace, prefix string, n int, labels func(i int) map[string]string) {
	tb.Helper()
	inParallel(tb, n, func(i int) error {
		return env.Admin.Create(tb.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
			Name: fmt.Sprintf("%s-%d", prefix, i), Labels: labels(i),
			Annotations: map[string]string{v1alpha1.AcceptMapsFrom: mapNamespace},
		}})
	})
}

// waitReady waits until a namespace has n maps, all of them ready in their current generation.
func waitReady(tb testing.TB, namespace string, n int) {
	tb.Helper()
	controlplane.Eventually(tb, patience, fmt.Sprintf("%d maps in %s are ready", n, namespace), func() error {
		var maps v1alpha1.StakeholderMapList
		if err := env.Admin.List(tb.Context(), &maps, client.InNamespace(namespace)); err != nil {
			return err
		}
		ready := 0
		for i := range maps.Items {
			c := meta.FindStatusCondition(maps.Items[i].Status.Conditions, v1alpha1.ConditionReady)
			if c != nil && c.Status == metav1.ConditionTrue && c.ObservedGeneration == maps.Items[i].Generation {
				ready++
			}
		}
		if ready != n || len(maps.Items) != n {
			return fmt.Errorf("%d of %d are", ready, len(maps.Items))
		}
		return nil
	})
}

// calm is how long an operator must have had no work. On a busy machine, events of its own writes arrive later.
const calm = 500 * time.Millisecond

// settle waits until the operator has no work left, and returns its metrics then.
func settle(tb testing.TB, operator *controlplane.Operator) map[string]float64 {
	tb.Helper()
	const total = "controller_runtime_reconcile_total"
	var last map[string]float64
	var since time.Time
	controlplane.Eventually(tb, patience, "the operator has nothing to do", func() error {
		before := last
		var err error
		if last, err = operator.Metrics(tb.Context()); err != nil {
			return err
		}
		if before == nil || last["workqueue_depth"] > 0 || last["controller_runtime_active_workers"] > 0 || last[total] != before[total] {
			since = time.Now()
		}
		if time.Since(since) < calm {
			return fmt.Errorf("after %.0f reconciles %.0f wait", last[total], last["workqueue_depth"])
		}
		return nil
	})
	return last
}

// requests lists the operator's requests to the API server during f, as "verb resource", sorted, except those that it
// always makes. It also lists their namespaces.
func requests(tb testing.TB, operator *controlplane.Operator, do func()) (made, namespaces []string, reconciles int) {
	tb.Helper()
	const total = "controller_runtime_reconcile_total"
	before := settle(tb, operator)[total]
	mark, err := env.Plane.AuditMark()
	if err != nil {
		tb.Fatal(err)
	}
	do()
	reconciles = int(settle(tb, operator)[total] - before)
	events, _, err := env.Plane.AuditEvents(mark)
	if err != nil {
		tb.Fatal(err)
	}
	for _, e := range events {
		if e.User == suite.OperatorUser && e.Verb != "watch" && e.Resource != "events" {
			made = append(made, e.Verb+" "+strings.TrimSuffix(e.Resource+"/"+e.Subresource, "/"))
			namespaces = append(namespaces, e.Namespace)
		}
	}
	slices.Sort(made)
	slices.SortFunc(namespaces, cmp.Compare)
	return made, slices.Compact(namespaces), reconciles
}
