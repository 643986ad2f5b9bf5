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

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
)

// completeFlags completes the values of the flags that all commands have.
func (e *environment) completeFlags(root *cobra.Command) {
	for flag, values := range map[string]cobra.CompletionFunc{
		"as":        e.completeUsers(nil),
		"as-group":  e.completeGroups(nil),
		"context":   complete(func(context.Context, []string, string) []string { return e.contextNames() }),
		"namespace": complete(func(ctx context.Context, _ []string, _ string) []string { return e.namespaceNames(ctx) }),
	} {
		_ = root.RegisterFlagCompletionFunc(flag, values)
	}
}

// contextNames returns the contexts of the kubeconfig.
func (e *environment) contextNames() []string {
	config, err := e.flags.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil
	}
	var names []string
	for name := range config.Contexts {
		names = append(names, name)
	}
	return names
}

// namespaceNames returns the namespaces of the cluster, or of the kubeconfig if the user may not list those.
func (e *environment) namespaceNames(ctx context.Context) []string {
	c, err := cluster.Connect(e.flags)
	if err != nil {
		return nil
	}
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("NamespaceList"))
	if err := c.List(ctx, list, client.Limit(mostCompletions)); err != nil {
		return []string{c.Namespace}
	}
	names := make([]string, len(list.Items))
	for i := range list.Items {
		names[i] = list.Items[i].Name
	}
	return names
}
