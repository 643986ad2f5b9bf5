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

package results

import (
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A result replaces an earlier one of its scenario, and every one of another commit.
func TestRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bin", "bench.json")
	if _, err := Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("before anything was recorded: %v", err)
	}
	result := func(scenario string, fsync bool, value float64) Result {
		r := Result{Scenario: scenario, Fsync: fsync}
		r.Add("ratio", value, "")
		return r
	}
	steps := []struct {
		reason string
		commit string
		result Result
		want   []Result
	}{
		{"the first", "a", result("D", false, 1), []Result{result("D", false, 1)}},
		{"with fsync is another one", "a", result("D", true, 2), []Result{result("D", false, 1), result("D", true, 2)}},
		{"they are sorted", "a", result("A", false, 3), []Result{result("A", false, 3), result("D", false, 1), result("D", true, 2)}},
		{"measured again", "a", result("D", false, 4), []Result{result("A", false, 3), result("D", false, 4), result("D", true, 2)}},
		{"another commit", "b", result("D", true, 5), []Result{result("D", true, 5)}},
	}
	for _, step := range steps {
		if err := Record(path, Environment{Commit: step.commit}, step.result); err != nil {
			t.Fatal(err)
		}
		got, err := Load(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&Run{Environment: Environment{Commit: step.commit}, Results: step.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.reason, diff)
		}
	}
}
