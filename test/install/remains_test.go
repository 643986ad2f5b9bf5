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

package install

import (
	"strings"
	"testing"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestHelmSaysWhatRemains uninstalls while no operator runs, and then in two ways: when one runs again, and without one.
func TestHelmSaysWhatRemains(t *testing.T) {
	for binary, uninstall := range map[string]func(helm, *testing.T, product){
		"helm3": helm.uninstallWithOperator, "helm4": helm.uninstallWithoutOperator,
	} {
		t.Run(binary, func(t *testing.T) {
			h := newHelm(t, binary)
			home, target := newNamespaces(t)
			before := takeInventoryBefore(t)
			started := time.Now()
			h.must(t, "install", chart, "--create-namespace", "--set crds.keep=false,uninstall.timeoutSeconds=5")
			if err := env.Plane.ResyncGarbageCollector(t.Context()); err != nil {
				t.Fatal(err)
			}
			operator := startDeployment(t)
			p := newProduct(t, home, target, started)
			operator.stop()
			installed := takeInventoryBefore(t)

			output, err := h.release(t, "uninstall")
			if err == nil {
				t.Fatalf("helm uninstall says:\n%s", output)
			}
			t.Log(err)
			want := p.Namespace + "/" + p.Name + ": the operator has not removed what it gave: it does not run, or its log says why"
			if !strings.Contains(err.Error(), want) {
				t.Errorf("helm uninstall does not say %q", want)
			}
			// What the map gave in its own namespace ends all the same, and the Job stays for an hour.
			installed.without("/"+home+"/checkout-routing", "/"+home+"/stakeholders:").requireOnly(t, failedJob(t)...)
			h.checkUpgradeAfterFailure(t)

			uninstall(h, t, p)
			mustShell(t, "kubectl delete namespace "+suite.OperatorNamespace)
			before.requireOnly(t)
		})
	}
}

// checkUpgradeAfterFailure does what the page says about values that are to change after an uninstallation that has failed. It also
// requires that the chart refuses to give up CustomResourceDefinitions that are not kept. The next uninstallation fails again.
func (h helm) checkUpgradeAfterFailure(t *testing.T) {
	t.Helper()
	for _, step := range []struct{ command, args, want string }{
		{"upgrade", chart + " --reset-then-reuse-values --set replicas=2", "has no deployed releases"},
		{"rollback", "1", ""},
		{"upgrade", chart + " --reset-then-reuse-values --set crds.enabled=false", "First upgrade with crds.enabled=true and crds.keep=true"},
		{"upgrade", chart + " --reset-then-reuse-values --set replicas=2", ""},
		{"uninstall", "", "the operator has not removed what it gave"},
	} {
		output, err := h.release(t, step.command, step.args)
		switch {
		case step.want == "" && err != nil:
			t.Fatal(err)
		case step.want != "" && (err == nil || !strings.Contains(err.Error(), step.want)):
			t.Errorf("helm %s %s gives %v, want %q; it prints:\n%s", step.command, step.args, err, step.want, output)
		}
	}
}

// uninstallWithOperator starts the operator again, as the message of the Job says, and uninstalls again.
func (h helm) uninstallWithOperator(t *testing.T, p product) {
	t.Helper()
	operator := startDeployment(t)
	env.WaitGone(t, p.StakeholderMap)
	h.must(t, "uninstall")
	operator.waitEnd(t)
}

// uninstallWithoutOperator does what the page says about an operator that is gone, and for Helm in place of its last line.
func (h helm) uninstallWithoutOperator(t *testing.T, _ product) {
	t.Helper()
	commands, _, found := strings.Cut(suite.Documented(t, page, "If the operator is already gone", 1)[0], "kubectl delete -f ")
	if !found {
		t.Fatal("the commands do not end with those for kubectl")
	}
	mustShell(t, commands)
	h.must(t, "uninstall", "--no-hooks")
	mustShell(t, "kubectl delete customresourcedefinitions --selector=app.kubernetes.io/part-of=stakeholder-operator")
}

// failedJob is the Job of the hook, and its Pod.
func failedJob(t *testing.T) []string {
	t.Helper()
	pods := strings.Fields(mustShell(t, "kubectl get pods -o jsonpath='{.items[*].metadata.name}' -n "+suite.OperatorNamespace))
	objects := []string{"jobs.batch/" + suite.OperatorNamespace + "/stakeholder-operator-uninstall"}
	for _, pod := range pods {
		objects = append(objects, "pods/"+suite.OperatorNamespace+"/"+pod)
	}
	return objects
}
