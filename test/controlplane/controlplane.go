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
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"k8s.io/client-go/rest"
)

// adminUser is the administrator's name, also in the audit log.
const adminUser = "admin"

// Options are the choices that Start leaves to its caller. The zero value is a good one.
type Options struct {
	// Assets is the folder of the binaries. Empty means what Assets returns.
	Assets string
	// AuditLog makes the API server log every request, for AuditEvents.
	AuditLog bool
	// AuditObjectsOf names users, such as "system:serviceaccount:<namespace>:<name>", whose writes of
	// maps, ConfigMaps, Roles and RoleBindings are logged together with the object that they led to.
	// StartDetector needs it. It implies AuditLog, and makes lines of up to a few megabytes.
	AuditObjectsOf []string
	// Controllers are controllers of kube-controller-manager to run beside those that the operator needs, by the
	// names that its flag --controllers takes: "replicaset-controller", say, for a tool that makes ReplicaSets.
	Controllers []string
	// ControllerManagerLater leaves kube-controller-manager to InstallOperator or StartControllerManager. InstallOperator
	// would have to restart it, and both take seconds.
	ControllerManagerLater bool
	// WithoutAdmissionPolicies starts the API server without the plugin that evaluates ValidatingAdmissionPolicies, as an administrator
	// of a cluster can. The policies exist, and refuse nothing.
	WithoutAdmissionPolicies bool
	// Fsync makes etcd flush every write to disk before it answers, as on a cluster. Without it writes are faster than any
	// cluster's, and do not depend on this machine's disk.
	Fsync bool
	// Log gets a line for each step. Nil discards them. What the components write goes to files
	// in Dir either way, and the ends of those into errors.
	Log io.Writer
}

// ControlPlane is a running control plane. Its methods may be called from several goroutines.
type ControlPlane struct {
	// Config connects as an administrator with all rights, without a client-side rate limit. Do not let the code under
	// test use it: the test would not notice a missing right.
	Config *rest.Config
	// Kubeconfig is the path of a kubeconfig that connects like Config.
	Kubeconfig string
	// Dir is the folder of everything that belongs to this control plane: data, certificates,
	// logs. Stop removes it.
	Dir string
	// AuditLog is the path of the audit log, or empty without Options.AuditLog.
	AuditLog string

	auditObjectsOf   []string
	withoutPolicies  bool
	extraControllers []string

	assets string
	// kubectl is the path of the program.
	kubectl  string
	log      io.Writer
	watchdog *watchdog
	// servers is nil for a cluster that Connect connects to.
	servers *servers

	// mu guards what follows.
	mu                    sync.Mutex
	controllerManager     *process
	controllerManagerRuns int
	operators             []*Operator
	operatorRuns          int
	programs              []*Program
	// down is true from KillServers to RestartServers.
	down bool

	stopping sync.Once
	stopErr  error
}

// Start runs etcd, kube-apiserver and kube-controller-manager on free loopback ports and returns
// when all of them serve: the system namespaces exist, and the garbage collector has synced, unless
// Options.ControllerManagerLater is set.
//
// It takes three to four seconds on two idle cores. ctx bounds the start only; the control plane runs until Stop. ctx
// does not interrupt a start of etcd or of the API server: Start waits for it, at most a minute each, and then undoes
// it. When Start fails, nothing keeps running and no folder remains; the error cites the ends of the logs.
//
// Some delays on it: the garbage collector needs well under a second for a kind that it knows (see
// ResyncGarbageCollector for new ones). A deleted namespace takes at least five seconds, because the namespace
// controller deliberately waits that long.
func Start(ctx context.Context, options Options) (_ *ControlPlane, err error) {
	assets := options.Assets
	if assets == "" {
		if assets, err = Assets(ctx); err != nil {
			return nil, err
		}
	} else if err := checkAssets(assets); err != nil {
		return nil, err
	}
	if assets, err = filepath.Abs(assets); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "stakeholder-operator-")
	if err != nil {
		return nil, fmt.Errorf("folder of the control plane: %w", err)
	}

	c := &ControlPlane{
		Dir: dir, assets: assets, kubectl: filepath.Join(assets, kubectlBinary), log: options.Log,
		auditObjectsOf: options.AuditObjectsOf, extraControllers: options.Controllers, withoutPolicies: options.WithoutAdmissionPolicies,
	}
	if c.log == nil {
		c.log = io.Discard
	}
	if err := c.start(ctx, options); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

// start brings the parts up one after the other. The caller stops what is up when it fails.
func (c *ControlPlane) start(ctx context.Context, options Options) (err error) {
	begin := time.Now()
	if err := c.guard(ctx); err != nil {
		return err
	}

	var files *auditFiles
	if options.AuditLog || len(options.AuditObjectsOf) > 0 {
		if files, err = writeAuditPolicy(c.Dir, c.auditObjectsOf); err != nil {
			return fmt.Errorf("audit policy: %w", err)
		}
		c.AuditLog = files.log
	}
	c.progress("starting etcd and kube-apiserver")
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.servers, err = startServers(ctx, c.Dir, c.assets, files, options); err != nil {
		return err
	}
	if err := c.connect(); err != nil {
		return err
	}
	if err := waitForNamespaces(ctx, c.Config); err != nil {
		return err
	}

	if !options.ControllerManagerLater {
		c.progress("starting kube-controller-manager")
		if err := c.StartControllerManager(ctx); err != nil {
			return err
		}
	}
	c.progress("control plane ready at %s after %s", c.Config.Host, time.Since(begin).Round(100*time.Millisecond))
	return nil
}

// guard starts the watchdog of Dir.
func (c *ControlPlane) guard(ctx context.Context) (err error) {
	if err := os.Mkdir(filepath.Join(c.Dir, pidFolder), 0o700); err != nil {
		return err
	}
	c.watchdog, err = startWatchdog(ctx, c.Dir)
	return err
}

// connect makes the clients of the administrator and of the controllers.
func (c *ControlPlane) connect() error {
	admin, err := c.servers.user(adminUser, mastersGroup)
	if err != nil {
		return err
	}
	c.Config = admin
	c.Kubeconfig = filepath.Join(c.Dir, "kubeconfig")
	if err := writeKubeconfig(c.Kubeconfig, admin, adminUser, ""); err != nil {
		return err
	}
	controllers, err := c.servers.user(controllerManagerUser, mastersGroup)
	if err != nil {
		return err
	}
	return writeKubeconfig(c.controllerManagerKubeconfig(), controllers, controllerManagerUser, "")
}

// Stop ends the programs and operators that still run, then the control plane, in the reverse order of their
// start, and removes Dir. Each is asked to end and, after a grace period, killed.
//
// The error lists what did not end properly: processes that had to be killed or had already ended, processes that
// panicked and kept running, and the errors of Operator.Stop and Program.Stop for those that were not stopped yet.
// Nothing keeps running in any case. Only the first call has an effect; the others return the same error.
func (c *ControlPlane) Stop() error {
	c.stopping.Do(func() { c.stopErr = c.stop() })
	return c.stopErr
}

func (c *ControlPlane) stop() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress("stopping the control plane")
	var errs []error
	for _, program := range slices.Backward(c.programs) {
		if !program.asked() {
			errs = append(errs, program.Stop())
		}
	}
	for _, operator := range slices.Backward(c.operators) {
		if !operator.asked() {
			errs = append(errs, operator.Stop())
		}
	}
	errs = append(errs, c.stopControllerManager())
	if c.servers != nil {
		errs = append(errs, c.servers.stop())
	}
	errs = append(errs, serverFaults(c.Dir), os.RemoveAll(c.Dir))
	if c.watchdog != nil {
		errs = append(errs, c.watchdog.stop())
	}
	return errors.Join(errs...)
}

// progress writes a line to the log of the caller.
func (c *ControlPlane) progress(format string, args ...any) {
	_, _ = fmt.Fprintf(c.log, format+"\n", args...)
}
