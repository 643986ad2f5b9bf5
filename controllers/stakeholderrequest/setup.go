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

// Package stakeholderrequest reconciles StakeholderRequests. A reconcile observes the map and the admission policy (observe.go),
// has package decide say what has come of the request, writes the status (status.go) and records events (events.go). What an
// approval opens is written by the reconcile of the map.
package stakeholderrequest

// The rights of the operator: config/rbac/role.yaml is generated from these lines.
//
// The operator can only hand out what it has itself: the grants of maps let stakeholders read, answer and make requests. It uses
// patch to prove, by a dry run, that the admission policy refuses an answer in another person's name, and create not at all.
//
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholderrequests,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=stakeholders.dev,resources=stakeholderrequests/status,verbs=patch
// +kubebuilder:rbac:groups=admissionregistration.k8s.io,resources=validatingadmissionpolicies;validatingadmissionpolicybindings,verbs=get;list;watch
