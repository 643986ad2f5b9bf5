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

package cluster_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// contexts are those of a kubeconfig with many mistakes.
const contexts = `apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: prod, user: dana}}
- {name: staging, context: {cluster: staging, user: dana}}
- {name: no-cluster, context: {user: dana}}
- {name: lost-cluster, context: {cluster: prodd, user: dana}}
- {name: lost-user, context: {cluster: prod, user: dna}}
- {name: no-server, context: {cluster: no-server, user: dana}}
- {name: bad-server, context: {cluster: bad-server, user: dana}}
- {name: no-ca, context: {cluster: no-ca, user: dana}}
clusters:
- {name: prod, cluster: {server: "https://127.0.0.1:1"}}
- {name: staging, cluster: {server: "https://127.0.0.1:1"}}
- {name: no-server, cluster: {certificate-authority-data: eA==}}
- {name: bad-server, cluster: {server: "ht!tp:/x"}}
- {name: no-ca, cluster: {server: "https://127.0.0.1:1", certificate-authority: /none/ca.crt}}
users:
- {name: dana, user: {token: secret}}
- {name: as-erik, user: {token: secret, as: erik}}
`

// TestKubeconfigMistakes : each mistake is one line that says where it is. A wrong value of a flag is a mistake of usage.
func TestKubeconfigMistakes(t *testing.T) {
	t.Parallel()
	file := writeFile(t, contexts)
	other := filepath.Join(t.TempDir(), "none")
	for name, tc := range map[string]struct {
		reason string
		config string
		flags  func(*genericclioptions.ConfigFlags)
		code   int
		want   string
	}{
		"no mistake": {reason: "Nothing is asked yet", config: file},
		"unknown context": {
			"The nearest is named", file, func(f *genericclioptions.ConfigFlags) { *f.Context = "prd" }, failure.CodeUsage,
			`there is no context "prd": FILE has bad-server, lost-cluster, lost-user, no-ca, no-cluster, no-server, prod and staging. Did you mean prod?`,
		},
		"unknown cluster of a flag": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.ClusterName = "stagin" }, failure.CodeUsage,
			`there is no cluster "stagin": FILE has bad-server, no-ca, no-server, prod and staging. Did you mean staging?`,
		},
		"unknown user of a flag": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.AuthInfoName = "erik" }, failure.CodeUsage,
			`there is no user "erik": FILE has as-erik and dana.`,
		},
		"unknown current context": {
			"The file is wrong, and not a flag", writeFile(t, strings.Replace(contexts, "current-context: prod", "current-context: prd", 1)), nil, failure.CodeCluster,
			`no cluster to ask: the current context is "prd", but FILE has bad-server, lost-cluster, lost-user, no-ca, no-cluster, no-server, prod and staging. Did you mean prod? Choose one with --context`,
		},
		"no current context": {
			"client-go would take localhost:8080", writeFile(t, strings.Replace(contexts, "current-context: prod", "", 1)), nil, failure.CodeCluster,
			`no cluster to ask: FILE has no current context. Choose one with --context: bad-server, lost-cluster, lost-user, no-ca, no-cluster, no-server, prod and staging, or use -f to read files`,
		},
		"a context without a cluster": {
			"client-go would take localhost:8080", file, func(f *genericclioptions.ConfigFlags) { *f.Context = "no-cluster" }, failure.CodeCluster,
			"no cluster to ask: context no-cluster in FILE names no cluster. Name one with `kubectl config set-context no-cluster --cluster=NAME`",
		},
		"a context without a cluster, and --server": {reason: "The server is all that is needed", config: file, flags: func(f *genericclioptions.ConfigFlags) {
			*f.Context, *f.APIServer = "no-cluster", "https://127.0.0.1:1"
		}},
		"a cluster that is missing": {
			"client-go would take localhost:8080", file, func(f *genericclioptions.ConfigFlags) { *f.Context = "lost-cluster" }, failure.CodeCluster,
			`no cluster to ask: the cluster of context lost-cluster is "prodd", but FILE has bad-server, no-ca, no-server, prod and staging. Did you mean prod? Choose one with --cluster`,
		},
		"a user that is missing": {
			"client-go would be anonymous", file, func(f *genericclioptions.ConfigFlags) { *f.Context = "lost-user" }, failure.CodeCluster,
			`no cluster to ask: the user of context lost-user is "dna", but FILE has as-erik and dana. Did you mean dana? Choose one with --user`,
		},
		"a user that is missing, and --token": {reason: "The token is all that is needed", config: file, flags: func(f *genericclioptions.ConfigFlags) {
			*f.Context, *f.BearerToken = "lost-user", "secret"
		}},
		"a cluster without a server": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.Context = "no-server" }, failure.CodeCluster,
			`no cluster to ask: the cluster of context no-server in FILE has no server. Add it there`,
		},
		"a server that is no URL": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.Context = "bad-server" }, failure.CodeCluster,
			`no cluster to ask: in FILE, the server of the cluster cannot be "ht!tp:/x": write a URL such as https://api.example:6443`,
		},
		"a CA that is missing": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.Context = "no-ca" }, failure.CodeCluster,
			`no cluster to ask: FILE cannot be used: unable to read certificate-authority /none/ca.crt for no-ca`,
		},
		"nonsense as a server": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.APIServer = "https://" }, failure.CodeUsage,
			`--server cannot be "https://": write a URL such as https://api.example:6443`,
		},
		"a server of another protocol": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.APIServer = "ftp://127.0.0.1" }, failure.CodeUsage,
			`--server cannot be "ftp://127.0.0.1": write a URL such as https://api.example:6443`,
		},
		"nonsense as a timeout": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.Timeout = "soon" }, failure.CodeUsage,
			`--request-timeout cannot be "soon": write seconds, or a time such as 30s or 2m`,
		},
		"groups without a user": {
			"The kubeconfig is right", file, func(f *genericclioptions.ConfigFlags) { *f.ImpersonateGroup = []string{"g"} }, failure.CodeUsage,
			`--as-group, --as-uid and --as-user-extra need a user: add --as USER`,
		},
		"groups without a user, and --server": {
			"", file, func(f *genericclioptions.ConfigFlags) {
				*f.APIServer, *f.ImpersonateGroup = "https://127.0.0.1:1", []string{"g"}
			}, failure.CodeUsage,
			`--as-group, --as-uid and --as-user-extra need a user: add --as USER`,
		},
		"groups of the user in the file": {reason: "The flag completes the file", config: file, flags: func(f *genericclioptions.ConfigFlags) {
			*f.AuthInfoName, *f.ImpersonateGroup = "as-erik", []string{"g"}
		}},
		"a certificate without a key": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.CertFile = "/none/tls.crt" }, failure.CodeUsage,
			`--client-certificate needs its key: add --client-key PATH`,
		},
		"a key without a certificate": {
			"client-go would ignore it", file, func(f *genericclioptions.ConfigFlags) { *f.KeyFile = "/none/tls.key" }, failure.CodeUsage,
			`--client-key needs its certificate: add --client-certificate PATH`,
		},
		"two lines as a token": {
			"The token is not shown", file, func(f *genericclioptions.ConfigFlags) { *f.BearerToken = "a\nb" }, failure.CodeUsage,
			`--token cannot have a line break or another control character`,
		},
		"two lines as a user": {
			"", file, func(f *genericclioptions.ConfigFlags) { *f.Impersonate = "a\nb" }, failure.CodeUsage,
			`--as cannot have a line break or another control character`,
		},
		"two lines as a group": {
			"", file, func(f *genericclioptions.ConfigFlags) {
				*f.Impersonate, *f.ImpersonateGroup = "dana", []string{"a", "a\nb"}
			}, failure.CodeUsage,
			`--as-group cannot have a line break or another control character`,
		},
		"no file": {
			"A file that the user names has to be there", other, nil, failure.CodeUsage, `--kubeconfig cannot be used: FILE: no such file or directory`,
		},
		"a folder": {
			"", filepath.Dir(file), nil, failure.CodeUsage, `--kubeconfig cannot be used: FILE: is a directory`,
		},
		"no YAML": {
			"The path and the line are named", writeFile(t, "contexts:\n- {name: a\n"), nil, failure.CodeUsage, `--kubeconfig cannot be used: FILE: yaml: line 2: did not find expected ',' or '}'`,
		},
		"a text": {
			"", writeFile(t, "hello\n"), nil, failure.CodeUsage, `--kubeconfig cannot be used: FILE is no kubeconfig`,
		},
		"an object of another kind": {
			"", writeFile(t, "apiVersion: apps/v1\nkind: Deployment\n"), nil, failure.CodeUsage, `--kubeconfig cannot be used: FILE is no kubeconfig`,
		},
		"a field of a wrong type": {
			"", writeFile(t, "apiVersion: v1\nkind: Config\nclusters: 5\n"), nil, failure.CodeUsage,
			`--kubeconfig cannot be used: FILE is no kubeconfig: clusters has a wrong type`,
		},
		"nothing in the file": {
			"", writeFile(t, ""), nil, failure.CodeCluster, `no cluster to ask: there is no kubeconfig FILE, or it is empty. Set --kubeconfig, or use -f to read files`,
		},
	} {
		flags := genericclioptions.NewConfigFlags(true)
		*flags.KubeConfig = tc.config
		if tc.flags != nil {
			tc.flags(flags)
		}
		_, err := cluster.Connect(flags, true, nil)
		want := strings.ReplaceAll(tc.want, "FILE", tc.config)
		if failure.Code(err) != tc.code || (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %s: code %d, want %d:\n got %v\nwant %s", name, tc.reason, failure.Code(err), tc.code, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %v", name, err)
		}
	}
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
