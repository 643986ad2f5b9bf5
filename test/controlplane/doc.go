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
// It also runs the operator the way a cluster would: as a process of its own with the rights of
// its ServiceAccount, never as an administrator. A Detector fails a suite for what the operator does wrong
// without failing a test, such as writing the same over and over.
//
// KillServers and RestartServers are an outage. What lies between an operator and the API server fails in
// package faultproxy.
//
// There is no kubelet and no scheduler: nothing that needs a Pod happens. The ServiceAccount
// admission plugin is off (envtest's choice), and etcd runs without fsync unless Options.Fsync
// asks for it, which matters to whoever measures writes.
//
// Everything listens on loopback, lives in one temporary folder and ends with Stop; when the
// program that started it dies without calling Stop, a watchdog ends it instead. The package needs
// a Unix with /bin/sh.
package controlplane
