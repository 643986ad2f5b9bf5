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

package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// targetsOutcome is what has become of a map's target namespaces.
type targetsOutcome struct {
	// targets are the namespaces that the map names or its selector picks, sorted by name.
	targets []targets.Target
	// unaccepted are the other namespaces whose ServiceAccounts were left out, sorted.
	unaccepted []string
	report     apply.TargetsReport
	// err is what went wrong in no namespace in particular.
	err error
}

// accepted are the namespaces that take part.
func (o *targetsOutcome) accepted() []string {
	var out []string
	for _, t := range o.targets {
		if t.State == targets.Accepted {
			out = append(out, t.Namespace)
		}
	}
	return out
}

// retry is what went wrong and may go right when tried again. A namespace that is being deleted is waited
// for.
func (o *targetsOutcome) retry() error {
	errs := []error{o.err}
	for _, err := range o.report.Failed {
		if !errors.Is(err, apply.ErrNamespaceTerminating) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// status counts the target namespaces. It is the zero value if there are none.
func (o *targetsOutcome) status() v1alpha1.NamespacesStatus {
	if len(o.targets) == 0 {
		return v1alpha1.NamespacesStatus{}
	}
	ready, refused := 0, 0
	for _, t := range o.targets {
		switch {
		case t.State == targets.Refused:
			refused++
		case t.State == targets.Accepted && o.report.Failed[t.Namespace] == nil && !slices.Contains(o.report.LeftOut, t.Namespace):
			ready++
		}
	}
	return v1alpha1.NamespacesStatus{Matched: count(len(o.targets)), Ready: count(ready), Refused: count(refused)}
}

// complaint says which namespaces keep the map from being in force everywhere, and why: up to five of them,
// and how many more. It is empty if none does. Nothing in it changes from one try to the next as long as
// the causes are the same.
func (o *targetsOutcome) complaint(mapNamespace string) (reason, message string) {
	var failed, refused []string
	var causes []error
	for namespace, err := range o.report.Failed {
		line := "Namespace " + namespace + " is being deleted"
		if !errors.Is(err, apply.ErrNamespaceTerminating) {
			_, why := failure(err)
			line = "Namespace " + namespace + ": " + strings.ReplaceAll(why, "\n", "; ")
			causes = append(causes, err)
		}
		failed = append(failed, clipTo(line, 512))
	}
	if o.err != nil {
		_, why := failure(o.err)
		failed, causes = append(failed, why), append(causes, o.err)
	}
	refuses := "does not accept maps from " + mapNamespace
	for _, t := range o.targets {
		switch t.State {
		case targets.Accepted:
		case targets.Refused:
			refused = append(refused, "Namespace "+t.Namespace+" "+refuses)
		case targets.Missing:
			refused = append(refused, "Namespace "+t.Namespace+" does not exist")
		case targets.Terminating:
			refused = append(refused, "Namespace "+t.Namespace+" is being deleted")
		}
	}
	for _, namespace := range o.unaccepted {
		refused = append(refused, "ServiceAccounts of namespace "+namespace+" are left out: it does not exist, or "+refuses)
	}
	if len(failed)+len(refused) == 0 {
		return "", ""
	}
	reason = v1alpha1.ReasonNamespaceRefused
	if len(causes) > 0 {
		reason, _ = failure(errors.Join(causes...))
	}
	slices.Sort(failed)
	slices.Sort(refused)
	lines := slices.Concat(failed, refused)
	const most = 5
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("and %d more", more))
	}
	if len(refused) > 0 {
		lines = append(lines, fmt.Sprintf("A namespace accepts them by listing %s in its annotation %s", mapNamespace, v1alpha1.AcceptMapsFrom))
	}
	return reason, strings.Join(lines, "\n")
}

// putTargets brings everything in other namespaces to what a plan says, and sees to it that the map has our
// finalizer exactly as long as there is something.
func (r *StakeholderMapReconciler) putTargets(
	ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, plan apply.Plan, result *targetsOutcome,
) {
	key := ownerOf(m).NamespacedName()
	result.err = r.Applier.RemoveOrphans(ctx, key, m.UID)
	others := slices.ContainsFunc(plan.Namespaces, func(namespace string) bool { return namespace != m.Namespace })
	if others && !plan.OnlyRestrict && !plan.OnlyExisting {
		// First, so that nothing is ever left behind that nobody removes.
		if err := r.setFinalizer(ctx, m, true); err != nil {
			result.err = errors.Join(result.err, err)
			plan.OnlyRestrict = true
		}
	}
	plan.TakesPart = func(ns metav1.Object) bool { return targets.TakesPart(m, ns) }
	report, err := session.Targets(ctx, plan)
	result.report = report
	switch {
	case err != nil:
	case report.Elsewhere:
		// Somebody may have taken it away.
		err = r.setFinalizer(ctx, m, true)
	case !others || plan.OnlyExisting:
		err = r.setFinalizer(ctx, m, false)
	}
	result.err = errors.Join(result.err, err)
}
