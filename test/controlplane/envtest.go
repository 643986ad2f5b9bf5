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
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

const (
	// componentTimeout bounds the start of each of etcd and the API server. They need seconds; a
	// machine that compiles at the same time needs more.
	componentTimeout = time.Minute
	// componentGrace bounds the stop of each.
	componentGrace = 20 * time.Second
	// mastersGroup may do everything, regardless of RBAC.
	mastersGroup = "system:masters"
	// advertised is an address of the range for documentation, to which nothing is ever sent. By
	// default the API server, bound to loopback, looks for one on the default route, and does not
	// start on a machine that has none.
	advertised = "192.0.2.1"
)

// servers are etcd and the API server, which envtest starts.
type servers struct {
	plane envtest.ControlPlane
	// dir is the control plane's folder.
	dir string
}

// startServers starts both, with fresh free ports for each attempt.
func startServers(ctx context.Context, dir, assets string, audit *auditFiles, options Options) (*servers, error) {
	for attempt := 1; ; attempt++ {
		s, err := startServersOnce(dir, assets, audit, options)
		if err == nil {
			return s, nil
		}
		if attempt == startAttempts || ctx.Err() != nil || !portTaken(err) {
			return nil, err
		}
	}
}

// startServersOnce starts both and leaves nothing running when it fails.
//
// It uses envtest's ControlPlane instead of its Environment. The Environment logs to controller-runtime's global
// logger, retries after every error, and installs webhooks, which is not wanted here.
func startServersOnce(dir, assets string, audit *auditFiles, options Options) (*servers, error) {
	data, certs := filepath.Join(dir, "data"), filepath.Join(dir, "certs")
	// The next attempt cannot use what a failed attempt left behind.
	for _, left := range []string{data, certs, serverLog(dir, etcdBinary), serverLog(dir, apiServerBinary)} {
		if err := os.RemoveAll(left); err != nil {
			return nil, err
		}
	}
	for _, folder := range []string{data, certs} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return nil, err
		}
	}

	etcdPath, err := noteProcess(dir, assets, etcdBinary)
	if err != nil {
		return nil, err
	}
	apiServerPath, err := noteProcess(dir, assets, apiServerBinary)
	if err != nil {
		return nil, err
	}
	s := &servers{dir: dir, plane: envtest.ControlPlane{
		Etcd: &envtest.Etcd{
			Path: etcdPath, DataDir: data,
			StartTimeout: componentTimeout, StopTimeout: componentGrace,
		},
		APIServer: &envtest.APIServer{
			Path: apiServerPath, CertDir: certs,
			StartTimeout: componentTimeout, StopTimeout: componentGrace,
		},
		KubectlPath: filepath.Join(assets, kubectlBinary),
	}}
	flags := s.plane.APIServer.Configure()
	flags.Set("advertise-address", advertised)
	// Without it, a watch that a client has left open delays the stop until the API server is killed.
	flags.Set("shutdown-watch-termination-grace-period", "5s")
	audit.configure(flags)
	if options.WithoutAdmissionPolicies {
		flags.Append("disable-admission-plugins", "ValidatingAdmissionPolicy")
	}
	if options.Fsync {
		// envtest sets it to true.
		s.plane.Etcd.Configure().Set("unsafe-no-fsync", "false")
	}

	if err := s.start(); err != nil {
		return nil, err
	}
	return s, nil
}

// start starts both, and leaves nothing running when it fails. After kill it starts them again with the same data,
// ports, certificates and keys.
func (s *servers) start() error {
	// The children get their own descriptors.
	etcdLog, err := appendTo(serverLog(s.dir, etcdBinary))
	if err != nil {
		return err
	}
	defer etcdLog.Close() //nolint:errcheck // nothing was written
	apiServerLog, err := appendTo(serverLog(s.dir, apiServerBinary))
	if err != nil {
		return err
	}
	defer apiServerLog.Close() //nolint:errcheck // nothing was written
	s.plane.Etcd.Out, s.plane.Etcd.Err = etcdLog, etcdLog
	s.plane.APIServer.Out, s.plane.APIServer.Err = apiServerLog, apiServerLog

	if err := s.plane.Start(); err != nil {
		err = fmt.Errorf("starting etcd and kube-apiserver: %w\n%s\n%s", err, tail(etcdLog.Name()), tail(apiServerLog.Name()))
		return errors.Join(err, s.stop())
	}
	return nil
}

// appendTo opens a log.
func appendTo(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}

// user is a client with a certificate for a user in some groups, without a client-side limit.
func (s *servers) user(name string, groups ...string) (*rest.Config, error) {
	user, err := s.plane.AddUser(envtest.User{Name: name, Groups: groups}, &rest.Config{QPS: -1})
	if err != nil {
		return nil, fmt.Errorf("certificate for user %s: %w", name, err)
	}
	return user.Config(), nil
}

// stop ends the API server, then etcd.
func (s *servers) stop() error {
	stopped := s.plane.Stop()
	for _, name := range []string{apiServerBinary, etcdBinary} {
		if stopped != nil {
			// envtest does not wait for the processes that it kills, and may not have killed all of them.
			stopped = errors.Join(stopped, killNoted(s.dir, name))
		}
		_ = os.Remove(filepath.Join(s.dir, pidFolder, name))
	}
	if stopped != nil {
		return fmt.Errorf("stopping etcd and kube-apiserver: %w", stopped)
	}
	return nil
}

// kill ends both at the same moment, and returns when they are gone.
func (s *servers) kill() error {
	var errs []error
	for _, name := range []string{apiServerBinary, etcdBinary} {
		errs = append(errs, signalNoted(s.dir, name))
	}
	for _, name := range []string{apiServerBinary, etcdBinary} {
		if err := killNoted(s.dir, name); err != nil {
			errs = append(errs, err)
			continue
		}
		// Another process can have this ID now, so the watchdog must not kill it.
		errs = append(errs, os.Remove(filepath.Join(s.dir, pidFolder, name)))
	}
	return errors.Join(errs...)
}

// serverLog is the path of the log of etcd or of the API server.
func serverLog(dir, name string) string {
	return filepath.Join(dir, name+".log")
}

// waitForNamespaces returns when the namespaces exist that the API server creates after it has become ready.
func waitForNamespaces(ctx context.Context, config *rest.Config) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for _, name := range []string{corev1.NamespaceDefault, metav1.NamespaceSystem} {
		err := WaitFor(ctx, componentTimeout, "namespace "+name+" exists", func() error {
			_, err := client.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
