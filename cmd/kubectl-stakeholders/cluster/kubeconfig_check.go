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

package cluster

import (
	"cmp"
	"maps"
	"os"
	"slices"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// check explains entries that are selected and do not exist.
func (k *kubeconfig) check() error {
	f := k.flags
	if _, err := clientcmd.ParseTimeout(cmp.Or(*f.Timeout, "0")); err != nil {
		return failure.Usage("--request-timeout cannot be %q: write seconds, or a time such as 30s or 2m", *f.Timeout)
	}
	if err := k.confirm(selection{"context", *f.Context, "the current context", k.raw.CurrentContext, slices.Sorted(maps.Keys(k.raw.Contexts))}); err != nil {
		return err
	}
	name, selected := cmp.Or(*f.Context, k.raw.CurrentContext), k.chosen()
	if selected == nil {
		selected = &clientcmdapi.Context{}
	}
	cluster := selection{"cluster", *f.ClusterName, "the cluster of context " + name, selected.Cluster, slices.Sorted(maps.Keys(k.raw.Clusters))}
	entry := k.raw.Clusters[cmp.Or(cluster.byFlag, cluster.inFile)]
	switch {
	case *f.APIServer != "":
		cluster.inFile = ""
	case name != "" && cluster.byFlag == "" && cluster.inFile == "":
		return failure.Cluster("no cluster to ask: context %s in %s names no cluster. Name one with `kubectl config set-context %s --cluster=NAME`", name, k.where, name)
	case entry != nil && entry.Server == "":
		return failure.Cluster("no cluster to ask: the cluster of context %s in %s has no server. Add it there", name, k.where)
	}
	user := selection{"user", *f.AuthInfoName, "the user of context " + name, selected.AuthInfo, slices.Sorted(maps.Keys(k.raw.AuthInfos))}
	if *f.BearerToken != "" || *f.CertFile != "" {
		user.inFile = ""
	}
	return cmp.Or(k.confirm(cluster), k.confirm(user), checkIdentity(f, k.raw.AuthInfos[cmp.Or(user.byFlag, user.inFile)]))
}

// selection is what a flag, or else the kubeconfig, selects of its entries of one kind.
type selection struct {
	kind, byFlag string
	// what the kubeconfig selects it for.
	what, inFile string
	names        []string
}

// confirm explains that the kubeconfig does not have what is selected. No selection is no mistake.
func (k *kubeconfig) confirm(s selection) error {
	name := cmp.Or(s.byFlag, s.inFile)
	if name == "" || slices.Contains(s.names, name) {
		return nil
	}
	has := k.where + " has no " + s.kind
	if len(s.names) > 0 {
		const shown = 10
		has = k.where + " has " + messages.And(s.names, shown)
	}
	has += "." + product.Suggest(name, s.names)
	if s.byFlag != "" {
		return failure.Usage("there is no %s %q: %s", s.kind, name, has)
	}
	return failure.Cluster("no cluster to ask: %s is %q, but %s Choose one with --%s", s.what, name, has, s.kind)
}

// nothingChosen says why there is no server.
func (k *kubeconfig) nothingChosen() string {
	switch {
	case len(k.raw.Contexts) > 0:
		const shown = 10
		return k.where + " has no current context. Choose one with --context: " + messages.And(slices.Sorted(maps.Keys(k.raw.Contexts)), shown)
	case os.Getenv("KUBERNETES_SERVICE_HOST") != "":
		return "this Pod has no token of a ServiceAccount. Set automountServiceAccountToken in the Pod, or --kubeconfig"
	default:
		return "there is no kubeconfig " + k.where + ", or it is empty. Set --kubeconfig"
	}
}

// checkServer explains a server that is no URL.
func (k *kubeconfig) checkServer(config *rest.Config) error {
	base, _, err := rest.DefaultServerUrlFor(config)
	if err == nil && base.Hostname() != "" && (base.Scheme == "https" || base.Scheme == "http") {
		return nil
	}
	const example = "write a URL such as https://api.example:6443"
	if server := *k.flags.APIServer; server != "" {
		return failure.Usage("--server cannot be %q: %s", server, example)
	}
	return failure.Cluster("no cluster to ask: in %s, the server of the cluster cannot be %q: %s", k.where, config.Host, example)
}
