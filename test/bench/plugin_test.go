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

package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/bench/results"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// auditor is the user who lists maps in K.
const auditor = "auditor"

// memoryInterval is how often the peak memory of a process is read. What it takes in its last moments may be missed.
const memoryInterval = 10 * time.Millisecond

// plugin runs kubectl stakeholders.
type plugin struct {
	binary string
	env    []string
}

// measurePlugin is K: what a user waits for kubectl stakeholders, from the start of its process until its end, and the memory
// that it takes. No operator runs.
func measurePlugin(b *testing.B, r *results.Result) {
	b.Helper()
	populated.fill(b, max(*newMaps, *restartMaps))
	r.Size = fmt.Sprintf("%d runs for one map; %d maps in files; %d maps in the cluster", *runs, *filedMaps, populated.size)
	p := newPlugin(b)
	p.measureOneFile(b, r)
	p.measureManyFiles(b, r)
	p.measureList(b, r)
}

func newPlugin(b *testing.B) *plugin {
	b.Helper()
	binary, err := controlplane.Plugin(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	home := b.TempDir()
	kubeconfig := filepath.Join(home, "kubeconfig")
	if err := env.Plane.UserKubeconfig(kubeconfig, "default", auditor, suite.Masters); err != nil {
		b.Fatal(err)
	}
	return &plugin{binary, []string{"HOME=" + home, "KUBECONFIG=" + kubeconfig}}
}

// measureOneFile measures the commands that authors of a map repeat all the time. The first run of each, which reads the
// program from disk, does not count.
func (p *plugin) measureOneFile(b *testing.B, r *results.Result) {
	b.Helper()
	m := fixtures.Examples(b)[0].Map
	file := filepath.Join(b.TempDir(), "map.yaml")
	if err := writeMap(file, m); err != nil {
		b.Fatal(err)
	}
	for _, command := range []struct {
		name string
		args []string
	}{
		{"lint", []string{"lint", "-f", file}},
		{"ask", []string{"ask", m.Name, "budget", "-f", file}},
		{"render", []string{"render", "-f", file}},
	} {
		p.run(b, command.args...)
		times := make([]float64, *runs)
		for i := range times {
			took, _ := p.run(b, command.args...)
			times[i] = milliseconds(took)
		}
		for _, q := range []int{50, 95, 99} {
			r.Add(fmt.Sprintf("%s-p%d", command.name, q), quantile(times, float64(q)/100), "ms")
		}
	}
}

// measureManyFiles lints a folder of maps, each in a file.
func (p *plugin) measureManyFiles(b *testing.B, r *results.Result) {
	b.Helper()
	folder := b.TempDir()
	inParallel(b, *filedMaps, func(i int) error {
		name := fmt.Sprintf("map-%d", i)
		return writeMap(filepath.Join(folder, name+".yaml"), smallMap("products", name))
	})
	took, memory := p.run(b, "lint", "-f", folder)
	r.Add("lint-many", took.Seconds(), "s")
	r.Add("lint-many-memory", memory, "MiB")
}

// measureList lists all maps, which the plugin reads in chunks, and those of one namespace for comparison.
func (p *plugin) measureList(b *testing.B, r *results.Result) {
	b.Helper()
	_, few := p.run(b, "list", "-n", populated.at(0).Namespace)
	mark, err := env.Plane.AuditMark()
	if err != nil {
		b.Fatal(err)
	}
	took, memory := p.run(b, "list", "-A")
	events, _, err := env.Plane.AuditEvents(mark)
	if err != nil {
		b.Fatal(err)
	}
	requests, chunks := 0, 0
	for i := range events {
		if events[i].User != auditor {
			continue
		}
		requests++
		if events[i].Verb == "list" && events[i].Resource == "stakeholdermaps" {
			chunks++
		}
	}
	r.Add("list", took.Seconds(), "s")
	r.Add("list-memory", memory, "MiB")
	r.Add("list-of-10-memory", few, "MiB")
	r.Add("list-requests", float64(requests), "")
	r.Add("list-chunks", float64(chunks), "")
}

// run runs a command, which must succeed. It returns how long that took, and the most memory that its process had, in MiB.
func (p *plugin) run(b *testing.B, args ...string) (took time.Duration, memory float64) {
	b.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(b.Context(), p.binary, args...)
	cmd.Env, cmd.Stderr = p.env, &stderr
	started := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ticker := time.NewTicker(memoryInterval)
	defer ticker.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				b.Fatalf("kubectl stakeholders %q: %v: %s", args, err, &stderr)
			}
			return time.Since(started), memory
		case <-ticker.C:
			// At the end of the process there is none any more.
			if peak, err := controlplane.PeakMemory(cmd.Process.Pid); err == nil {
				memory = float64(peak) / (1 << 20)
			}
		}
	}
}

// writeMap writes a map into a file, as its author would.
func writeMap(file string, m *v1alpha1.StakeholderMap) error {
	m.APIVersion, m.Kind = v1alpha1.GroupVersion.String(), "StakeholderMap"
	content, err := yaml.Marshal(m)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}
