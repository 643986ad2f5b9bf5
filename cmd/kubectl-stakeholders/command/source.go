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
	"time"

	"github.com/spf13/cobra"

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
	cmd.Flags().StringSliceVarP(&s.files.Names, "filename", "f", nil, "Read maps from these files or folders, or - for standard input, and not from the cluster.")
	cmd.Flags().BoolVarP(&s.files.Recursive, "recursive", "R", false, "Read the folders in the folders of -f, too.")
	cmd.Flags().StringVar(&s.policy, "policy", "", "Apply the StakeholderPolicy in this file. Without it, -f uses one in its files, or the defaults.")
	cmd.Flags().StringVar(&s.at, "at", "", "Answer for this time and not for now, such as 2027-01-31T12:00:00Z. Windows of parties may open or close until then.")
}

// offline reports whether the command reads files.
func (s *source) offline() bool { return len(s.files.Names) > 0 }

// time returns the moment that the command is about.
func (s *source) time(now time.Time) (time.Time, error) {
	if s.at == "" {
		return now, nil
	}
	at, err := time.Parse(time.RFC3339, s.at)
	if err != nil {
		return at, failure.Usage("--at %s is no time: write it as 2027-01-31T12:00:00Z", s.at)
	}
	return at, nil
}

// product returns the product that a user names: by the name of its map, namespace/name, or a display name.
func (e *environment) product(ctx context.Context, s *source, name string) (*product.Product, error) {
	now, err := s.time(e.now())
	if err != nil {
		return nil, err
	}
	policy, err := e.policyInFile(ctx, s.policy)
	if err != nil {
		return nil, err
	}
	if s.offline() {
		return e.productInFiles(ctx, s, name, policy, now)
	}
	c, err := cluster.Connect(e.flags)
	if err != nil {
		return nil, err
	}
	return e.productInCluster(ctx, c, s, name, policy, now)
}

// productInCluster is product for a cluster. Policy replaces that of the cluster, if it is not nil.
func (e *environment) productInCluster(
	ctx context.Context, c *cluster.Cluster, s *source, name string, policy *v1alpha1.StakeholderPolicySpec, now time.Time,
) (*product.Product, error) {
	progress := e.Progress("Looking through maps")
	c.Progress = progress.Update
	m, err := c.FindMap(ctx, name)
	progress.Done()
	if err != nil {
		return nil, err
	}
	return c.Product(ctx, m, policy, now, s.at != "" || policy != nil)
}
