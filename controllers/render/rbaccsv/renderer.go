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

package rbaccsv

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// syntax renders patterns. A project pattern of one syntax matches nothing when Argo CD reads it in the other. So
// between a change of matchModeKey and the next rendering people have fewer rights, never more.
type syntax struct {
	// applications matches exactly the resource of that name.
	applications string
	// actions matches exactly the given words.
	actions func(words []string) string
	// in matches everything in a project. An object is <project>/<namespace>/<name> with applications in any namespace,
	// and <project>/<name> otherwise. It matches both.
	in func(project string) string
}

var (
	// globs need no quoting: projects and actions have no star, bracket or brace. A star also matches a slash.
	globs = syntax{
		applications: "applications",
		actions: func(words []string) string {
			if len(words) == 1 {
				return words[0]
			}
			return "{" + strings.Join(words, ",") + "}"
		},
		// Braces make the pattern harmless as a regular expression. Without them it would match every project whose
		// name contains this one.
		in: func(project string) string { return "{" + project + "/*}" },
	}
	// regexes are anchored, because Argo CD searches anywhere: "applications" would also match "applicationsets", and
	// "checkout/" every project whose name ends with checkout.
	regexes = syntax{
		applications: "^applications$",
		actions: func(words []string) string {
			quoted := make([]string, len(words))
			for i, word := range words {
				quoted[i] = regexp.QuoteMeta(word)
			}
			return "^(" + strings.Join(quoted, "|") + ")$"
		},
		in: func(project string) string { return "^" + regexp.QuoteMeta(project) + "/.*$" },
	}
)

// readActions are allowed to every stakeholder, on applications. Nothing in Argo CD needs get on the project, which has
// roles, their groups and the names of clusters and repositories.
var readActions = []string{"get"}

// renderer collects the lines of a policy.
type renderer struct {
	syntax syntax
	// actions are what customers may do, including readActions.
	actions   []string
	otherKeys otherKeys

	// records are the lines of the current map. refusals counts its groups that were left out.
	records  [][]string
	refusals int
	refused  []Refusal
}

// maxRefused is the number of groups of one map that Policy.Refused lists.
const maxRefused = 5

func (r *renderer) refuse(refusal Refusal) {
	r.refusals++
	if r.refusals <= maxRefused {
		r.refused = append(r.refused, refusal)
	}
}

func (r *renderer) block(entry Entry) (string, error) {
	if entry.Project == "" {
		return "", nil
	}
	r.refusals = 0
	if !projectForm.MatchString(entry.Project) {
		why := "has no project: no AppProject can be called " + strconv.Quote(entry.Project)
		r.refuse(Refusal{Entry: entry, Why: why})
		return "", nil
	}
	r.records = r.records[:0]
	r.role(entry, names.RoleCustomer, entry.Customers, r.actions)
	r.role(entry, names.RoleEndUser, entry.EndUsers, readActions)
	r.role(entry, names.RoleProductOwner, entry.ProductOwner, readActions)
	return encode(r.records)
}

// role renders what the groups of a role may do, if there are any.
func (r *renderer) role(entry Entry, role string, groups, actions []string) {
	usable := r.usableGroups(entry, groups)
	if len(usable) == 0 {
		return
	}
	name := roleName(entry, role)
	r.records = append(r.records, []string{
		"p", name, r.syntax.applications, r.syntax.actions(actions), r.syntax.in(entry.Project), "allow",
	})
	for _, group := range usable {
		r.records = append(r.records, []string{"g", group, name})
	}
}

// roleName is unique: names of namespaces and maps have no colon.
func roleName(entry Entry, role string) string {
	return "role:stakeholders:" + entry.Source.Namespace + ":" + entry.Source.Name + ":" + role
}

func (r *renderer) usableGroups(entry Entry, groups []string) []string {
	return slices.DeleteFunc(slices.Clone(groups), func(group string) bool {
		why := cmp.Or(validate.ArgoCDGroupProblem(group), r.otherKeys.problem(group))
		if why != "" {
			r.refuse(Refusal{Entry: entry, Group: group, Why: why})
		}
		return why != ""
	})
}

// encode writes records as CSV and verifies them. One line that Argo CD cannot read invalidates the policy of the whole
// instance.
func encode(records [][]string) (string, error) {
	var text strings.Builder
	out := csv.NewWriter(&text)
	if err := out.WriteAll(records); err != nil {
		return "", fmt.Errorf("write Argo CD's policy: %w", err)
	}
	if err := verify(text.String(), records); err != nil {
		return "", err
	}
	return text.String(), nil
}

// verify reads the text back with Argo CD's settings. It uses one reader for all lines, because each reader has a large
// buffer. This equals reading line by line, because verify also checks that each record ends with its line and that no
// line has spaces to trim.
func verify(text string, records [][]string) error {
	reader := csv.NewReader(strings.NewReader(text))
	reader.TrimLeadingSpace, reader.ReuseRecord, reader.FieldsPerRecord = true, true, -1
	read, end := 0, 0
	for line := range strings.Lines(text) {
		record, err := reader.Read()
		if err != nil {
			return fmt.Errorf("read the line %q of Argo CD's policy back: %w", line, err)
		}
		end += len(line)
		whole := reader.InputOffset() == int64(end) && strings.TrimSpace(line)+"\n" == line && !strings.HasPrefix(line, "#")
		if !whole || read == len(records) || !slices.Equal(record, records[read]) {
			return fmt.Errorf("the line %q of Argo CD's policy would be read as %q", line, record)
		}
		read++
	}
	if read != len(records) {
		return fmt.Errorf("of %d lines of Argo CD's policy %d would be read", len(records), read)
	}
	return nil
}
