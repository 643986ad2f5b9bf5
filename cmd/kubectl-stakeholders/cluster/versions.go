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

package cluster

import (
	"errors"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/discovery"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// missing says why the API server does not know a kind of ours.
func (c *Cluster) missing() string {
	group, err := c.group()
	switch {
	case errors.Is(err, errNoGroups), apierrors.IsNotFound(err):
		return c.noAPIServer()
	case err != nil:
		return "the operator is not installed in " + c.Server + ", or its version does not fit this plugin"
	case group == nil:
		return "the operator is not installed in " + c.Server + ": the API server does not know " + v1alpha1.GroupVersion.Group
	}
	var served []string
	for _, version := range group.Versions {
		if version.Version == v1alpha1.GroupVersion.Version {
			return "the operator in " + c.Server + " is older than this plugin. Update it"
		}
		served = append(served, version.Version)
	}
	return "the operator in " + c.Server + " is newer than this plugin: it serves " + strings.Join(served, ", ") +
		" of " + v1alpha1.GroupVersion.Group + ". Update the plugin"
}

// errNoGroups says that a server answers, but not as an API server does.
var errNoGroups = errors.New("no API groups")

// group returns the operator's API group, or nil if the API server does not serve it.
func (c *Cluster) group() (*metav1.APIGroup, error) {
	client, err := discovery.NewDiscoveryClientForConfig(c.config)
	if err != nil {
		return nil, err
	}
	groups, err := client.ServerGroups()
	if err != nil {
		return nil, err
	}
	if len(groups.Groups) == 0 {
		return nil, errNoGroups
	}
	for i := range groups.Groups {
		if groups.Groups[i].Name == v1alpha1.GroupVersion.Group {
			return &groups.Groups[i], nil
		}
	}
	return nil, nil //nolint:nilnil // nil means that there is none
}
