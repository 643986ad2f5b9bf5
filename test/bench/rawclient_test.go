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

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// rawClient is the reference: it puts a map in force by the cheapest requests with the same effect. It reads nothing,
// checks nothing and repairs nothing.
type rawClient struct {
	client client.Client
	// status is the operator's status of a map of the same shape, whose key is of.
	status v1alpha1.StakeholderMapStatus
	of     client.ObjectKey
}

// newRawClient has the operator's own rights. RBAC checks before a user may write a Role, which takes time, but not for
// users with every right. Like the operator it has no client-side limit.
func newRawClient(tb testing.TB, like *v1alpha1.StakeholderMap) *rawClient {
	tb.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", env.Kubeconfig)
	if err != nil {
		tb.Fatal(err)
	}
	return rawClientOf(tb, config, like)
}

// newMasterClient has every right, so that it is fast: it fills the cluster, and measures nothing.
func newMasterClient(tb testing.TB, like *v1alpha1.StakeholderMap) *rawClient {
	tb.Helper()
	return rawClientOf(tb, env.Plane.Config, like)
}

// rawClientOf writes statuses like that of a map that the operator has put in force.
func rawClientOf(tb testing.TB, config *rest.Config, like *v1alpha1.StakeholderMap) *rawClient {
	tb.Helper()
	config = rest.CopyConfig(config)
	config.QPS = -1
	c, err := client.New(config, client.Options{Scheme: env.Admin.Scheme()})
	if err != nil {
		tb.Fatal(err)
	}
	return &rawClient{client: c, status: like.Status, of: client.ObjectKeyFromObject(like)}
}

// enforce writes the outputs of a map as it was stored, in its own namespace and in its targets, and its status: one request
// after another.
func (c *rawClient) enforce(ctx context.Context, m *v1alpha1.StakeholderMap, targets []string) error {
	objects, revision, err := outputs(m, targets)
	if err != nil {
		return err
	}
	for _, object := range objects {
		if err := c.client.Create(ctx, object, apply.FieldOwner); err != nil {
			return err
		}
	}
	patch, err := c.statusPatch(m, revision)
	if err != nil {
		return err
	}
	return c.client.Status().Patch(ctx, m, client.RawPatch(types.MergePatchType, patch), apply.FieldOwner)
}

// statusPatch changes the status of the map that the operator has put in force into that of another map of the same
// shape.
func (c *rawClient) statusPatch(m *v1alpha1.StakeholderMap, revision string) ([]byte, error) {
	status := c.status.DeepCopy()
	if status.ObservedGeneration != m.Generation || len(status.Conditions) == 0 {
		return nil, errors.New("the status to copy is of another generation, or empty")
	}
	status.RoutingRevision = revision
	for i := range status.Conditions {
		status.Conditions[i].Message = strings.ReplaceAll(status.Conditions[i].Message, names.ConfigMapName(c.of.Name), names.ConfigMapName(m.Name))
	}
	return json.Marshal(map[string]any{"status": status})
}

// outputs are all outputs of a map, as they are rendered, in the order in which the operator writes them, and the
// revision of its routing table.
func outputs(m *v1alpha1.StakeholderMap, targets []string) (objects []client.Object, revision string, err error) {
	table := route.Table(m, topics.Assign(m, nil, time.Now()))
	document, err := table.Seal()
	if err != nil {
		return nil, "", fmt.Errorf("routing table: %w", err)
	}
	owner := names.Owner{Namespace: m.Namespace, Name: m.Name, UID: m.UID}
	configMap, err := render.ConfigMap(owner, nil, table, document)
	if err != nil {
		return nil, "", fmt.Errorf("routing ConfigMap: %w", err)
	}
	objects = append(objects, configMap)
	grants := render.Grants(m.Name, table)
	for i := range grants {
		objects = append(objects, grants[i].RoleObject(owner))
	}
	for i := range grants {
		objects = append(objects, grants[i].BindingObject(owner))
	}
	holders := render.GrantSubjects(grants)
	for _, target := range slices.Sorted(slices.Values(targets)) {
		objects = append(objects, render.TargetConfigMap(owner, target, configMap.Data))
		for _, role := range names.Roles {
			if len(holders[role]) > 0 {
				objects = append(objects, render.TargetBinding(owner, target, role, holders[role]))
			}
		}
	}
	return objects, table.Revision, nil
}
