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
	"errors"
	"fmt"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// customerClusterRole is the environment variable with the name that the ClusterRole of customers was installed under.
// config/default/name_reference.yaml makes kustomize change it together with the ClusterRole.
const customerClusterRole = "CUSTOMER_CLUSTER_ROLE"

var errRenamed = errors.New("remove namePrefix and nameSuffix from the kustomization over config/default: " +
	"the operator binds the ClusterRoles of stakeholders by their own names")

// checkClusterRole checks that the ClusterRoles were installed under the names by which the operator binds them. Outside of an
// installation installed is empty.
func checkClusterRole(installed string) error {
	expected := names.ClusterRoleName(names.RoleCustomer)
	if installed != "" && installed != expected {
		return fmt.Errorf("the ClusterRole %s was installed as %s: %w", expected, installed, errRenamed)
	}
	return nil
}
