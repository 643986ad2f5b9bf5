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

package argocd

import (
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// syntax is how patterns are written.
type syntax struct {
	// exactly matches a text and nothing else.
	exactly func(text string) string
	// in matches what is in a project. With applications in any namespace an object is
	// <project>/<namespace>/<name>, and <project>/<name> otherwise: both are meant.
	in func(project string) string
}

var (
	// globs have no characters with a meaning but the star: projects, resources and actions hold none of them.
	globs = syntax{
		exactly: func(text string) string { return text },
		in:      func(project string) string { return project + "/*" },
	}
	// regexes are anchored, because Argo CD looks for a match anywhere: "sync" alone would match "unsync" too, and
	// "checkout/" every project whose name ends with checkout.
	regexes = syntax{
		exactly: func(text string) string { return "^" + regexp.QuoteMeta(text) + "$" },
		in:      func(project string) string { return "^" + regexp.QuoteMeta(project) + "/.*$" },
	}
)

// writer collects the lines of a policy.
type writer struct {
	syntax  syntax
	actions []v1alpha1.ArgoCDAction
	taken   taken

	records [][]string
	maps    int
	refused []Refusal
}

func (w *writer) entry(entry Entry) {
	before := len(w.records)
	w.role(entry, render.RoleCustomer, entry.Customers, w.actions)
	w.role(entry, render.RoleEndUser, entry.EndUsers, nil)
	w.role(entry, render.RoleProductOwner, entry.ProductOwner, nil)
	if len(w.records) > before {
		w.maps++
	}
}

// role writes what the groups of a role may do, unless there are none.
func (w *writer) role(entry Entry, role string, groups []string, actions []v1alpha1.ArgoCDAction) {
	carried := w.carried(entry, groups)
	if len(carried) == 0 {
		return
	}
	name := roleName(entry, role)
	may := func(resource, action, object string) {
		w.records = append(w.records, []string{"p", name, w.syntax.exactly(resource), w.syntax.exactly(action), object, "allow"})
	}
	applications := w.syntax.in(entry.Project)
	may("projects", "get", w.syntax.exactly(entry.Project))
	may("applications", "get", applications)
	for _, action := range actions {
		may("applications", string(action), applications)
	}
	for _, group := range carried {
		w.records = append(w.records, []string{"g", group, name})
	}
}

// roleName cannot be that of another map: neither namespaces nor names of maps hold a colon.
func roleName(entry Entry, role string) string {
	return "role:stakeholders:" + entry.Source.Namespace + ":" + entry.Source.Name + ":" + role
}

// carried are the groups that can stand in the policy.
func (w *writer) carried(entry Entry, groups []string) []string {
	return slices.DeleteFunc(slices.Clone(groups), func(group string) bool {
		why := validate.ArgoCDGroupProblem(group)
		if why == "" {
			why = w.taken.problem(group)
		}
		if why != "" {
			w.refused = append(w.refused, Refusal{Entry: entry, Group: group, Why: why})
		}
		return why != ""
	})
}

// encode writes records as CSV, and reads them back as Argo CD does before it believes that they arrive: Argo CD
// gives up its whole policy, everybody's, over one line that it cannot read.
func encode(records [][]string) (string, error) {
	var text strings.Builder
	out := csv.NewWriter(&text)
	if err := out.WriteAll(records); err != nil {
		return "", fmt.Errorf("write Argo CD's policy: %w", err)
	}
	i := 0
	for line := range strings.Lines(text.String()) {
		record, err := decode(line)
		if err != nil {
			return "", fmt.Errorf("read the line %q of Argo CD's policy back: %w", line, err)
		}
		if i == len(records) || !slices.Equal(record, records[i]) {
			return "", fmt.Errorf("the line %q of Argo CD's policy would be read as %q", line, record)
		}
		i++
	}
	if i != len(records) {
		return "", fmt.Errorf("of %d lines of Argo CD's policy %d would be read", len(records), i)
	}
	return text.String(), nil
}
