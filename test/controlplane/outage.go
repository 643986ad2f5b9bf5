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

	"k8s.io/client-go/kubernetes"
)

// ErrServersRun is what RestartServers fails with when KillServers was not called before.
var ErrServersRun = errors.New("etcd and kube-apiserver were not killed")

// KillServers ends etcd, kube-apiserver and kube-controller-manager with SIGKILL, as when the machine that
// they run on fails, and returns when they are gone. Operators go on. Until RestartServers nothing
// answers, on the same ports. It does nothing if they are down already.
//
// Every write that was answered survives, although etcd runs without fsync: it passes its log to the operating system
// before it answers, and that outlives the process. This does not show the loss of data that was not yet on disk, as on
// a power failure.
//
// The error says which of them had already ended.
func (c *ControlPlane) KillServers() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.down {
		return nil
	}
	c.progress("killing etcd, kube-apiserver and kube-controller-manager")
	c.down = true
	err := c.servers.kill()
	if manager := c.controllerManager; manager != nil {
		c.controllerManager = nil
		if manager.ended() {
			err = errors.Join(err, fmt.Errorf("%s had ended on its own: %s\n%s", manager.name, manager.cmd.ProcessState, tail(manager.logPath)))
		}
		err = errors.Join(err, manager.kill())
	}
	return err
}

// RestartServers starts again what KillServers has ended, with the same data, ports, certificates and keys, so Config,
// kubeconfigs and tokens stay valid. It returns when /readyz of the API server answers 200 and the garbage collector
// has synced, after three to five seconds on two idle cores.
//
// Clients reconnect when their own back-off lets them: client-go's informers after up to 30 seconds, depending on how
// long the outage was. Resource versions from before may have expired, since the API server's cache of events starts
// empty.
//
// It fails with ErrServersRun if there was no KillServers. After any other error it may be tried again.
func (c *ControlPlane) RestartServers(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.down {
		return ErrServersRun
	}
	c.progress("starting etcd and kube-apiserver again")
	if err := c.servers.start(); err != nil {
		return err
	}
	if err := c.waitForServers(ctx); err != nil {
		return errors.Join(err, c.servers.kill())
	}
	c.progress("starting kube-controller-manager again")
	if err := c.startControllerManager(ctx); err != nil {
		return errors.Join(err, c.servers.kill())
	}
	c.down = false
	return nil
}

// waitForServers returns when /readyz of the API server answers 200.
func (c *ControlPlane) waitForServers(ctx context.Context) error {
	client, err := kubernetes.NewForConfig(c.Config)
	if err != nil {
		return err
	}
	err = WaitFor(ctx, componentTimeout, "/readyz answers 200", func() error {
		return client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
	if err != nil {
		return fmt.Errorf("%w\n%s", err, tail(serverLog(c.Dir, apiServerBinary)))
	}
	return nil
}
