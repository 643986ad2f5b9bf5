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

// Package inquiry has what commands know of requests: what waits for a user, how an answer is written, and who decided what. It
// is pure: package command reads requests from the cluster and writes to it.
package inquiry

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Kind is what precedes the name of a request with -o name, as kubectl writes it.
const Kind = "stakeholderrequest.stakeholders.dev"

// Name returns how a user in some namespace names a request: "checkout-1-4-0", or "payments/checkout-1-4-0" in another one.
func Name(r *v1alpha1.StakeholderRequest, namespace string) string {
	return NameIn(namespace, r.Namespace, r.Name)
}

// NameIn is Name for a request if only its namespace and name are known.
func NameIn(current, namespace, name string) string {
	if namespace == current {
		return name
	}
	return product.Key(namespace, name)
}

// Key returns the namespace and the name of the request that a user names: name, namespace/name, or as -o name prints it.
func Key(text, namespace string) (requestNamespace, name string, err error) {
	name = strings.TrimPrefix(text, Kind+"/")
	if before, after, found := strings.Cut(name, "/"); found {
		namespace, name = before, after
	}
	if len(validation.IsDNS1123Subdomain(name)) > 0 || len(validation.IsDNS1123Label(namespace)) > 0 {
		return "", "", fmt.Errorf("%q cannot be a name: write the name of a request, or namespace/name", text)
	}
	return namespace, name, nil
}

// Verdicts returns those that answer a request of a class. Those that decide come first.
func Verdicts(class v1alpha1.TopicClass) []v1alpha1.Verdict {
	verdicts := decide.Verdicts(class)
	if class == v1alpha1.ClassFeatureRequest {
		verdicts = append(verdicts, v1alpha1.VerdictSupport)
	}
	return append(verdicts, v1alpha1.VerdictComment)
}

// Deciding returns the verdicts that decide about a class, or Comment if none does.
func Deciding(class v1alpha1.TopicClass) []v1alpha1.Verdict {
	if verdicts := decide.Verdicts(class); len(verdicts) > 0 {
		return verdicts
	}
	return []v1alpha1.Verdict{v1alpha1.VerdictComment}
}

// Commands returns the names of the commands for some verdicts, such as "approve or reject".
func Commands(verdicts []v1alpha1.Verdict) string {
	names := make([]string, len(verdicts))
	for i, v := range verdicts {
		names[i] = strings.ToLower(string(v))
	}
	return messages.Or(names)
}

// Fits reports whether a verdict answers requests of a class. If the class is not known yet, every verdict may.
func Fits(v v1alpha1.Verdict, class v1alpha1.TopicClass) bool {
	return class == "" || slices.Contains(Verdicts(class), v)
}

// message returns that of a condition of a request, or "".
func message(r *v1alpha1.StakeholderRequest, conditionType string) string {
	if c := meta.FindStatusCondition(r.Status.Conditions, conditionType); c != nil {
		return c.Message
	}
	return ""
}

// condition returns a condition of a request. One that is not there is Unknown.
func condition(r *v1alpha1.StakeholderRequest, conditionType string) metav1.Condition {
	if c := meta.FindStatusCondition(r.Status.Conditions, conditionType); c != nil {
		return *c
	}
	return metav1.Condition{Type: conditionType, Status: metav1.ConditionUnknown}
}

// PastTense returns the past tense of what a verdict does: "approved".
func PastTense(v v1alpha1.Verdict) string {
	switch v {
	case v1alpha1.VerdictDefer:
		return "deferred"
	case v1alpha1.VerdictComment:
		return "commented on"
	default:
		return strings.TrimSuffix(strings.ToLower(string(v)), "e") + "ed"
	}
}
