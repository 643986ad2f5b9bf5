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
	"slices"
	"strings"
	"unicode"

	"k8s.io/cli-runtime/pkg/genericclioptions"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// checkIdentity refuses flags that do not say who the user is. The user of the kubeconfig, or nil, can have what they leave out.
func checkIdentity(f *genericclioptions.ConfigFlags, inFile *clientcmdapi.AuthInfo) error {
	user := cmp.Or(inFile, &clientcmdapi.AuthInfo{})
	for _, flag := range []struct {
		name   string
		values []string
	}{
		{"token", []string{*f.BearerToken}},
		{"as", []string{*f.Impersonate}},
		{"as-uid", []string{*f.ImpersonateUID}},
		{"as-group", *f.ImpersonateGroup},
		{"as-user-extra", *f.ImpersonateUserExtra},
	} {
		if slices.ContainsFunc(flag.values, hasControl) {
			return failure.Usage("--%s cannot have a line break or another control character", flag.name)
		}
	}
	switch {
	case *f.Impersonate == "" && user.Impersonate == "" && len(*f.ImpersonateGroup)+len(*f.ImpersonateUID)+len(*f.ImpersonateUserExtra) > 0:
		return NoImpersonatedUser()
	case *f.CertFile != "" && *f.KeyFile == "" && user.ClientKey == "" && len(user.ClientKeyData) == 0:
		return failure.Usage("--client-certificate needs its key: add --client-key PATH")
	case *f.KeyFile != "" && *f.CertFile == "" && user.ClientCertificate == "" && len(user.ClientCertificateData) == 0:
		return failure.Usage("--client-key needs its certificate: add --client-certificate PATH")
	}
	return nil
}

// NoImpersonatedUser says that flags describe a user, and no flag names one.
func NoImpersonatedUser() error {
	return failure.Usage("--as-group, --as-uid and --as-user-extra need a user: add --as USER")
}

// hasControl reports whether a text cannot be in a header of HTTP.
func hasControl(text string) bool { return strings.ContainsFunc(text, unicode.IsControl) }
