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

package command

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/klog/v2"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// source says where a command reads maps from: files, or the cluster.
type source struct {
	files  manifest.Files
	policy string
	at     string
}

// addTo adds the flags to a command.
func (s *source) addTo(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&s.files.Names, "filename", "f", nil, "Read maps from this file or folder, or - for standard input, and not from the cluster. Can be repeated.")
	cmd.Flags().BoolVarP(&s.files.Recursive, "recursive", "R", false, "Read the folders in the folders of -f, too.")
	cmd.Flags().StringVar(&s.policy, "policy", "", "Apply the StakeholderPolicy named default in this file. Without it, -f uses the one in its files, or the defaults. The last of several counts.")
	cmd.Flags().StringVar(&s.at, "at", "", "Answer for this time and not for now, such as 2027-01-31T12:00:00Z. Windows of parties may open or close until then.")
}

// fileNames are the files in messages.
func (s *source) fileNames() []string {
	names := make([]string, len(s.files.Names))
	for i, name := range s.files.Names {
		names[i] = fileName(name)
	}
	return names
}

// where names the files in messages.
func (s *source) where() string { return strings.Join(s.fileNames(), ", ") }

// flags are those with which another command reads the same files, after a space.
func (s *source) flags() string {
	var flags strings.Builder
	for _, name := range s.files.Names {
		flags.WriteString(" -f " + name)
	}
	if s.files.Recursive {
		flags.WriteString(" -R")
	}
	return flags.String()
}

// fileName is how messages name a file that a flag names.
func fileName(name string) string {
	if name == manifest.Stdin {
		return "standard input"
	}
	return name
}

// offline reports whether the command reads files.
func (s *source) offline() bool { return len(s.files.Names) > 0 }

// needFiles refuses a command without -f that reads only files.
func (s *source) needFiles(command string) error {
	if s.offline() {
		return nil
	}
	return failure.Usage("%s needs -f FILE: a file or folder with maps, or - for standard input", command)
}

// assumed is what a command assumes about a product.
type assumed struct {
	// at is the moment that the answer is about.
	at time.Time
	// policy replaces the one of the cluster or of the files. Nil: it does not.
	policy *v1alpha1.StakeholderPolicySpec
}

// assumed reads --at and --policy.
func (e *environment) assumed(ctx context.Context, s *source) (assumed, error) {
	a := assumed{at: e.now()}
	var err error
	if s.at != "" {
		if a.at, err = time.Parse(time.RFC3339, s.at); err != nil {
			return a, failure.Usage("--at %s is no time: write it as 2027-01-31T12:00:00Z", s.at)
		}
	}
	a.policy, err = e.policyInFile(ctx, s.policy)
	return a, err
}

// connect returns the cluster that the flags select. ReadsFiles says that the command can do without, with -f.
func (e *environment) connect(readsFiles bool) (*cluster.Cluster, error) {
	if klog.V(1).Enabled() {
		// The log of requests says more, in other lines.
		e.HideProgress()
	}
	return cluster.Connect(e.flags, readsFiles, func(host string) func() { return e.Wait("Waiting for the API server at " + host).Done })
}

// product returns the product that a user names: by the name of its map, namespace/name, or a display name.
func (e *environment) product(ctx context.Context, s *source, name string) (*product.Product, error) {
	a, err := e.assumed(ctx, s)
	if err != nil {
		return nil, err
	}
	if s.offline() {
		return e.productInFiles(ctx, s, name, a)
	}
	c, err := e.connect(true)
	if err != nil {
		return nil, err
	}
	return e.productInCluster(ctx, c, s, name, a)
}

// productInCluster is product for a cluster.
func (e *environment) productInCluster(ctx context.Context, c *cluster.Cluster, s *source, name string, a assumed) (*product.Product, error) {
	progress := e.Progress("Looking through maps")
	c.Progress = progress.Update
	m, err := c.FindMap(ctx, name)
	progress.Done()
	if err != nil {
		return nil, err
	}
	return c.Product(ctx, m, a.policy, a.at, s.at != "")
}
