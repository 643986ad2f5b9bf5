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
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/evaluate"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/unmanaged"
)

// observation is what a decision about a map depends on, as it was read at one moment.
type observation struct {
	evaluate.Evaluation

	// policy is the one by which the map is judged. Nil: the defaults.
	policy     *v1alpha1.StakeholderPolicySpec
	namespaces participation
	// approved is what requests open. Only Reconcile reads it.
	approved openings
	// published is the document in the routing ConfigMap, or "". It is read only for an invalid map, and unreadable says
	// why it could not be read.
	published  string
	unreadable error
}

// participation says which namespaces take part in a map.
type participation struct {
	// Resolution has the namespaces that the map names, and those that its selector picks and that accept it.
	targets.Resolution
	// declared says that the map asks for target namespaces, even if it has none.
	declared bool
	// unaccepted are the other namespaces whose ServiceAccounts were left out, sorted.
	unaccepted []string
}

// observer reads what a decision depends on. Only the published table of an invalid map may take a request.
type observer struct {
	reader   client.Reader
	policies *effectivepolicy.Memory
	// unmanaged may be nil.
	unmanaged UnmanagedGrants
}

func (o *observer) observe(ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, now time.Time) (observation, error) {
	policy, err := o.policies.Spec(ctx, o.reader)
	if err != nil {
		return observation{}, err
	}
	seen := observation{policy: policy}
	if seen.Evaluation, err = evaluate.Map(m, policy, namespaces.Source{Context: ctx, Reader: o.reader}, now); err != nil {
		return observation{}, err
	}
	seen.namespaces = participation{Resolution: seen.Targets, declared: declaresTargets(m), unaccepted: seen.Unaccepted}
	if seen.IsInvalid() && m.Status.RoutingRevision != "" {
		seen.published, seen.unreadable = session.PublishedTable(ctx)
		if apply.StateOf(seen.unreadable) == apply.ForeignObject {
			// What another owner's ConfigMap says is no table of this map.
			seen.published, seen.unreadable = "", nil
		}
	}
	return seen, nil
}

// unmanagedFindings lists the grants that no map gives, in the namespaces in which a map takes part.
func (o *observer) unmanagedFindings(m *v1alpha1.StakeholderMap, accepted []string) []v1alpha1.Finding {
	switch {
	case o.unmanaged == nil:
		return nil
	case !o.unmanaged.HasSynced():
		// It takes a moment after a start. Until then the findings of the last status stay.
		return slices.DeleteFunc(slices.Clone(m.Status.Findings), func(f v1alpha1.Finding) bool { return !isUnmanaged(f) })
	}
	return unmanaged.Findings(o.unmanaged.ForMap(ownerOf(m), accepted))
}
