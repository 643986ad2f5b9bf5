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
	"sigs.k8s.io/controller-runtime/pkg/client"

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
	if s.offline() {
		return e.productInFiles(ctx, s, name, now)
	}
	c, err := cluster.Connect(e.flags)
	if err != nil {
		return nil, err
	}
	key := client.ObjectKey{Namespace: c.Namespace, Name: name}
	if namespace, mapName, found := strings.Cut(name, "/"); found {
		key = client.ObjectKey{Namespace: namespace, Name: mapName}
	}
	m := &v1alpha1.StakeholderMap{}
	if err := c.Get(ctx, key, m); err != nil {
		return nil, c.Explain("read StakeholderMap "+key.String(), err)
	}
	return product.Declared(m, nil, now)
}

func (e *environment) productInFiles(ctx context.Context, s *source, name string, now time.Time) (*product.Product, error) {
	var found *v1alpha1.StakeholderMap
	err := s.files.Read(ctx, e.In, func(d *manifest.Document) error {
		if d.Kind != "StakeholderMap" || d.Name != name && d.Namespace+"/"+d.Name != name {
			return nil
		}
		found = &v1alpha1.StakeholderMap{}
		return d.Decode(found)
	})
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	if found == nil {
		return nil, failure.Usage("no StakeholderMap %s in %s", name, strings.Join(s.files.Names, ", "))
	}
	return product.Declared(found, nil, now)
}
