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

package command

import (
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
)

// explainWrite is Explain for a request that is written. Doing names what was tried, such as "approve payments/checkout-1-4-0".
func explainWrite(c *cluster.Cluster, r *v1alpha1.StakeholderRequest, doing string, err error) error {
	switch {
	case apierrors.IsInvalid(err):
		return invalid(doing, problemsIn(err))
	case apierrors.IsForbidden(err):
		return explainRefusal(c, r, doing, err)
	default:
		return c.Explain(doing, err)
	}
}

// explainRefusal says in plain words why admission refuses to write a request.
func explainRefusal(c *cluster.Cluster, r *v1alpha1.StakeholderRequest, doing string, err error) error {
	refusal := inquiry.RefusalIn(err.Error())
	who, _, _ := strings.Cut(refusal.Message, " may not ")
	product := r.Namespace + "/" + r.Spec.Map
	switch refusal.Code {
	case inquiry.AlreadyDecided:
		return failure.No("cannot %s: it has ended meanwhile. A new answer needs a new request: `kubectl stakeholders request`", doing)
	case inquiry.MayNotAnswer:
		return failure.No("cannot %s: %s speaks for no party that can. `kubectl stakeholders ask %s %s` says who can, "+
			"and `kubectl stakeholders comment` takes a remark", doing, who, product, r.Spec.Topic)
	case inquiry.MayNotAsk:
		return failure.Cluster("cannot %s: %s needs the ClusterRole edit in namespace %s for that. "+
			"About a feature request, the parties that the map asks may ask too", doing, who, r.Namespace)
	case inquiry.NotYourRequest:
		return failure.Cluster("cannot %s: only %s can, who asked. Answer it, or ask them to withdraw it", doing, r.Spec.RequestedBy)
	case inquiry.NotYourGroup:
		return failure.Usage("cannot %s: %s", doing, strings.Replace(refusal.Message, "leave it out of groups;", "leave out --for-group;", 1))
	case inquiry.NotYourName:
		return failure.Cluster("cannot %s: %s", doing, refusal.Message)
	default:
		return c.Explain(doing, err)
	}
}
