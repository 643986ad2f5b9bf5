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

package main

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// stayUp keeps the control plane running for the user until they end it.
func (d *demo) stayUp(ctx context.Context) {
	d.out.heading("It stays up. In another terminal")
	if d.cluster != currentCluster {
		d.showKubeconfig()
	}
	for _, t := range d.toTry() {
		d.out.line("  %-50s %s", "kubectl "+t.args, d.out.dim("# "+t.what))
	}
	if d.noSamples {
		d.out.line("Then go on with step 2 of docs/quickstart.md.")
	}
	d.out.line("Ctrl-C ends it and leaves nothing behind.")
	<-ctx.Done()
	// Below the ^C that the terminal shows.
	d.out.line("")
}

// toTry lists what the user can try.
func (d *demo) toTry() []try {
	if d.noSamples {
		return triesWithoutSamples
	}
	return slices.DeleteFunc(slices.Clone(tries), func(t try) bool { return t.gated && !d.gate })
}

// showKubeconfig shows how to reach a control plane of its own.
func (d *demo) showKubeconfig() {
	d.out.line("  export KUBECONFIG=%s", shellWord(d.plane.Kubeconfig))
	var folders []string
	if d.noSamples {
		// The folder of the manager also has the plugin, which the quickstart uses.
		folders = append(folders, filepath.Dir(d.manager))
	}
	if _, err := exec.LookPath("kubectl"); err != nil {
		// The demo has built one.
		folders = append(folders, d.assets)
	}
	if len(folders) > 0 {
		d.out.line(`  export PATH="$PATH":%s`, shellWord(strings.Join(folders, ":")))
	}
}
