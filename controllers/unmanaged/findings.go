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

package unmanaged

import (
	"fmt"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

const (
	// maxFindings bounds the findings about grants of one map.
	maxFindings = 5
	// maxName is the number of bytes of a name that a message shows: the author of an object chooses its name.
	maxName = 120
)

// Findings returns the findings of a map about the grants that concern it, which are sorted. They are warnings, because
// everything in the map itself is in force.
func Findings(grants []Grant) []v1alpha1.Finding {
	out := make([]v1alpha1.Finding, 0, min(len(grants), maxFindings+1))
	add := func(message string) {
		out = append(out, v1alpha1.Finding{Code: v1alpha1.UnmanagedGrant, Level: v1alpha1.LevelWarning, Field: "spec", Message: message})
	}
	for i := range grants[:min(len(grants), maxFindings)] {
		g := &grants[i]
		add(fmt.Sprintf("%s %s in namespace %s gives %s, which this map does not: delete it, or name the people in the map",
			g.Kind, messages.Quote(g.Name, maxName), g.Namespace, messages.Quote(g.Gives, maxName)))
	}
	if more := len(grants) - maxFindings; more > 0 {
		add(fmt.Sprintf("%d more objects give rights that this map does not", more))
	}
	return out
}
