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
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	// controllerManagerUser is the user of the controllers in the audit log. It differs from the administrator, so that
	// a test can tell its own requests from theirs.
	controllerManagerUser = "system:kube-controller-manager"
	// monitorsSynced is what the garbage collector of Kubernetes 1.36 logs when it watches every resource that the API
	// server had when it started. Without another open port, there is no other sign of that.
	monitorsSynced = "Garbage collector: all resource monitors have synced"
	// controllerManagerTimeout bounds its start. It needs about two seconds.
	controllerManagerTimeout = time.Minute
	// controllerManagerGrace bounds its stop.
	controllerManagerGrace = 20 * time.Second
)

// controllers are those that the operator and its users rely on. The other ones would need nodes, or only cost time:
// Options.Controllers adds those that a test needs.
var controllers = []string{
	"garbage-collector-controller",
	"namespace-controller",
	"serviceaccount-controller",
	"clusterrole-aggregation-controller",
	"validatingadmissionpolicy-status-controller",
}

// ResyncGarbageCollector makes the garbage collector know every kind that the API server serves
// now. It starts kube-controller-manager, or starts it again, which takes a few seconds; the other controllers pause
// meanwhile.
//
// Call it after installing a CustomResourceDefinition whose objects own others, once discovery lists it;
// InstallOperator does. Without it the collector only discovers new kinds every 30 seconds. If an owner of a kind that
// it does not know yet is deleted, its dependents stay until the collector knows the kind and retries. The retries back
// off exponentially: 41 seconds when measured, with a bound near 80. Only the owner's kind and the dependents' kinds
// must be known.
//
// It does nothing in a cluster that Connect connects to.
func (c *ControlPlane) ResyncGarbageCollector(ctx context.Context) error {
	if c.servers == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.stopControllerManager(); err != nil {
		return err
	}
	return c.startControllerManager(ctx)
}

// StopControllerManager ends kube-controller-manager until StartControllerManager is called: no garbage is collected, and no
// namespace ends, meanwhile.
func (c *ControlPlane) StopControllerManager() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stopControllerManager()
}

// StartControllerManager starts it again, and returns when the garbage collector has synced.
func (c *ControlPlane) StartControllerManager(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.startControllerManager(ctx)
}

// startControllerManager starts it and returns when the garbage collector has synced. The caller
// holds c.mu.
func (c *ControlPlane) startControllerManager(ctx context.Context) error {
	// A log for each run, since the readiness of this run is read from it.
	c.controllerManagerRuns++
	logPath := filepath.Join(c.Dir, fmt.Sprintf("%s-%d.log", controllerManagerBinary, c.controllerManagerRuns))

	// ctx bounds the start, not the life.
	cmd := exec.CommandContext(context.WithoutCancel(ctx), filepath.Join(c.assets, controllerManagerBinary),
		"--kubeconfig="+c.controllerManagerKubeconfig(),
		"--controllers="+strings.Join(slices.Concat(controllers, c.extraControllers), ","),
		"--leader-elect=false",
		"--secure-port=0",
		"--use-service-account-credentials=false",
		// The defaults of 20 and 30 requests would make a test wait for the collector.
		"--kube-api-qps=1000",
		"--kube-api-burst=2000",
	)
	cmd.Env = c.environment()
	manager, err := startProcess(c.Dir, controllerManagerBinary, logPath, cmd)
	if err != nil {
		return err
	}
	if err := manager.waitReady(ctx, controllerManagerTimeout, "the garbage collector has synced", func() error {
		if !logged(logPath, monitorsSynced) {
			return errors.New("not in the log")
		}
		return nil
	}); err != nil {
		return errors.Join(err, manager.kill())
	}
	c.controllerManager = manager
	return nil
}

// stopControllerManager ends it. It is an error if it had already ended, because garbage may not have been collected in
// that time. The caller holds c.mu.
func (c *ControlPlane) stopControllerManager() error {
	manager := c.controllerManager
	if manager == nil {
		return nil
	}
	c.controllerManager = nil
	if manager.ended() {
		return fmt.Errorf("%s had ended on its own: %s\n%s", manager.name, manager.cmd.ProcessState, tail(manager.logPath))
	}
	return manager.terminate(controllerManagerGrace)
}

// controllerManagerKubeconfig is the path of the kubeconfig of kube-controller-manager.
func (c *ControlPlane) controllerManagerKubeconfig() string {
	return filepath.Join(c.Dir, controllerManagerBinary+".kubeconfig")
}
