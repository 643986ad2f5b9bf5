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
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// syntax is how patterns are written. A pattern of one syntax for what is in a project matches nothing when it is read
// in the other, so that between a change of matchModeKey and the next rendering people have less, never more.
type syntax struct {
	// resource matches a word, and nothing else.
	resource func(word string) string
	// actions match one of some words, and nothing else.
	actions func(words []string) string
	// in matches what is in a project. With applications in any namespace an object is
	// <project>/<namespace>/<name>, and <project>/<name> otherwise: both are meant.
	in func(project string) string
}

var (
	// globs have no characters with a meaning in the words: projects and actions hold no star, bracket or brace. A star
	// matches a slash too.
	globs = syntax{
		resource: func(word string) string { return word },
		actions: func(words []string) string {
			if len(words) == 1 {
				return words[0]
			}
			return "{" + strings.Join(words, ",") + "}"
		},
		// Without braces a regular expression would find it in every project whose name has this one in it.
		in: func(project string) string { return "{" + project + "/*}" },
	}
	// regexes are anchored, because Argo CD looks for a match anywhere: "applications" alone would match "applicationsets"
	// too, and "checkout/" every project whose name ends with checkout.
	regexes = syntax{
		resource: func(word string) string { return "^" + regexp.QuoteMeta(word) + "$" },
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

// looks is what everybody may do who plays a part. It is an application that is looked at: nothing in Argo CD asks for
// the project, which has roles, their groups and the names of clusters and repositories in it.
var looks = []string{"get"}

// writer collects the lines of a policy.
type writer struct {
	syntax syntax
	// acts is what customers may do, looking included.
	acts  []string
	taken taken

	// records are the lines of the map at hand, and refusals how many of its groups were left out.
	records  [][]string
	refusals int
	refused  []Refusal
}

// maxRefused is how many groups of one map are told of.
const maxRefused = 5

// refuse notes what was left out of the map at hand.
func (w *writer) refuse(r Refusal) {
	w.refusals++
	if w.refusals <= maxRefused {
		w.refused = append(w.refused, r)
	}
}

// block is the lines of one map.
func (w *writer) block(entry Entry) (string, error) {
	if entry.Project == "" {
		return "", nil
	}
	w.refusals = 0
	if !projectForm.MatchString(entry.Project) {
		why := "has no project: no AppProject can be called " + strconv.Quote(entry.Project)
		w.refuse(Refusal{Entry: entry, Why: why})
		return "", nil
	}
	w.records = w.records[:0]
	w.role(entry, names.RoleCustomer, entry.Customers, w.acts)
	w.role(entry, names.RoleEndUser, entry.EndUsers, looks)
	w.role(entry, names.RoleProductOwner, entry.ProductOwner, looks)
	return encode(w.records)
}

// role writes what the groups of a role may do, unless there are none.
func (w *writer) role(entry Entry, role string, groups, acts []string) {
	carried := w.carried(entry, groups)
	if len(carried) == 0 {
		return
	}
	name := roleName(entry, role)
	w.records = append(w.records, []string{
		"p", name, w.syntax.resource("applications"), w.syntax.actions(acts), w.syntax.in(entry.Project), "allow",
	})
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
			w.refuse(Refusal{Entry: entry, Group: group, Why: why})
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
	if err := verify(text.String(), records); err != nil {
		return "", err
	}
	return text.String(), nil
}

// verify reads a text with Argo CD's settings, and all of it with one reader, because a reader has a large buffer. That each record ends where its line does, and that no line has a space to trim, is what makes it the same as
// to read line by line.
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
