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

package monitoring_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/metrics"
)

// given are the labels that Prometheus adds to every series that it scrapes by the ServiceMonitor.
var given = []string{"job", "namespace", "pod", "service", "endpoint", "instance", "container"}

// known has the labels of every series that the operator serves, by name.
func known(t *testing.T) map[string][]string {
	t.Helper()
	board := metrics.NewBoard(clock.RealClock{}, func() map[string]int { return map[string]int{"Role": 1} })
	board.Report(types.NamespacedName{Name: "a"}, metrics.State{
		Ready:    metav1.ConditionTrue,
		Findings: map[metrics.Finding]int{{Code: v1alpha1.NoHandle, Level: v1alpha1.LevelWarning}: 1},
		Grants:   map[string]int{"customer": 1},
	})
	board.DriftRepaired("Role")
	board.Revoked("edited", time.Now())
	requests := metrics.NewRequestBoard(clock.RealClock{})
	requests.Decided(&v1alpha1.StakeholderRequestStatus{Class: v1alpha1.ClassApproval, Outcome: v1alpha1.OutcomeApproved}, time.Hour)
	for _, collector := range []prometheus.Collector{board, requests} {
		if err := ctrlmetrics.Registry.Register(collector); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ctrlmetrics.Registry.Unregister(collector) })
	}
	reconcileOnce(t)

	families, err := ctrlmetrics.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	series := map[string][]string{"up": given}
	for _, family := range families {
		names := slices.Clone(given)
		for _, pair := range family.GetMetric()[0].GetLabel() {
			names = append(names, pair.GetName())
		}
		if family.GetType() != dto.MetricType_HISTOGRAM {
			series[family.GetName()] = names
			continue
		}
		series[family.GetName()+"_count"] = names
		series[family.GetName()+"_sum"] = names
		series[family.GetName()+"_bucket"] = append(slices.Clone(names), "le")
	}
	return series
}

// reconcileOnce runs a controller for one request, because a metric with labels is served only once it has
// a value.
func reconcileOnce(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := controller.NewUnmanaged("stakeholdermap", controller.Options{
		Reconciler: reconcile.Func(func(context.Context, reconcile.Request) (reconcile.Result, error) {
			cancel()
			return reconcile.Result{}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Watch(source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[ctrl.Request]) error {
		queue.Add(ctrl.Request{})
		return nil
	})); err != nil {
		t.Fatal(err)
	}
	if err := c.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Fatal("the controller did not reconcile")
	}
}

// TestEverySeriesExists exists because a query with an unknown name or label is not an error: it finds nothing, and an
// alert then never fires.
func TestEverySeriesExists(t *testing.T) {
	series := known(t)
	for _, name := range []string{"stakeholders_maps", "controller_runtime_reconcile_total", "workqueue_depth"} {
		if series[name] == nil {
			t.Errorf("%s is not served: this test looks at the wrong registry", name)
		}
	}
	d := readDashboard(t)
	queries := d.queries()
	for _, rule := range readRules(t) {
		queries = append(queries, query{"alert " + rule.Alert, rule.Expr})
	}
	used := make(map[string]bool)
	for _, q := range queries {
		for _, problem := range check(q.expr, series, used) {
			t.Errorf("%s: %s", q.where, problem)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(series)) {
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
		if strings.HasPrefix(name, "stakeholders_") && !used[name] && !used[base+"_bucket"] {
			t.Errorf("no alert and no panel shows %s", name)
		}
	}
}

// check lists the labels and names that an expression uses and that do not exist, and records which series it uses.
func check(expr string, series map[string][]string, used map[string]bool) []string {
	parsed, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	selectors := 0
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.VectorSelector:
			selectors++
			used[n.Name] = true
			problems = append(problems, checkSelector(n, series)...)
		case *parser.AggregateExpr:
			// Every aggregation here has one selector below it.
			parser.Inspect(n.Expr, func(below parser.Node, _ []parser.Node) error {
				if selector, ok := below.(*parser.VectorSelector); ok {
					problems = append(problems, lacking(selector.Name, n.Grouping, series)...)
				}
				return nil
			})
		}
		return nil
	})
	if selectors == 0 {
		problems = append(problems, "it selects nothing")
	}
	return problems
}

func checkSelector(n *parser.VectorSelector, series map[string][]string) []string {
	if series[n.Name] == nil {
		return []string{fmt.Sprintf("the operator does not serve %q", n.Name)}
	}
	var names []string
	for _, matcher := range n.LabelMatchers {
		if matcher.Name != model.MetricNameLabel {
			names = append(names, matcher.Name)
		}
	}
	return lacking(n.Name, names, series)
}

// lacking lists those labels that a series does not have.
func lacking(name string, wanted []string, series map[string][]string) []string {
	var problems []string
	for _, label := range wanted {
		if series[name] != nil && !slices.Contains(series[name], label) {
			problems = append(problems, fmt.Sprintf("%s has no label %s", name, label))
		}
	}
	return problems
}

// TestPanels finds errors that Grafana would show as an empty panel.
func TestPanels(t *testing.T) {
	d := readDashboard(t)
	if d.SchemaVersion < 39 {
		t.Errorf("schemaVersion is %d, want 39 or later", d.SchemaVersion)
	}
	variables := make(map[string]string)
	for _, variable := range d.Templating.List {
		variables[variable.Name] = variable.Type
	}
	if variables["datasource"] != "datasource" {
		t.Error("there is no variable datasource")
	}
	ids := make(map[int]bool)
	shown := 0
	for i := range d.Panels {
		p := &d.Panels[i]
		if ids[p.ID] {
			t.Errorf("panel %s: the id %d stands twice", p.Title, p.ID)
		}
		ids[p.ID] = true
		if p.Type == "row" {
			continue
		}
		shown++
		if p.Title == "" || p.Description == "" || len(p.Targets) == 0 {
			t.Errorf("panel %d lacks a title, a description or a query", p.ID)
		}
		if p.Datasource.UID != "${datasource}" {
			t.Errorf("panel %s asks %q, want the variable", p.Title, p.Datasource.UID)
		}
	}
	if shown == 0 {
		t.Error("the dashboard is empty")
	}
	for _, q := range d.queries() {
		if strings.Contains(q.expr, "$") {
			t.Errorf("%s: a variable in %s is not filled in", q.where, q.expr)
		}
	}
}
