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
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
)

func newRenderCommand(env *environment) *cobra.Command {
	r := &renderCommand{environment: env}
	cmd := &cobra.Command{
		Use:   "render -f FILE",
		Short: "Print what the operator writes for a map",
		Long: `Print everything that the operator writes for the maps in the files, byte for
byte: the routing ConfigMap, the Roles and RoleBindings in the namespace of the
map, and what the map has in its target namespaces. No cluster is asked.

The StakeholderPolicy named default in the files applies, or that of --policy.
Without one, the defaults apply. A map that names no namespace is in that of -n,
or in that of the kubeconfig.

A target namespace takes part as a Namespace in the files says. A namespace that
a map names, and that no file describes, is assumed to accept the map. A
selector picks only namespaces in the files.

The objects of a map with metadata.uid, such as one from "kubectl get -o yaml",
have its owner reference. Without it, they have no owner reference and no
annotation stakeholders.dev/map-uid. Do not apply the output: the operator
writes the objects, and leaves alone what it does not own. What approved
requests open is not shown.

An invalid map is not rendered, and the exit code is 1.`,
		Example: `  kubectl stakeholders render -f checkout.yaml
  kubectl stakeholders render -f checkout.yaml --only routing | jq '.topics.budget'
  kubectl stakeholders render -f maps/ -R --policy policy.yaml -o name
  kubectl get smap checkout -o yaml | kubectl stakeholders render -f -`,
		Args: takes("-f FILE", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return r.run(cmd.Context()) },
	}
	r.source.addTo(cmd)
	r.output.AddTo(cmd, nil, output.Name)
	cmd.Flags().StringVar(&r.only, "only", "", "Print only the routing table of each map, as the JSON document that tools read: routing.")
	cmd.Flags().BoolVar(&r.argoCD, "argocd", false, "Print the key of Argo CD's ConfigMap argocd-rbac-cm for the maps, too, if the policy enables it.")
	_ = cmd.RegisterFlagCompletionFunc("only", cobra.FixedCompletions([]string{onlyRouting}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// onlyRouting is the value of --only.
const onlyRouting = "routing"

type renderCommand struct {
	*environment

	source source
	output output.Flags
	only   string
	argoCD bool
}

func (r *renderCommand) run(ctx context.Context) error {
	if err := r.check(); err != nil {
		return err
	}
	a, err := r.assumed(ctx, &r.source)
	if err != nil {
		return err
	}
	world, err := r.readWorld(ctx, func(each func(*manifest.Document) error) error {
		return r.source.files.Read(ctx, r.In, each)
	}, a.policy)
	if err != nil {
		return err
	}
	if len(world.Maps) == 0 {
		return failure.Usage("no StakeholderMap in %s", r.source.where())
	}
	products, err := r.write(world, a.at)
	if err != nil {
		return err
	}
	r.notes(assumptions(products))
	return r.refuse(products)
}

func (r *renderCommand) check() error {
	switch {
	case r.only != "" && r.only != onlyRouting:
		return failure.Usage("unknown --only %q: use routing", r.only)
	case r.only != "" && (r.output.Programs() || r.argoCD):
		return failure.Usage("--only prints JSON: leave out -o and --argocd")
	}
	return r.source.needFiles("render")
}

// write previews all maps, and writes each as it comes. Without the option for Argo CD, it keeps of a product only what
// assumptions and refuse need: there may be thousands.
func (r *renderCommand) write(world *preview.World, now time.Time) ([]*preview.Product, error) {
	products := make([]*preview.Product, len(world.Maps))
	result := &renderedObjects{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "List"}, Items: []runtime.Object{}}
	for i, m := range world.Maps {
		p, err := world.Product(m, now)
		if err != nil {
			return nil, failure.Usage("StakeholderMap %s/%s: %w", m.Namespace, m.Name, err)
		}
		if err := r.writeProduct(result, p); err != nil {
			return nil, err
		}
		if products[i] = p; !r.argoCD {
			p.Table, p.Document, p.Assigned, p.Consented = nil, "", nil, nil
		}
	}
	if r.argoCD {
		if err := r.addArgoCD(result, world, products); err != nil {
			return nil, err
		}
	}
	if len(result.Items) == 0 {
		return products, nil
	}
	return products, r.output.Write(r.Terminal, result)
}

func (r *renderCommand) writeProduct(result *renderedObjects, p *preview.Product) error {
	switch {
	case p.Table == nil:
		return nil
	case r.only == onlyRouting:
		_, err := fmt.Fprintln(r.Out, strings.TrimSuffix(p.Document, "\n"))
		return err
	}
	objects, err := p.Objects()
	if err != nil {
		return err
	}
	for _, object := range objects {
		result.add(object)
	}
	return r.flush(result)
}

func (r *renderCommand) addArgoCD(result *renderedObjects, world *preview.World, products []*preview.Product) error {
	configMap, notes, err := world.ArgoCD(products)
	r.notes(notes)
	if err != nil {
		return failure.No("Argo CD: %w", err)
	}
	if configMap != nil {
		result.add(configMap)
	}
	return nil
}

// flush writes the objects so far if they are written one after the other, so that those of many maps do not take memory.
func (r *renderCommand) flush(result *renderedObjects) error {
	if r.output.Programs() || len(result.Items) == 0 {
		return nil
	}
	err := r.output.Write(r.Terminal, result)
	result.Items, result.names = result.Items[:0], result.names[:0]
	return err
}
