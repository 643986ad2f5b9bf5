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
	"errors"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/compatibility"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
)

func newVersionCommand(env *environment) *cobra.Command {
	var flags output.Flags
	var clientOnly bool
	var operatorNamespace string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the versions of plugin and operator, and whether they fit",
		Long: `Show the version of this plugin and of the operator in the cluster, and whether the two fit.

They fit if the API server serves the kinds and fields that this plugin knows, and no others. Every user may ask for that.
The version of the operator is the tag of its image, so it takes the right to list Deployments in its namespace.

Exit codes: 0 they fit, 1 they do not, 3 there is no answer from the cluster, or no operator in it.`,
		Example: `  kubectl stakeholders version
  kubectl stakeholders version --client
  kubectl stakeholders version -o json`,
		Args:              takes("", 0, 0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := newVersions(env.version)
			var err error
			if !clientOnly {
				err = v.readCluster(cmd.Context(), env, operatorNamespace)
			}
			return errors.Join(flags.Write(env.Terminal, v), err)
		},
	}
	cmd.Flags().BoolVar(&clientOnly, "client", false, "Show only the version of this plugin. No cluster is needed.")
	cmd.Flags().StringVar(&operatorNamespace, "operator-namespace", "",
		"Look for the operator in this namespace. Without it, in all namespaces, or in "+cluster.DefaultOperatorNamespace+" if you may not read all.")
	_ = cmd.RegisterFlagCompletionFunc("operator-namespace", env.completeNamespaces())
	flags.AddTo(cmd, nil, output.Wide)
	return cmd
}

// readCluster fills in what the cluster says. The error is nil if the operator fits.
func (v *versions) readCluster(ctx context.Context, env *environment, operatorNamespace string) error {
	c, err := env.connect(false)
	if err != nil {
		return err
	}
	served, err := c.API(ctx)
	if err != nil {
		return err
	}
	difference, err := compatibility.Compare(served.Kinds, served.OpenAPI)
	if err != nil {
		return failure.Cluster("%s: %w", c.Server, err)
	}
	v.API = newAPIVersion(difference)
	operators, err := c.OperatorDeployments(ctx, operatorNamespace)
	if err != nil {
		// Users of the plugin seldom have this right.
		v.OperatorProblem = err.Error()
	}
	for i := range operators {
		d := &operators[i]
		for _, container := range d.Spec.Template.Spec.Containers {
			if container.Name == "manager" {
				v.Operators = append(v.Operators, operatorVersion{d.Namespace, d.Name, container.Image, compatibility.ImageVersion(container.Image)})
			}
		}
	}
	if v.API.Fit != fits {
		return failure.ErrNo
	}
	return nil
}

func newAPIVersion(d *compatibility.Difference) *apiVersion {
	api := &apiVersion{Version: v1alpha1.GroupVersion.String(), Fit: fits, Missing: d.Missing, Unknown: d.Unknown}
	switch {
	case len(d.Missing) > 0:
		api.Fit = operatorIsOlder
	case len(d.Unknown) > 0:
		api.Fit = pluginIsOlder
	}
	return api
}
