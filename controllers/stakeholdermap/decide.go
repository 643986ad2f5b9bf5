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
	"k8s.io/apimachinery/pkg/api/meta"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/route"
)

// decision is what should be in force for a map.
type decision struct {
	// mode says how far the outputs may follow the decision.
	mode apply.Mode
	// invalid says that the map breaks a rule.
	invalid bool
	// table is the routing table that should be in force: that of the map, or what is left of its last valid one. Nil in
	// the mode RestrictOnly.
	table *routing.RoutingTable
	// document is the table as it is published.
	document string
	// lost says that the map is invalid, was valid, and its last valid table is gone.
	lost bool
	// present has the parties that have a role now. A subject that stands in none of them may hold no right.
	present route.Presence
	// err says why there is no table, if the map is not to blame.
	err error
}

// decide says what should be in force. It is pure. A valid map is enforced. An invalid one keeps its last valid table,
// without the parties that no longer have their role. Where that table is not known, rights are only taken away.
func decide(m *v1alpha1.StakeholderMap, seen observation) decision {
	d := decision{invalid: seen.IsInvalid(), present: seen.Present(), err: seen.unreadable}
	switch {
	case d.err != nil:
	case d.invalid:
		d.mode = apply.KeepLastValid
		d.table, d.document, d.lost, d.err = lastValid(m.Status, seen.published, d.present)
	default:
		d.table, d.document, d.err = seen.Table()
	}
	if d.table == nil || d.err != nil {
		d.mode, d.table = apply.RestrictOnly, nil
	}
	return d
}

// lastValid returns what is left of the last valid routing table, given the document in the ConfigMap that it was published
// in. It is that table only if its digest is a revision that status names. If it is not, or is gone, it is lost.
func lastValid(
	status v1alpha1.StakeholderMapStatus, published string, present route.Presence,
) (table *routing.RoutingTable, document string, lost bool, err error) {
	inForce, pending := status.RoutingRevision, status.PendingRoutingRevision
	if inForce == "" {
		// Grants without a published table cannot be derived again, but they are there.
		authorized := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionAuthorized)
		return nil, "", authorized != nil && authorized.Reason != v1alpha1.ReasonNeverValid, nil
	}
	if content := []byte(published); !routing.HasRevision(content, inForce) && !routing.HasRevision(content, pending) {
		// A table that was changed by hand is as lost as one that was deleted. It is not parsed: a forged document can take
		// fifty times its size in memory.
		return nil, "", true, nil
	}
	last, err := routing.Parse([]byte(published))
	if err != nil {
		return nil, "", true, nil //nolint:nilerr // see above
	}
	if table, document = route.Intersect(last, present), published; table != last {
		if document, err = table.Seal(); err != nil {
			return nil, "", false, err
		}
	}
	if pending != "" && last.Revision != pending && table.Revision != pending {
		// A narrower table was decided on and never written, and the map has changed again since: parties that have come
		// back meanwhile would get back what they had.
		return nil, "", true, nil
	}
	return table, document, false, nil
}
