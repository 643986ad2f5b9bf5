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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/approvals"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/unmanaged"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// observation is what a decision about a map depends on, as it was read at one moment.
type observation struct {
	// policy is the one by which the map is judged. Nil: the defaults.
	policy *v1alpha1.StakeholderPolicySpec
	// findings are those of the rules, errors first.
	findings []v1alpha1.Finding
	// consented is the map without ServiceAccounts of namespaces that do not accept it, and assigned are its parties.
	consented  *v1alpha1.StakeholderMap
	assigned   *topics.Assignments
	namespaces participation
	// approved is what requests open. Only Reconcile reads it.
	approved approvals.Selection
	// stillApproved asks the API server about one of these.
	stillApproved func(context.Context, approvals.Approval) error
	// published is the document in the routing ConfigMap, or "". It is read only for an invalid map, and unreadable says
	// why it could not be read.
	published  string
	unreadable error
}

// isInvalid says whether the map breaks a rule.
func (o *observation) isInvalid() bool { return validate.HasErrors(o.findings) }

// participation says which namespaces take part in a map.
type participation struct {
	// Resolution has the namespaces that the map names, and those that its selector picks and that accept it.
	targets.Resolution
	// declared says that the map asks for target namespaces, even if it has none.
	declared bool
	// unaccepted are the other namespaces whose ServiceAccounts were left out, sorted.
	unaccepted []string
}

// accepted lists the namespaces that take part.
func (p *participation) accepted() []string {
	var out []string
	for _, t := range p.Targets {
		if t.State == targets.Accepted {
			out = append(out, t.Namespace)
		}
	}
	return out
}

// copied returns the namespaces in which a copy of the routing table is due.
func (p *participation) copied() map[string]bool {
	out := make(map[string]bool)
	for _, t := range p.Targets {
		if t.State == targets.Accepted && t.Table {
			out[t.Namespace] = true
		}
	}
	return out
}

// observer reads what a decision depends on. Only the published table of an invalid map may take a request.
type observer struct {
	// reader reads from the cache, and live from the API server.
	reader, live client.Reader
	policies     *effectivepolicy.Memory
	// unmanaged may be nil.
	unmanaged UnmanagedGrants
}

func (o *observer) observe(ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, now time.Time) (observation, error) {
	policy, err := o.policies.Spec(ctx, o.reader)
	if err != nil {
		return observation{}, err
	}
	seen := observation{policy: policy, assigned: topics.Assign(m, policy, now)}
	seen.findings = validate.Assigned(m, policy, seen.assigned, now)
	source := namespaces.Source{Context: ctx, Reader: o.reader}
	if seen.consented, seen.namespaces.unaccepted, err = targets.Consented(m, source); err != nil {
		return observation{}, err
	}
	if seen.consented != m {
		seen.assigned = topics.Assign(seen.consented, policy, now)
	}
	if seen.namespaces.Resolution, err = targets.Resolve(m, source); err != nil {
		return observation{}, err
	}
	seen.namespaces.declared = declaresTargets(m)
	if seen.isInvalid() && m.Status.RoutingRevision != "" {
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
