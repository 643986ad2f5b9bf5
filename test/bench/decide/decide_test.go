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

// Package decide measures what the operator computes for a map before it writes anything.
package decide

import (
	"flag"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

var resultsPath = flag.String("results", "", "file in which BenchmarkDecide puts its results; none without it")

// BenchmarkDecide is I: validate, route and render, for a typical map and for the largest that the schema allows.
func BenchmarkDecide(b *testing.B) {
	typical := fixtures.Examples(b)[0].Map
	var known []string
	for _, topic := range topics.Catalogue() {
		known = append(known, topic.Name)
	}
	result := results.Result{Scenario: "I", Size: "the first example of test/fixtures, and the largest map that the schema allows"}
	for _, measured := range []struct {
		name string
		m    *v1alpha1.StakeholderMap
	}{{"typical", typical}, {"largest", fixtures.Largest("x", known)}} {
		var each float64
		b.Run(measured.name, func(b *testing.B) {
			for b.Loop() {
				decide(b, measured.m)
			}
			each = float64(b.Elapsed().Nanoseconds()) / float64(b.N)
		})
		if each == 0 {
			// -bench has selected only the other one.
			return
		}
		result.Add(measured.name, each/1e6, "ms")
	}
	if *resultsPath == "" {
		return
	}
	environment, err := results.Here(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if err := results.Record(*resultsPath, environment, result); err != nil {
		b.Fatal(err)
	}
}

// decide renders the outputs of a map.
func decide(b *testing.B, m *v1alpha1.StakeholderMap) {
	b.Helper()
	assigned := topics.Assign(m, nil, fixtures.Now)
	if findings := validate.Assigned(m, nil, assigned, fixtures.Now); validate.HasErrors(findings) {
		b.Fatalf("the map is invalid: %+v", findings[0])
	}
	table := route.Table(m, assigned)
	document, err := table.Seal()
	if err != nil {
		b.Fatal(err)
	}
	owner := names.Owner{Namespace: m.Namespace, Name: m.Name, UID: m.UID}
	if _, err := render.ConfigMap(owner, nil, table, document); err != nil {
		b.Fatal(err)
	}
	grants := render.Grants(m.Name, table)
	for i := range grants {
		grants[i].RoleObject(owner)
		grants[i].BindingObject(owner)
	}
}
