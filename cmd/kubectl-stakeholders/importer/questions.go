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

package importer

import (
	"cmp"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

const (
	// maxListed is the number of names that a comment lists, and maxComment that of characters in one of its lines. With
	// the indent, a line fits a terminal of 80 columns.
	maxListed  = 12
	maxComment = 74
)

// The questions that no file answers.
var (
	nameQuestion    = []string{"TODO: Name the map: lower-case letters, digits and '-'."}
	productQuestion = []string{"TODO: What is the product called?"}
	marketQuestion  = []string{"TODO: Who is the product sold to: B2B (businesses), B2C (consumers), or Internal (your own organization)?"}

	customersQuestion = []string{
		"TODO: Who pays for the product, takes the risk, and decides whether money is spent? For example:",
		"- name: acme-board",
		"  subjects:",
		`  - {kind: Group, name: "acme:procurement"}`,
		"  handles:",
		"  - {system: email, value: approvals@acme.example}",
	}
	endUsersQuestion = []string{
		"TODO: Who uses the product? For example:",
		"- name: cashiers",
		"  segment: External",
		"  handles:",
		`  - {system: slack, value: "#checkout-feedback"}`,
	}
	moreEndUsersQuestion = "TODO: Who else uses the product? Remove the parties that do not use it, and name the others after who they are."
	ownerQuestion        = []string{
		"TODO: Who speaks for customers and end users, and orders the backlog? It is one person or office, and never a customer. " +
			"If there is none, remove productOwner and write engagement: Direct.",
	}
	ownerExample = []string{
		"For example:",
		"name: dana",
		"handles:",
		"- {system: email, value: dana@vendor.example}",
	}
	teamQuestion = []string{"Who builds the product. None of them can be a customer."}
)

// introduction is the comment at the top of a draft.
func (d *Draft) introduction() []string {
	out := []string{
		"A first StakeholderMap, made from " + d.Source + ". Answer each TODO, and check the rest.",
		"Then run: kubectl stakeholders lint -f FILE",
	}
	if len(d.Notes) > 0 {
		out = append(append(out, ""), d.Notes...)
	}
	return out
}

// comment makes a YAML comment of lines. Each is one visible line.
func comment(lines []string) string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		indent := l[:len(l)-len(strings.TrimLeft(l, " "))]
		out = append(out, cmp.Or(terminal.Wrap(line(l, 2000), maxComment, "# "+indent), "#"))
	}
	return strings.Join(out, "\n")
}
