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

package cli

import (
	"bytes"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/client-go/tools/clientcmd"
)

// serviceAccountFolder is where a Pod has the files of its ServiceAccount. client-go looks nowhere else.
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// podFolder takes its place in scripts: a folder in the working directory.
const podFolder = "pod"

// runInPod lets the commands that follow run as in a Pod: with the files of a ServiceAccount and the variables of a container, and
// without a kubeconfig. user.crt and user.key are the certificate of the user of the last command "as".
//
// A test may not write to serviceAccountFolder, which belongs to the machine, and only some machines let an ordinary process mount a
// folder there. So the commands run a copy of the plugin in which the name of another folder, as long, replaces this constant. All code
// that a Pod runs is tested, that of client-go too, and the plugin needs no setting that only tests use.
func runInPod(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pod SERVICEACCOUNT")
	}
	namespace := ts.Getenv("NAMESPACE")
	token, err := env.Plane.Kubectl(testOf(ts).Context(), "create", "token", args[0], "--namespace", namespace)
	ts.Check(err)
	ts.Check(os.MkdirAll(ts.MkAbs(podFolder), 0o700))
	for name, content := range map[string][]byte{
		"token": []byte(strings.TrimSpace(token)), "namespace": []byte(namespace), "ca.crt": env.Plane.Config.CAData,
	} {
		ts.Check(os.WriteFile(ts.MkAbs(filepath.Join(podFolder, name)), content, 0o600))
	}
	server, err := url.Parse(env.Plane.Config.Host)
	ts.Check(err)
	if last, err := clientcmd.LoadFromFile(ts.Getenv("KUBECONFIG")); err == nil {
		for _, user := range last.AuthInfos {
			ts.Check(os.WriteFile(ts.MkAbs("user.crt"), user.ClientCertificateData, 0o600))
			ts.Check(os.WriteFile(ts.MkAbs("user.key"), user.ClientKeyData, 0o600))
		}
	}
	ts.Setenv("KUBERNETES_SERVICE_HOST", server.Hostname())
	ts.Setenv("KUBERNETES_SERVICE_PORT", server.Port())
	ts.Setenv("KUBECONFIG", ts.MkAbs("none"))
	ts.Setenv("PATH", pluginInPod(ts)+string(os.PathListSeparator)+ts.Getenv("PATH"))
}

// pluginInPod writes the copy of the plugin, which is this program, and returns its folder.
func pluginInPod(ts *testscript.TestScript) string {
	program, err := os.Executable()
	ts.Check(err)
	content, err := os.ReadFile(program)
	ts.Check(err)
	folder := podFolder + strings.Repeat("/", len(serviceAccountFolder)-len(podFolder))
	bin := ts.MkAbs("bin")
	ts.Check(os.MkdirAll(bin, 0o700))
	content = bytes.ReplaceAll(content, []byte(serviceAccountFolder), []byte(folder))
	ts.Check(os.WriteFile(filepath.Join(bin, "kubectl-stakeholders"), content, 0o700)) //nolint:gosec // a program
	return bin
}
