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
	"strings"
)

const (
	// serviceAccountVariable is the environment variable with the name of the ServiceAccount that the operator runs as. It comes
	// from a fieldRef, so that it is right in every overlay: over config/default, and over install.yaml of a release.
	serviceAccountVariable = "SERVICE_ACCOUNT"
	// shippedServiceAccount is that name if no overlay changes it.
	shippedServiceAccount = "stakeholder-operator-controller-manager"
)

var errRenamed = errors.New("remove namePrefix and nameSuffix from the kustomization: " +
	"they also rename the ClusterRoles of stakeholders, and the operator binds these by their own names")

// checkServiceAccount checks that kustomize has added nothing to the names of objects, as namePrefix and nameSuffix do. Otherwise
// the operator would bind ClusterRoles that do not exist, and maps would become ready without giving these rights. Users can choose
// a ServiceAccount of another name. Outside of a cluster the name is empty.
func checkServiceAccount(name string) error {
	if name != shippedServiceAccount && strings.Contains(name, shippedServiceAccount) {
		return fmt.Errorf("the ServiceAccount %s was installed as %s: %w", shippedServiceAccount, name, errRenamed)
	}
	return nil
}
