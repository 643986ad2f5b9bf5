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

// Package faultproxy makes the connection between an operator and the API server unreliable, under the control of a
// test: requests fail, answers get lost, watches freeze, break and expire. It also records the requests and how they
// ended.
//
// The proxy serves HTTPS on loopback, inside the process of the test. A client reaches the API server through it under
// its own identity, with its token; the operator gets a kubeconfig with the proxy's address:
//
//	proxy, err := faultproxy.Start(plane.Config)
//	defer proxy.Close()
//	kubeconfig, err := proxy.Kubeconfig(path) // path is from plane.ServiceAccountKubeconfig
//	operator, err := plane.StartOperator(ctx, controlplane.OperatorOptions{Kubeconfig: kubeconfig, …})
//
//	// The second write of a RoleBinding is carried out, and the operator dies before it knows.
//	bindings := faultproxy.All(faultproxy.Writes, faultproxy.Resources("rolebindings"))
//	crash := proxy.Inject(faultproxy.Rule{Match: bindings, Skip: 1, Times: 1,
//		Fault: faultproxy.OnAnswer(func(faultproxy.Record) bool { killed = operator.Kill(); return false })})
//	// … make a map, wait until crash.Fired() is 1, start another operator, wait until the map is ready …
//	for _, write := range proxy.Records(bindings) {
//		t.Log(write) // create, patch and so on, with the status, the UID and the resource version
//	}
//
// Proxy.Inject puts a Rule, made up of a Match and a Fault, in force, and Injection.Lift ends it. Proxy.Freeze makes
// caches stale, Proxy.CutWatches breaks watches off, and Proxy.Records lists what happened.
//
// Both sides speak HTTP/1.1, where every request under way has its own connection. To lose an answer, the proxy closes
// that connection, and no other one. When the API server cannot be reached, the proxy closes the client's connection as
// well; it only makes up an answer if a rule says so. Except for watches, it reads answers in full before it passes
// them on, so a write that has an answer is committed. Upgrades, as for exec, and the logs of Pods pass, but the proxy
// is not meant for them.
package faultproxy
