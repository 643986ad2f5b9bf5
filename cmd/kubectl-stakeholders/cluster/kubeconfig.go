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
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// kubeconfig is what the files say, and the flags that replace parts of it. With some mistakes client-go connects to another server,
// or as an anonymous user. Its messages about others do not say where the mistake is.
type kubeconfig struct {
	flags *genericclioptions.ConfigFlags
	raw   clientcmdapi.Config
	// where names the files.
	where string
}

// withoutConfig is the server that client-go takes if neither a kubeconfig, nor a flag, nor a Pod's ServiceAccount names one.
const withoutConfig = "http://localhost:8080"

// restConfig returns how to connect to the server that the flags and the kubeconfig, or the ServiceAccount of a Pod, select.
func restConfig(flags *genericclioptions.ConfigFlags, orFiles string) (*rest.Config, error) {
	k, err := readKubeconfig(flags)
	if err != nil {
		return nil, err
	}
	if err := k.check(); err != nil {
		return nil, err
	}
	config, err := flags.ToRESTConfig()
	if err != nil {
		return nil, failure.Cluster("no cluster to ask: %s cannot be used: %s. Correct it, or choose another with --kubeconfig or --context%s",
			k.where, strings.TrimPrefix(firstLine(err), "invalid configuration: "), orFiles)
	}
	if config.Host == withoutConfig && *flags.APIServer == "" && k.chosen() == nil {
		// client-go forgets the Pod, too, if there is a flag such as --as.
		if config, err = rest.InClusterConfig(); err != nil {
			return nil, failure.Cluster("no cluster to ask: %s%s", k.nothingChosen(), orFiles)
		}
	}
	if err := k.checkServer(config); err != nil {
		return nil, err
	}
	return config, keepInPod(config, flags)
}

// keepInPod sets what flags say and client-go forgets if it takes the ServiceAccount of a Pod. With --as, a command must not act as the
// ServiceAccount.
func keepInPod(config *rest.Config, flags *genericclioptions.ConfigFlags) (err error) {
	if *flags.Impersonate != "" && config.Impersonate.UserName == "" {
		config.Impersonate = rest.ImpersonationConfig{UserName: *flags.Impersonate, UID: *flags.ImpersonateUID, Groups: *flags.ImpersonateGroup}
	}
	if token := *flags.BearerToken; token != "" {
		config.BearerToken, config.BearerTokenFile = token, ""
	}
	config.Timeout, err = clientcmd.ParseTimeout(cmp.Or(*flags.Timeout, "0"))
	return err
}

// readKubeconfig reads the files: that of --kubeconfig, or those of $KUBECONFIG, or the one in the home directory.
func readKubeconfig(flags *genericclioptions.ConfigFlags) (*kubeconfig, error) {
	loader := flags.ToRawKubeConfigLoader()
	files := loader.ConfigAccess().GetLoadingPrecedence()
	if explicit := *flags.KubeConfig; explicit != "" {
		files = []string{explicit}
	}
	k := &kubeconfig{flags: flags, where: messages.Or(files)}
	var err error
	if k.raw, err = loader.RawConfig(); err == nil {
		return k, nil
	}
	problem := strings.TrimPrefix(firstLine(err), "error loading config file ")
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		problem = file.Path + ": " + file.Err.Error()
	}
	for _, file := range files {
		problem = strings.Replace(problem, strconv.Quote(file)+": read "+file, file, 1)
	}
	if *flags.KubeConfig != "" {
		return nil, failure.Usage("--kubeconfig cannot be used: %s", problem)
	}
	return nil, failure.Cluster("no cluster to ask: the kubeconfig cannot be used: %s. Correct it, or choose another with --kubeconfig", problem)
}

// chosen is the context that is selected, or nil.
func (k *kubeconfig) chosen() *clientcmdapi.Context {
	return k.raw.Contexts[cmp.Or(*k.flags.Context, k.raw.CurrentContext)]
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
