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
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"
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

// restConfig returns how to connect to the server that the flags and the kubeconfig, or the ServiceAccount of a Pod, select.
func restConfig(flags *genericclioptions.ConfigFlags, orFiles string) (*rest.Config, error) {
	k, err := readKubeconfig(flags)
	if err != nil {
		return nil, err
	}
	if err := k.check(); err != nil {
		return nil, err
	}
	config, err := k.config()
	if err != nil {
		return nil, failure.Cluster("no cluster to ask: %s%s", err, orFiles)
	}
	return config, k.checkServer(config)
}

// config returns the connection that the flags and the files, or the ServiceAccount of a Pod, select.
func (k *kubeconfig) config() (*rest.Config, error) {
	where, flags := k.where, k.flags
	var pod *rest.Config
	if *flags.APIServer == "" && *flags.ClusterName == "" && k.chosen() == nil {
		var err error
		if pod, err = rest.InClusterConfig(); err != nil {
			return nil, errors.New(k.nothingChosen())
		}
		where, flags = "the connection of the Pod", flagsInPod(flags, pod)
	}
	config, err := flags.ToRESTConfig()
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %s. Correct it, or choose another with --kubeconfig or --context",
			where, strings.TrimPrefix(firstLine(err), "invalid configuration: "))
	}
	if pod != nil && *flags.AuthInfoName == "" && *flags.BearerToken == "" && *flags.CertFile == "" {
		config.BearerToken, config.BearerTokenFile = pod.BearerToken, pod.BearerTokenFile
	}
	return config, nil
}

// flagsInPod returns the flags of a user with the server of a Pod. client-go itself forgets most flags in a Pod, such as a client
// certificate, and would act as the ServiceAccount in place of that user.
func flagsInPod(f *genericclioptions.ConfigFlags, pod *rest.Config) *genericclioptions.ConfigFlags {
	authority := cmp.Or(*f.CAFile, pod.CAFile)
	if *f.Insecure {
		authority = *f.CAFile
	}
	return &genericclioptions.ConfigFlags{
		KubeConfig: f.KubeConfig, APIServer: &pod.Host, CAFile: &authority, TLSServerName: f.TLSServerName, Insecure: f.Insecure,
		AuthInfoName: f.AuthInfoName, CertFile: f.CertFile, KeyFile: f.KeyFile, BearerToken: f.BearerToken, Username: f.Username, Password: f.Password,
		Impersonate: f.Impersonate, ImpersonateUID: f.ImpersonateUID, ImpersonateGroup: f.ImpersonateGroup, ImpersonateUserExtra: f.ImpersonateUserExtra,
		Timeout: f.Timeout, DisableCompression: f.DisableCompression, ProxyURL: f.ProxyURL,
	}
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
	if several, ok := errors.AsType[utilerrors.Aggregate](err); ok {
		err = several.Errors()[0]
	}
	problem := firstLine(err)
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		problem = file.Path + ": " + file.Err.Error()
	}
	for _, file := range files {
		if text, found := strings.CutPrefix(problem, `error loading config file "`+file+`": `); found {
			problem = fileProblem(file, text)
		}
	}
	if *flags.KubeConfig != "" {
		return nil, failure.Usage("--kubeconfig cannot be used: %s", problem)
	}
	return nil, failure.Cluster("no cluster to ask: the kubeconfig cannot be used: %s. Correct it, or choose another with --kubeconfig", problem)
}

// ofWrongType is how the decoder of client-go calls a field of another type.
var ofWrongType = regexp.MustCompile(`json: cannot unmarshal .* into Go struct field \w+\.(\S+) of type`)

// fileProblem says why client-go cannot load a file, without its words about Go.
func fileProblem(file, text string) string {
	field := ofWrongType.FindStringSubmatch(text)
	switch {
	case field != nil:
		return file + " is no kubeconfig: " + field[1] + " has a wrong type"
	case strings.Contains(text, "json: "), strings.HasPrefix(text, "no kind "):
		return file + " is no kubeconfig"
	default:
		return file + ": " + strings.TrimPrefix(text, "read "+file+": ")
	}
}

// chosen is the context that is selected, or nil.
func (k *kubeconfig) chosen() *clientcmdapi.Context {
	return k.raw.Contexts[cmp.Or(*k.flags.Context, k.raw.CurrentContext)]
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
