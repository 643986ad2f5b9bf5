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

package lint

import (
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// WithRefusal returns the findings of the operator about a map, after those that only the API server has.
func WithRefusal(problems []schema.Problem, found []v1alpha1.Finding) []v1alpha1.Finding {
	if len(problems) == 0 {
		return found
	}
	known := bounded(found)
	added := merge(problems, known)[len(known):]
	refused := make([]v1alpha1.Finding, 0, len(added)+len(found))
	for i := range added {
		f := &added[i]
		refused = append(refused, v1alpha1.Finding{
			Level: v1alpha1.LevelError, Code: v1alpha1.FindingCode(f.Code), Field: messages.Truncate(f.Field, schema.MaxField), Message: f.Message,
		})
	}
	return append(refused, found...)
}
