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

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// enforceTargets brings the target namespaces to a plan, and keeps our finalizer on the map exactly as long as there is something
// in other namespaces.
func (e *enforcer) enforceTargets(ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, plan apply.Plan, result *targetsResult) {
	others := slices.ContainsFunc(plan.Namespaces, func(namespace string) bool { return namespace != m.Namespace })
	if others && plan.Mode == apply.Enforce {
		// First, so that nothing is left behind that no operator removes.
		if err := e.status.writeFinalizer(ctx, m, true); err != nil {
			result.problems = append(result.problems, apply.ResultOf(err)...)
			plan.Mode = apply.RestrictOnly
		}
	}
	plan.TakesPart = func(ns metav1.Object) bool { return targets.TakesPart(m, ns) }
	result.report = session.Targets(ctx, plan)
	result.problems = append(result.problems, result.report.Problems()...)
	switch {
	case result.report.InOtherNamespaces:
		// Another writer may have taken it away.
		result.problems = append(result.problems, apply.ResultOf(e.status.writeFinalizer(ctx, m, true))...)
	case !result.report.OK():
	case !others || plan.Mode == apply.KeepLastValid:
		result.problems = append(result.problems, e.status.releaseFinalizer(ctx, session, m)...)
	}
}
