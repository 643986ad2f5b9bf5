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
	"slices"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/requeue"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/statuswriter"
)

// enforcementResult is the state of a map's outputs after a decision was enforced.
type enforcementResult struct {
	decision
	// published and authorized have the outcomes of the table, and of the grants, in the map's namespace.
	published, authorized apply.Result
	grants                apply.GrantReport
	// leftovers is what was removed because it belonged to another map.
	leftovers apply.Removed
	targets   targetsResult
	// project says why the product's Argo CD project does not take the map, if it does not.
	project string
}

// all returns the outcomes everywhere.
func (r *enforcementResult) all() apply.Result {
	return slices.Concat(r.published, r.authorized, r.targets.all())
}

// wait returns after how long to look again at foreign objects and at disputes, or 0.
func (r *enforcementResult) wait() time.Duration {
	all := r.all()
	if all.Has(apply.ForeignObject) {
		return requeue.Soonest(foreignRetry, all.RetryAfter())
	}
	return all.RetryAfter()
}

// isTableMissing says whether the ConfigMap does not have the table. One that is in dispute had it when it was last written,
// and has it again; whether it has it now, its digest says. If the status is in dispute, it was not written.
func isTableMissing(published apply.Result) bool {
	return published.Has(apply.ForeignObject) || len(published.Failures()) > 0 ||
		slices.ContainsFunc(published.Disputes(), func(o apply.Outcome) bool { return o.Kind == statuswriter.StatusOf(names.KindMap) })
}
