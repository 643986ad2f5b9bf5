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

// Package results keeps what benchmarks have measured in a file, for hack/bench-report.
package results

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Run holds the measurements of one commit on one machine.
type Run struct {
	Environment Environment `json:"environment"`
	// Results are sorted by scenario, and then by whether etcd flushed its writes.
	Results []Result `json:"results"`
}

// Result holds the measurements of one scenario.
type Result struct {
	// Scenario is its letter, as in the table of targets.
	Scenario string `json:"scenario"`
	// Fsync says that etcd flushed every write to disk before it answered.
	Fsync bool `json:"fsync,omitempty"`
	// Size says how much was measured, for people.
	Size    string   `json:"size"`
	Metrics []Metric `json:"metrics"`
}

// Metric is one value.
type Metric struct {
	// Name is unique within a Result.
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	// Unit is ms, s, MiB, ns, or empty for a ratio or a count.
	Unit string `json:"unit,omitempty"`
}

// Add appends a metric.
func (r *Result) Add(name string, value float64, unit string) {
	r.Metrics = append(r.Metrics, Metric{Name: name, Value: value, Unit: unit})
}

// Find returns the metric of a name, or nil.
func (r *Result) Find(name string) *Metric {
	for i := range r.Metrics {
		if r.Metrics[i].Name == name {
			return &r.Metrics[i]
		}
	}
	return nil
}

// Find returns the result of a scenario, or nil.
func (r *Run) Find(scenario string, fsync bool) *Result {
	for i := range r.Results {
		if r.Results[i].Scenario == scenario && r.Results[i].Fsync == fsync {
			return &r.Results[i]
		}
	}
	return nil
}

// Load reads a file that Record has written. The error is fs.ErrNotExist if there is none.
func Load(path string) (*Run, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	run := &Run{}
	if err := json.Unmarshal(content, run); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return run, nil
}

// Record puts a result into a file, and replaces an earlier one of the same scenario. A file from another environment,
// such as another commit, is started again: its results are not comparable with this one. Several processes must not
// use it at once.
func Record(path string, environment Environment, result Result) error {
	run, err := Load(path)
	switch {
	case err == nil && run.Environment == environment:
	case err == nil || errors.Is(err, fs.ErrNotExist):
		run = &Run{Environment: environment}
	default:
		return err
	}
	if earlier := run.Find(result.Scenario, result.Fsync); earlier != nil {
		*earlier = result
	} else {
		run.Results = append(run.Results, result)
	}
	slices.SortFunc(run.Results, order)
	content, err := json.MarshalIndent(run, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o600)
}

func order(a, b Result) int {
	fsync := func(r Result) int {
		if r.Fsync {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(a.Scenario, b.Scenario), cmp.Compare(fsync(a), fsync(b)))
}
