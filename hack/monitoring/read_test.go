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
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"sigs.k8s.io/yaml"
)

const component = "../../config/components/monitoring"

// query is a PromQL expression and its place.
type query struct{ where, expr string }

// readFile reads a file of the component.
func readFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(component, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// readRules reads the PrometheusRule as Prometheus reads the output of the Prometheus Operator, and refuses invalid
// rules.
func readRules(t *testing.T) []rulefmt.Rule {
	t.Helper()
	var rule struct {
		Spec json.RawMessage `json:"spec"`
	}
	if err := yaml.Unmarshal(readFile(t, "prometheus_rule.yaml"), &rule); err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(rule.Spec, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	for _, err := range errs {
		t.Error(err)
	}
	if groups == nil {
		t.FailNow()
	}
	var rules []rulefmt.Rule
	for i := range groups.Groups {
		rules = append(rules, groups.Groups[i].Rules...)
	}
	if len(rules) == 0 {
		t.Fatal("there is no alert")
	}
	return rules
}

// dashboard has the fields of Grafana's model that matter here.
type dashboard struct {
	SchemaVersion int `json:"schemaVersion"`
	Templating    struct {
		List []struct {
			Name       string `json:"name"`
			Type       string `json:"type"`
			Definition string `json:"definition"`
		} `json:"list"`
	} `json:"templating"`
	Panels []panel `json:"panels"`
}

type panel struct {
	ID          int    `json:"id"`
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Datasource  struct {
		UID string `json:"uid"`
	} `json:"datasource"`
	Targets []struct {
		Expr string `json:"expr"`
	} `json:"targets"`
}

func readDashboard(t *testing.T) dashboard {
	t.Helper()
	var d dashboard
	if err := json.Unmarshal(readFile(t, "dashboard.json"), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// queries lists the expressions of all panels and variables, with Grafana's variables filled in.
func (d *dashboard) queries() []query {
	var out []query
	for i := range d.Panels {
		for _, target := range d.Panels[i].Targets {
			out = append(out, query{"panel " + d.Panels[i].Title, fillIn(target.Expr)})
		}
	}
	for _, variable := range d.Templating.List {
		if inner, ok := strings.CutPrefix(variable.Definition, "label_values("); ok {
			name, _, _ := strings.Cut(strings.TrimSuffix(inner, ")"), ",")
			out = append(out, query{"variable " + variable.Name, fillIn(name)})
		}
	}
	return out
}

// fillIn replaces the variables as Grafana does before it asks Prometheus.
func fillIn(expr string) string {
	return strings.NewReplacer("$__rate_interval", "5m", "$job", ".*").Replace(expr)
}
