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

package stakeholdermap

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/unmanaged"
)

// gatherGrants is how long a map is not looked at after a grant that concerns it has come or gone, so that a loop that makes
// and deletes one has each map looked at once in that time. It is a warning only.
const gatherGrants = 5 * time.Second

// UnmanagedGrants finds the grants that no map gives.
type UnmanagedGrants interface {
	// HasSynced is false until all of them are known.
	HasSynced() bool
	// ForMap lists those that concern a map which takes part in some namespaces, sorted.
	ForMap(owner names.Owner, namespaces []string) []unmanaged.Grant
}

// WatchUnmanagedGrants adds to a manager what finds grants that no map gives. It has the maps that one concerns looked at
// again when it comes, goes or changes.
func WatchUnmanagedGrants(ctx context.Context, mgr ctrl.Manager, requeuer *requeue.Requeuer) (*unmanaged.Watch, error) {
	config := rest.CopyConfig(mgr.GetConfig())
	config.AcceptContentTypes, config.ContentType = runtime.ContentTypeProtobuf, runtime.ContentTypeProtobuf
	clients, err := kubernetes.NewForConfigAndClient(config, mgr.GetHTTPClient())
	if err != nil {
		return nil, fmt.Errorf("make a client for RBAC: %w", err)
	}
	logger := mgr.GetLogger().WithName("unmanaged-grants")
	n := unmanagedNotices{ctx: log.IntoContext(ctx, logger), reader: mgr.GetCache(), look: gathered(requeuer)}
	watch := unmanaged.NewWatch(clients.RbacV1().RESTClient(), n.changed, func(watch *unmanaged.Watch) {
		go func() {
			if mgr.GetCache().WaitForCacheSync(ctx) {
				n.settled(watch)
			}
		}()
	})
	if err := mgr.Add(watch); err != nil {
		return nil, fmt.Errorf("add the watch of grants: %w", err)
	}
	return watch, nil
}

// gathered has a map looked at after a while, once for all that happens until then.
func gathered(requeuer *requeue.Requeuer) func(types.NamespacedName) {
	return func(key types.NamespacedName) { requeuer.After(gatherGrants, key) }
}

// unmanagedNotices has maps looked at again because of a grant that none of them gives.
type unmanagedNotices struct {
	ctx    context.Context //nolint:containedctx // the manager's, for callbacks that bring none
	reader client.Reader
	look   func(types.NamespacedName)
}

func (n unmanagedNotices) changed(before, after *unmanaged.Grant) {
	logger := log.FromContext(n.ctx)
	switch {
	case before == nil:
		logger.Info("Found a grant that no map gives", "kind", after.Kind, "namespace", after.Namespace, "name", after.Name, "gives", after.Gives)
	case after == nil:
		logger.Info("A grant that no map gave is gone", "kind", before.Kind, "namespace", before.Namespace, "name", before.Name)
	}
	for _, g := range []*unmanaged.Grant{before, after} {
		if g != nil {
			n.lookAt(g)
		}
	}
}

// settled is for when all grants are known for the first time: until then, maps kept what their status said of them.
func (n unmanagedNotices) settled(watch *unmanaged.Watch) {
	watch.Each(n.lookAt)
	n.eachMap(func(m *v1alpha1.StakeholderMap) bool { return slices.ContainsFunc(m.Status.Findings, isUnmanaged) })
}

func (n unmanagedNotices) lookAt(g *unmanaged.Grant) {
	if g.Namespace == "" {
		// It concerns every namespace, and no map in particular.
		return
	}
	n.eachMap(func(m *v1alpha1.StakeholderMap) bool { return g.InTarget || g.OnMap(m.Name) }, client.InNamespace(g.Namespace))
	if !g.InTarget {
		return
	}
	ns, err := namespaces.Source{Context: n.ctx, Reader: n.reader}.ByName(g.Namespace)
	if err != nil || ns == nil {
		// A namespace that comes, or is known later, has its maps looked at anyway.
		return
	}
	// Those that a namespace would concern that has just come.
	for _, lookup := range targets.Lookups(targets.Absent(g.Namespace), targets.Observed(ns)) {
		n.eachMap(func(m *v1alpha1.StakeholderMap) bool { return targets.TakesPart(m, ns) },
			client.MatchingFields{namespaces.TargetsIndex: lookup.Key}, client.InNamespace(lookup.MapNamespace))
	}
}

// eachMap has maps looked at again that are among some, and concerned.
func (n unmanagedNotices) eachMap(concerned func(*v1alpha1.StakeholderMap) bool, some ...client.ListOption) {
	if err := eachMap(n.ctx, n.reader, concerned, n.look, some...); err != nil {
		// Before the cache has started there is nothing to look at yet: every map is looked at then.
		log.FromContext(n.ctx).V(1).Info("Cannot find the maps that a grant concerns", "error", err.Error())
	}
}

func isUnmanaged(f v1alpha1.Finding) bool { return f.Code == v1alpha1.UnmanagedGrant }

// mentionUnmanaged has a condition say that there are grants beside those of the map.
func mentionUnmanaged(c *metav1.Condition, findings []v1alpha1.Finding) {
	if slices.ContainsFunc(findings, isUnmanaged) {
		c.Message = strings.TrimSuffix(c.Message, ".") + "; objects that no map has made give rights too, see " + string(v1alpha1.UnmanagedGrant) + " under status.findings"
	}
}
