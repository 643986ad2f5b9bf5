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
	"fmt"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// targetsResult is the state of a map's target namespaces after they were enforced.
type targetsResult struct {
	participation
	report apply.TargetsReport
	// problems are about no namespace in particular.
	problems apply.Result
}

// all returns the problems in no namespace in particular, and in all namespaces.
func (r *targetsResult) all() apply.Result { return slices.Concat(r.problems, r.report.InNamespaces()) }

// isConverged says whether everything is as it should be, except in namespaces that are being deleted.
func (r *targetsResult) isConverged() bool {
	all := r.all()
	return len(all.Problems()) == len(all.In(apply.Terminating))
}

// status counts the target namespaces. It is the zero value if the map asks for none.
func (r *targetsResult) status() v1alpha1.NamespacesStatus {
	if !r.declared {
		return v1alpha1.NamespacesStatus{}
	}
	ready, refused := 0, 0
	for _, t := range r.Targets {
		switch {
		case t.State == targets.Refused || t.State == targets.Kubernetes:
			refused++
		case t.State == targets.Accepted && r.report.ByNamespace[t.Namespace] == nil && !slices.Contains(r.report.LeftOut, t.Namespace):
			ready++
		}
	}
	return v1alpha1.NamespacesStatus{Matched: count(len(r.Targets)), Ready: count(ready), Refused: count(refused)}
}

// summary says of a map without a complaint where else its grants are in force, and what its selector picks in vain.
func (r *targetsResult) summary() string {
	n := len(r.Targets)
	if n == 0 && len(r.Reserved) == 0 {
		return "; no namespace that the selector picks accepts the map"
	}
	out := ", here and in " + counted(n, "target namespace")
	if left := r.leftOut(); left != "" {
		out += "; " + left
	}
	return out
}

// neverTakePart is why a namespace of Kubernetes is left out, even if it has our annotation.
const neverTakePart = "kube- namespaces belong to Kubernetes and never take part"

// leftOut says which namespaces of Kubernetes the selector picks in vain: up to five of them. It is no complaint,
// because there is nothing that the map's author has to do about them.
func (r *targetsResult) leftOut() string {
	if len(r.Reserved) == 0 {
		return ""
	}
	const most = 5
	return strings.Join(messages.Abbreviate(r.Reserved, most), ", ") + " left out: " + neverTakePart
}

// complaint says which namespaces keep the map from being in force everywhere, and why: up to five of them,
// and how many more. It is empty if none does. Nothing in it changes from one try to the next as long as
// the causes are the same.
func (r *targetsResult) complaint(mapNamespace string) (reason, message string) {
	var failed, refused []string
	var causes apply.Result
	for namespace, problems := range r.report.ByNamespace {
		line := "Namespace " + namespace + " is being deleted"
		if !problems.Has(apply.Terminating) {
			_, why := apply.Failure(problems)
			line = "Namespace " + namespace + ": " + why
			causes = append(causes, problems...)
		}
		failed = append(failed, messages.Truncate(line, 512))
	}
	if len(r.problems) > 0 {
		_, why := apply.Failure(r.problems)
		failed, causes = append(failed, why), append(causes, r.problems...)
	}
	refuses := "does not accept maps from " + mapNamespace
	canAccept := false
	for _, t := range r.Targets {
		if why := whyNotTarget(t.State, refuses); why != "" {
			refused = append(refused, "Namespace "+t.Namespace+" "+why)
			canAccept = canAccept || t.State == targets.Refused
		}
	}
	for _, namespace := range r.unaccepted {
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
		reason, _ = apply.Failure(causes)
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
