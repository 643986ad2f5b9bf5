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

package main

import (
	"crypto/tls"
	"flag"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/stakeholders-dev/stakeholder-operator/controllers"
)

// leaderElectionID is the name of the Lease for leader election.
const leaderElectionID = "stakeholder-operator.stakeholders.dev"

// options are the flags. They have the names and meanings that kubebuilder uses.
type options struct {
	metricsAddress                                   string
	metricsSecure                                    bool
	metricsCertPath, metricsCertName, metricsCertKey string
	enableHTTP2                                      bool
	probeAddress                                     string
	pprofAddress                                     string
	pprofAllowRemote                                 bool
	leaderElect                                      bool
	leaderElectionNamespace                          string
	printVersion                                     bool
	zap                                              zap.Options
}

func (o *options) bind(flags *flag.FlagSet) {
	flags.StringVar(&o.metricsAddress, "metrics-bind-address", "0",
		"Address to serve metrics on: :8443 for HTTPS, :8080 for HTTP, or 0 to serve none.")
	flags.BoolVar(&o.metricsSecure, "metrics-secure", true,
		"Serve metrics by HTTPS, only to clients that the API server authenticates and allows to get /metrics. "+
			"With --metrics-secure=false they are served by HTTP to all clients.")
	flags.StringVar(&o.metricsCertPath, "metrics-cert-path", "",
		"Folder with the certificate to serve metrics with. Without it, a self-signed one is made at every start.")
	flags.StringVar(&o.metricsCertName, "metrics-cert-name", "tls.crt", "File with the certificate, in --metrics-cert-path.")
	flags.StringVar(&o.metricsCertKey, "metrics-cert-key", "tls.key", "File with the certificate's key, in --metrics-cert-path.")
	flags.BoolVar(&o.enableHTTP2, "enable-http2", false,
		"Serve metrics by HTTP/2 too. Off by default because of the stream cancellation and rapid reset attacks.")
	flags.StringVar(&o.probeAddress, "health-probe-bind-address", ":8081",
		"Address to serve the probes /healthz and /readyz on, or 0 to serve none.")
	flags.StringVar(&o.pprofAddress, "pprof-bind-address", "0",
		"Loopback address to serve profiles (/debug/pprof/) on, such as 127.0.0.1:6060, or 0 to serve none. There is no authentication.")
	flags.BoolVar(&o.pprofAllowRemote, "pprof-allow-remote", false,
		"Allow an address in --pprof-bind-address that other machines can reach. Everyone who can reach it can take profiles, which costs CPU time.")
	flags.BoolVar(&o.leaderElect, "leader-elect", false,
		"Take part in leader election, so that of several replicas only one works.")
	flags.StringVar(&o.leaderElectionNamespace, "leader-election-namespace", "",
		"Namespace of the Lease for leader election. In a cluster it is the operator's own; elsewhere it has to be given.")
	flags.BoolVar(&o.printVersion, "version", false, "Print the version and exit.")
	o.zap.BindFlags(flags)
}

func (o *options) manager() ctrl.Options {
	return ctrl.Options{
		Cache:                   controllers.CacheOptions(),
		Metrics:                 o.metrics(),
		HealthProbeBindAddress:  o.probeAddress,
		PprofBindAddress:        o.pprofAddress,
		LeaderElection:          o.leaderElect,
		LeaderElectionID:        leaderElectionID,
		LeaderElectionNamespace: o.leaderElectionNamespace,
		// The program ends as soon as the manager has stopped, so it writes nothing after it has released the lease.
		// The next replica need not wait until the lease expires.
		LeaderElectionReleaseOnCancel: true,
	}
}

func (o *options) metrics() metricsserver.Options {
	m := metricsserver.Options{
		BindAddress:   o.metricsAddress,
		SecureServing: o.metricsSecure,
		CertDir:       o.metricsCertPath,
	}
	if o.metricsCertPath != "" {
		m.CertName, m.KeyName = o.metricsCertName, o.metricsCertKey
	}
	if o.metricsSecure {
		m.FilterProvider = filters.WithAuthenticationAndAuthorization
	}
	if !o.enableHTTP2 {
		m.TLSOpts = append(m.TLSOpts, func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} })
	}
	return m
}
