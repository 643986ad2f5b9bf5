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
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

func (i *importing) runProof(ctx context.Context, args []string) error {
	found, err := i.rbac(ctx, args)
	if err != nil {
		return err
	}
	m, err := i.mapToProve(ctx, found)
	if err != nil {
		return err
	}
	p, notes, err := i.declared(ctx, m, found)
	if err != nil {
		return err
	}
	if found.cluster != nil {
		unread, err := found.readStaying(ctx, p)
		if err != nil {
			return err
		}
		notes = append(notes, unread...)
	}
	result := proof{importer.Prove(&found.RBAC, p)}
	result.TypeMeta = output.TypeMeta("Proof")
	result.Notes = append(notes, result.Notes...)
	if err := i.output.Write(i.Terminal, result); err != nil {
		return err
	}
	if result.Counts.Gains+result.Counts.Loses+result.Counts.Unknown > 0 {
		return failure.ErrNo
	}
	return nil
}

// declared returns the product of a map under the policy of --policy, or else the one in the files, or else the one in force in the
// cluster of the bindings.
func (i *importing) declared(ctx context.Context, m *v1alpha1.StakeholderMap, found *rbacFound) (p *product.Product, notes []string, err error) {
	a, err := i.assumed(ctx, &i.source)
	if err != nil {
		return nil, nil, err
	}
	if a.policy == nil {
		a.policy = found.policy
	}
	if a.policy == nil && found.cluster != nil {
		policy, readable, err := found.cluster.Policy(ctx)
		if err != nil {
			return nil, nil, err
		}
		if a.policy = policy; !readable {
			notes = append(notes, cluster.PolicyUnreadable)
		}
	}
	p, err = declared(m, found.refusal, a)
	return p, notes, err
}

// mapToProve returns the map of --map or, without one, the draft.
func (i *importing) mapToProve(ctx context.Context, rbac *rbacFound) (*v1alpha1.StakeholderMap, error) {
	name := i.mapFile
	files := manifest.Files{Names: []string{name}}
	read := func(each func(*manifest.Document) error) error { return files.Read(ctx, i.In, each) }
	if name == "" {
		content, err := importer.RoleBindings(&rbac.RBAC, i.options()).YAML()
		if err != nil {
			return nil, err
		}
		read = func(each func(*manifest.Document) error) error {
			return manifest.Parse("the draft", strings.NewReader(string(content)), each)
		}
	}
	var found *v1alpha1.StakeholderMap
	err := read(func(d *manifest.Document) (err error) {
		if isPolicy(d) {
			rbac.policy, err = decodePolicy(ctx, d)
			return err
		}
		if !d.IsMap() || i.name != "" && d.Name != i.name {
			return nil
		}
		if found != nil {
			return fmt.Errorf("%s has several StakeholderMaps: choose one with --name", d.File)
		}
		if found, err = decodeMap(ctx, d); err == nil {
			rbac.refusal, err = refusal(ctx, d)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, failure.Usage("%w", err)
	case found == nil:
		return nil, failure.Usage("no StakeholderMap in %s, which --map names", fileName(name))
	}
	if found.Namespace = cmp.Or(found.Namespace, i.namespaceGiven(), rbac.Namespace()); found.Namespace == "" {
		return nil, failure.Usage("the map names no namespace, and the RoleBindings are of several or of none: add -n NAMESPACE")
	}
	return found, nil
}

// proofFlags are the formats of a proof.
type proofFlags struct {
	output.Flags

	cmd *cobra.Command
}

func (f *proofFlags) addTo(cmd *cobra.Command) {
	f.cmd = cmd
	f.AddTo(cmd, map[string]func(io.Writer, output.Result) error{
		"csv": ofProof(proof.csv), "markdown": ofProof(proof.markdown),
	}, output.NoHeaders)
}

// ofProof makes a format of a method.
func ofProof(write func(proof, io.Writer) error) func(io.Writer, output.Result) error {
	return func(w io.Writer, r output.Result) error {
		p, ok := r.(proof)
		if !ok {
			return fmt.Errorf("%T is no proof", r)
		}
		return write(p, w)
	}
}

// given reports whether the user has chosen a format.
func (f *proofFlags) given() bool { return f.cmd.Flags().Changed("output") }
