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

package inquiry

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// operation is one of a JSON patch (RFC 6902).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

const responsesPath = "/spec/responses"

// AnswerPatch returns the JSON patch that writes an answer of a person to a request, as it was read. It changes no entry but that
// of the person. The API server refuses it if the request is another one of the same name, or if the entry moved meanwhile: then
// read the request again.
func AnswerPatch(r *v1alpha1.StakeholderRequest, answer *v1alpha1.Response) ([]byte, error) {
	operations := []operation{{"test", "/metadata/uid", r.UID}}
	i := slices.IndexFunc(r.Spec.Responses, func(response v1alpha1.Response) bool { return response.By == answer.By })
	switch {
	case i >= 0:
		path := fmt.Sprintf("%s/%d", responsesPath, i)
		operations = append(operations, operation{"test", path + "/by", answer.By}, operation{"replace", path, answer})
	case len(r.Spec.Responses) > 0:
		operations = append(operations, operation{"add", responsesPath + "/-", answer})
	default:
		// A list that another user has begun meanwhile must stay. An absent list is null to a JSON patch.
		var absent []v1alpha1.Response
		if r.Spec.Responses != nil {
			absent = []v1alpha1.Response{}
		}
		operations = append(operations, operation{"test", responsesPath, absent}, operation{"add", responsesPath, []*v1alpha1.Response{answer}})
	}
	return json.Marshal(operations)
}

// WithdrawPatch returns the JSON patch that withdraws a request.
func WithdrawPatch(r *v1alpha1.StakeholderRequest) ([]byte, error) {
	return json.Marshal([]operation{{"test", "/metadata/uid", r.UID}, {"add", "/spec/withdrawn", true}})
}

// AnswerOf returns the answer of a person, or nil.
func AnswerOf(r *v1alpha1.StakeholderRequest, name string) *v1alpha1.Response {
	for i := range r.Spec.Responses {
		if r.Spec.Responses[i].By == name {
			return &r.Spec.Responses[i]
		}
	}
	return nil
}

// SaysSame reports whether two answers of a person are equal.
func SaysSame(a, b *v1alpha1.Response) bool {
	return a.Verdict == b.Verdict && a.Comment == b.Comment &&
		slices.Equal(slices.Sorted(slices.Values(a.Groups)), slices.Sorted(slices.Values(b.Groups)))
}

// IsUnverified reports whether the operator ignores the answer of a person, because admission was not in force when it was written.
// Any other answer of this person counts.
func IsUnverified(r *v1alpha1.StakeholderRequest, name string) bool {
	return slices.ContainsFunc(r.Status.Unverified, func(u v1alpha1.UnverifiedAnswer) bool { return u.By == name })
}

// MaxGroups is how many groups a person can answer for.
const MaxGroups = 8

// OwnGroups returns the groups of a user for which an answer can count. It is for users who may not read the map. No map can name a
// group of Kubernetes itself.
func OwnGroups(p product.Identity) []string {
	groups := slices.DeleteFunc(slices.Clone(p.Groups), func(g string) bool { return strings.HasPrefix(g, "system:") })
	slices.Sort(groups)
	return groups
}
