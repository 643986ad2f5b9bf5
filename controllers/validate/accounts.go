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

package validate

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/topics"
)

// partyUnreachable reports parties that tools can neither ask nor recognize.
func partyUnreachable(in *input, found report) {
	for _, h := range in.parties {
		if len(h.Subjects) == 0 && len(h.Handles) == 0 {
			found(pathOf(h), fmt.Sprintf("%s has neither subjects nor handles, so it can be neither asked nor recognized: "+
				"add a handle, such as an e-mail address, or a subject", quote(h.Name)))
		}
	}
}

// maxTopicsShown is the maximum number of topics in one NobodyCanApprove message. A map can have 85 topics, and all can
// have the same problem.
const maxTopicsShown = 5

// nobodyCanApprove reports approvals that no account in the cluster can answer. It groups topics that are fixed at one
// place: one party without subjects affects every approval of the catalogue.
func nobodyCanApprove(in *input, found report) {
	var paths []*field.Path
	names := make(map[string][]string)
	for i := range in.assignments {
		a := &in.assignments[i]
		// UnroutableTopic reports an approval without recipients.
		if a.Topic.Class != v1alpha1.ClassApproval || len(a.To) == 0 || slices.ContainsFunc(a.To, hasAccount) {
			continue
		}
		path := in.routePath(a, "to", a.Topic.To)
		if names[path.String()] == nil {
			paths = append(paths, path)
		}
		names[path.String()] = append(names[path.String()], quote(a.Topic.Name))
	}
	for _, path := range paths {
		list := names[path.String()]
		what := "topic"
		if len(list) > 1 {
			what = "topics"
		}
		found(path, fmt.Sprintf("no recipient of the approval %s %s has an account in the cluster, so no tool there can check an answer: "+
			"add a subject to a party that receives it", what, strings.Join(messages.Abbreviate(list, maxTopicsShown), ", ")))
	}
}

// hasAccount reports whether the cluster can recognize a party.
func hasAccount(p *topics.Party) bool { return len(p.Subjects) > 0 }
