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
	"context"
	"encoding/json"
	"fmt"

	utilversion "k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apimachinery/pkg/version"
)

const (
	// oldestKubernetes is the oldest version that the operator supports, as in dist/chart/Chart.yaml.
	oldestKubernetes = "1.34.0"
	// oldestForGate is the oldest version that accepts the policy of the admission gate, which calls distinct().
	oldestForGate = "1.35.0"
)

// readVersion asks the API server for its version.
func (d *demo) readVersion(ctx context.Context) error {
	document, err := d.plane.Kubectl(ctx, "get", "--raw", "/version", "--request-timeout=10s")
	if err != nil {
		return err
	}
	var server version.Info
	if err := json.Unmarshal([]byte(document), &server); err != nil {
		return fmt.Errorf("version of the cluster: %w", err)
	}
	d.kubernetes = server.GitVersion
	d.gate, err = atLeast(d.kubernetes, oldestForGate)
	return err
}

// checkVersion fails if the operator does not support a version of Kubernetes.
func checkVersion(kubernetes string) error {
	supported, err := atLeast(kubernetes, oldestKubernetes)
	if err == nil && !supported {
		return fmt.Errorf("nothing was changed: the operator needs Kubernetes %s or later, and the cluster has %s", oldestKubernetes, kubernetes)
	}
	return err
}

func atLeast(kubernetes, oldest string) (bool, error) {
	parsed, err := utilversion.ParseGeneric(kubernetes)
	if err != nil {
		return false, fmt.Errorf("version of the cluster: %w", err)
	}
	return parsed.AtLeast(utilversion.MustParseGeneric(oldest)), nil
}
