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
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// targetsOutcome is what has become of a map's target namespaces.
type targetsOutcome struct {
	// Resolution is which namespaces the map names, and which accept it of those that its selector picks.
	targets.Resolution
	// declared says that the map asks for target namespaces, even if it has none.
	declared bool
	// unaccepted are the other namespaces whose ServiceAccounts were left out, sorted.
	unaccepted []string
	report     apply.TargetsReport
	// err is what went wrong in no namespace in particular.
	err error
}

// accepted are the namespaces that take part.
func (o *targetsOutcome) accepted() []string {
	var out []string
	for _, t := range o.Targets {
		if t.State == targets.Accepted {
			out = append(out, t.Namespace)
		}
	}
	return out
}

// copied are the namespaces in which a copy of the routing table is due.
func (o *targetsOutcome) copied() map[string]bool {
	out := make(map[string]bool)
	for _, t := range o.Targets {
		if t.State == targets.Accepted && t.Table {
			out[t.Namespace] = true
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

// status counts the target namespaces. It is the zero value if the map asks for none.
func (o *targetsOutcome) status() v1alpha1.NamespacesStatus {
	if !o.declared {
		return v1alpha1.NamespacesStatus{}
	}
	ready, refused := 0, 0
	for _, t := range o.Targets {
		switch {
		case t.State == targets.Refused || t.State == targets.Kubernetes:
			refused++
		case t.State == targets.Accepted && o.report.Failed[t.Namespace] == nil && !slices.Contains(o.report.LeftOut, t.Namespace):
			ready++
		}
	}
	return v1alpha1.NamespacesStatus{Matched: count(len(o.Targets)), Ready: count(ready), Refused: count(refused)}
}

// summary says of a map without a complaint where else its grants are in force, and what its selector picks in vain.
func (o *targetsOutcome) summary() string {
	n := len(o.Targets)
	if n == 0 && len(o.Reserved) == 0 {
		return "; no namespace that the selector picks accepts the map"
	}
	plural := "s"
	if n == 1 {
		plural = ""
	}
	out := fmt.Sprintf(", here and in %d target namespace%s", n, plural)
	if left := o.leftOut(); left != "" {
		out += "; " + left
	}
	return out
}

// neverTakePart is why a namespace of Kubernetes is left out, whatever is written on it.
const neverTakePart = "kube- namespaces belong to Kubernetes and never take part"

// leftOut says which namespaces of Kubernetes the selector picks in vain: up to five of them. It is no complaint,
// because there is nothing that the map's author has to do about them.
func (o *targetsOutcome) leftOut() string {
	if len(o.Reserved) == 0 {
		return ""
	}
	const most = 5
	return strings.Join(messages.Abbreviate(o.Reserved, most), ", ") + " left out: " + neverTakePart
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
			line = "Namespace " + namespace + ": " + why
			causes = append(causes, err)
		}
		failed = append(failed, messages.Truncate(line, 512))
	}
	if o.err != nil {
		_, why := failure(o.err)
		failed, causes = append(failed, why), append(causes, o.err)
	}
	refuses := "does not accept maps from " + mapNamespace
	canAccept := false
	for _, t := range o.Targets {
		if why := whyNotTarget(t.State, refuses); why != "" {
			refused = append(refused, "Namespace "+t.Namespace+" "+why)
			canAccept = canAccept || t.State == targets.Refused
		}
	}
	for _, namespace := range o.unaccepted {
		why := "it does not exist, or " + refuses
		if targets.Reserved(namespace) {
			why = neverTakePart
		} else {
			canAccept = true
		}
		refused = append(refused, "ServiceAccounts of namespace "+namespace+" are left out: "+why)
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
	const most = 5
	lines := messages.Abbreviate(slices.Concat(failed, refused), most)
	if canAccept {
		lines = append(lines, fmt.Sprintf("A namespace accepts them by listing %s in its annotation %s", mapNamespace, v1alpha1.AcceptMapsFrom))
	}
	return reason, messages.Join(lines...)
}

// whyNotTarget says why a namespace that the map names takes no part, or "" if it does.
func whyNotTarget(state targets.State, refuses string) string {
	switch state {
	case targets.Refused:
		return refuses
	case targets.Kubernetes:
		return "is left out: " + neverTakePart
	case targets.Missing:
		return "does not exist"
	case targets.Terminating:
		return "is being deleted"
	case targets.Accepted:
	}
	return ""
}

// putTargets brings everything in other namespaces to what a plan says, and sees to it that the map has our
// finalizer exactly as long as there is something.
func (r *StakeholderMapReconciler) putTargets(
	ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap, plan apply.Plan, result *targetsOutcome,
) {
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
	case report.Elsewhere:
		// Somebody may have taken it away.
		err = errors.Join(err, r.setFinalizer(ctx, m, true))
	case err != nil:
	case !others || plan.OnlyExisting:
		err = r.releaseFinalizer(ctx, session, m)
	}
	result.err = errors.Join(result.err, err)
}

// releaseFinalizer takes our finalizer off a map, unless something of it turns up in another namespace when that is looked
// for by name: labels that were changed hide it from the cache. The error is apply.ErrHiddenFound then, and the next try
// removes what was found.
func (r *StakeholderMapReconciler) releaseFinalizer(ctx context.Context, session *apply.Session, m *v1alpha1.StakeholderMap) error {
	if !slices.Contains(m.Finalizers, v1alpha1.TargetsFinalizer) {
		return nil
	}
	if found, err := session.FindHidden(ctx); err != nil {
		return err
	} else if found {
		return apply.ErrHiddenFound
	}
	return r.setFinalizer(ctx, m, false)
}
