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

package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// faultsPath is the path, next to the probes, at which the faulty operator is asked to make its faults.
const faultsPath = "/faults"

// faultyOperator writes a ConfigMap that is already correct, counts a panic, and leaks goroutines.
type faultyOperator struct {
	kubeconfig string
	panics     atomic.Int32
}

// metrics serves those that a Detector reads.
func (f *faultyOperator) metrics(w http.ResponseWriter, _ *http.Request) {
	_, _ = fmt.Fprintf(w, "go_goroutines %d\ncontroller_runtime_reconcile_panics_total{controller=\"x\"} %d\n", runtime.NumGoroutine(), f.panics.Load())
}

// start makes all faults before it answers.
func (f *faultyOperator) start(w http.ResponseWriter, r *http.Request) {
	f.panics.Add(1)
	for range 2 * moreGoroutines {
		go f.leak()
	}
	if err := f.write(r.Context()); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (*faultyOperator) leak() { select {} }

func (f *faultyOperator) write(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", f.kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	maps := client.CoreV1().ConfigMaps(robotNamespace)
	written, err := maps.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "needless"}}, metav1.CreateOptions{})
	for range 2 {
		if err == nil {
			written, err = maps.Update(ctx, written, metav1.UpdateOptions{})
		}
	}
	return err
}

// testDetector proves that the detector finds the faults of an operator. The integration suite shows that an operator
// without faults passes.
func (p parts) testDetector(t *testing.T) {
	kubectl(t, p.c, "", "create", "role", robot, "--namespace="+robotNamespace, "--verb=create,update", "--resource=configmaps")
	kubectl(t, p.c, "", "create", "rolebinding", robot, "--namespace="+robotNamespace, "--role="+robot, "--serviceaccount="+robotNamespace+":"+robot)
	options := fakeOperatorOptions(p.c, operatorFaulty)
	options.Kubeconfig = robotKubeconfig(t, p.c)
	operator, err := p.c.StartOperator(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	detector, err := p.c.StartDetector(t.Context(), operator)
	if err != nil {
		t.Fatal(err)
	}
	if err := detector.checkRequests(); err == nil || !strings.Contains(err.Error(), "no request by "+robotUser) {
		t.Errorf("for an operator without requests the error is: %v", err)
	}
	Eventually(t, testTimeout, "the faults are made", func() error { return ready(t.Context(), operator.ProbeURL+faultsPath) })
	err = detector.Check(t.Context(), operator)
	for _, want := range []string{
		"update loop on configmaps tenant/needless: 2 " + loopNeedless,
		"controller_runtime_reconcile_panics_total is 1",
		fmt.Sprintf("%d github.com/stakeholders-dev/stakeholder-operator/test/controlplane.(*faultyOperator).start", 2*moreGoroutines),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the detector does not say %q: %v", want, err)
		}
	}
	if err := operator.Stop(); err != nil {
		t.Errorf("Stop after the stacks were read: %v", err)
	}
}

func TestDetectorWithoutObjects(t *testing.T) {
	if _, err := (&ControlPlane{AuditLog: "audit.log"}).StartDetector(t.Context(), nil); !errors.Is(err, ErrNoAuditLog) {
		t.Errorf("StartDetector: %v, want %v", err, ErrNoAuditLog)
	}
}
