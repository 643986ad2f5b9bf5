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
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// completeFlags completes the values of the flags that all commands have.
func (e *environment) completeFlags(root *cobra.Command) {
	for flag, values := range map[string]cobra.CompletionFunc{
		"as":        e.completeUsers(nil),
		"as-group":  e.completeGroups(nil),
		"context":   e.complete(func(context.Context, []string, string) []string { return e.contextNames() }),
		"namespace": e.completeNamespaces(),
	} {
		_ = root.RegisterFlagCompletionFunc(flag, values)
	}
}

// fileFlags are the flags that name a file or a folder. A shell completes those itself.
var fileFlags = []string{
	"cache-dir", "certificate-authority", "client-certificate", "client-key", "description-file", "filename", "from", "kubeconfig",
	"map", "out", "policy",
}

// offerNoFiles keeps shells from offering files where a command takes none.
func offerNoFiles(cmd *cobra.Command) {
	if cmd.ValidArgsFunction == nil && !strings.Contains(cmd.Use, "[FILE") {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.PersistentFlags()} {
		flags.VisitAll(func(flag *pflag.Flag) {
			if _, isCompleted := cmd.GetFlagCompletionFunc(flag.Name); !isCompleted && !slices.Contains(fileFlags, flag.Name) {
				_ = cmd.RegisterFlagCompletionFunc(flag.Name, cobra.NoFileCompletions)
			}
		})
	}
	for _, child := range cmd.Commands() {
		offerNoFiles(child)
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

// completeNamespaces completes the name of a namespace.
func (e *environment) completeNamespaces() cobra.CompletionFunc {
	return e.complete(func(ctx context.Context, _ []string, _ string) []string { return e.namespaceNames(ctx) })
}

// namespaceNames returns the namespaces of the cluster, or of the kubeconfig if the user may not list those.
func (e *environment) namespaceNames(ctx context.Context) []string {
	c, err := e.connect(false)
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
