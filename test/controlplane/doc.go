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

// Package controlplane runs a real Kubernetes control plane on this machine, for the integration
// tests and for the demonstration: etcd, kube-apiserver and, unlike controller-runtime's envtest on
// its own, kube-controller-manager. So owner references are followed, namespaces end, ClusterRoles
// aggregate and the types in admission policies are checked, as on a cluster.
//
// It also runs the operator as a cluster would: as a separate process with the rights of its ServiceAccount, never as
// an administrator. A Detector fails a suite if the operator misbehaves without failing a test, for example if it
// writes the same again and again.
//
// KillServers and RestartServers simulate an outage. Package faultproxy simulates failures between an operator and the
// API server.
//
// There is no kubelet and no scheduler: nothing that needs a Pod happens. The ServiceAccount admission plugin is off,
// as in envtest. etcd runs without fsync unless Options.Fsync asks for it, which matters to tests that measure writes.
//
// Everything listens on loopback, is stored in one temporary folder and ends with Stop. If the program that started it
// dies without calling Stop, a watchdog ends it. The package needs a Unix with /bin/sh.
package controlplane
