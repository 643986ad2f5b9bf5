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

package repository

import (
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// CodeOwnersPath is the path of the file of CodeOwners. GitHub looks there first.
const CodeOwnersPath = ".github/CODEOWNERS"

// CodeOwnersOptions configure CodeOwners.
type CodeOwnersOptions struct {
	// Rules in the order of the file: the last rule that matches a file counts. At least 1.
	Rules []CodeOwnersRule
	// Fallback owns the files of a rule without owners on GitHub. Each is @user, @org/team or an address. By default,
	// such a rule is left out. The product owner is never a fallback by default, because only customers approve for
	// customers.
	Fallback []string
	// Emails uses the e-mail address of a party without a github handle. GitHub knows an address only if a user has
	// added it to their account, so mailing lists do not work.
	Emails bool
}

// CodeOwners renders a CODEOWNERS file. It renders no line without owners, which would leave the files without owners.
// GitHub requests reviews only from owners with write access to the repository, which CodeOwners cannot check. The
// error wraps ErrOptions.
func CodeOwners(table *routing.RoutingTable, options CodeOwnersOptions) (Output, error) {
	if err := options.check(); err != nil {
		return Output{}, err
	}
	var out Output
	var file strings.Builder
	var rendered []string
	file.WriteString(header(table))
	file.WriteString("# The last line that matches a file counts.\n")
	for _, rule := range options.Rules {
		why, owners := out.ownersOf(table, rule, options.Emails)
		if len(owners) == 0 {
			out.found(CodeOwnersPath, CodeNoParty, noOwner(rule, why, options.Fallback))
			if len(options.Fallback) == 0 {
				continue
			}
			owners, why = options.Fallback, why+"; none of them is on GitHub"
		}
		out.findOverridden(rendered, rule.Pattern)
		rendered = append(rendered, rule.Pattern)
		file.WriteString("\n" + comment(why))
		file.WriteString(rule.Pattern + " " + strings.Join(uniqueFold(owners), " ") + "\n")
	}
	out.Files = []File{{Path: CodeOwnersPath, Content: []byte(file.String())}}
	return out.sorted(), nil
}

func noOwner(rule CodeOwnersRule, why string, fallback []string) string {
	message := "the rule for " + quoted(rule.Pattern) + " has no owner on GitHub (" + why + "): "
	if len(fallback) == 0 {
		return message + "it is left out, and an earlier rule that matches counts; add handles of the system github, or a fallback"
	}
	return message + "the fallback owns these files; add handles of the system github"
}

// ownersOf returns the owners of a rule, and a description of the rule.
func (o *Output) ownersOf(table *routing.RoutingTable, rule CodeOwnersRule, emails bool) (why string, owners []string) {
	var parties []routing.Party
	if rule.Role != "" {
		why, parties = ownedBy(rule.Role), partiesOf(table, rule.Role)
	} else {
		topic, known := topicNamed(table, rule.Topic)
		why = ownedByDeciders + rule.Topic
		if rule.Topic == routing.DefaultTopic {
			why = "those who decide what no topic names"
		}
		if known {
			parties = topic.DecidedBy
		} else {
			o.found(CodeOwnersPath, CodeNoParty, "the map has no topic "+quoted(rule.Topic)+", to which the rule for "+quoted(rule.Pattern)+" goes: correct the rule")
		}
	}
	for i := range parties {
		owner, problem := ownerOf(&parties[i], emails)
		if problem != "" {
			o.found(CodeOwnersPath, CodeNoGitHubUser, who(&parties[i])+" "+problem)
			continue
		}
		owners = append(owners, owner)
	}
	return why, owners
}

// roleNames are the roles that may own files.
var roleNames = map[string]string{
	roleCustomer: "customers", roleProductOwner: "product owner", roleDevelopmentTeam: "development team",
}

const ownedByDeciders = "those who decide about "

func ownedBy(role string) string { return "the " + roleNames[role] }

// OwnedBy returns what a comment of CodeOwners says about the rule below it: the role or the topic whose parties own the
// files. Both are empty for another comment.
func OwnedBy(comment string) (role, topic string) {
	comment = strings.TrimSpace(strings.TrimPrefix(comment, "#"))
	for role := range roleNames {
		if comment == ownedBy(role) {
			return role, ""
		}
	}
	topic, isTopic := strings.CutPrefix(comment, ownedByDeciders)
	if !isTopic || !isNamespace(topic) {
		return "", ""
	}
	return "", topic
}

func ownerOf(party *routing.Party, emails bool) (owner, problem string) {
	on, problem := accountOf(party)
	if problem == "" {
		return "@" + on.User + on.Team, ""
	}
	if email := party.Handle(emailSystem); emails && email != "" {
		if !plainEmail.MatchString(email) {
			return "", problem + "; its address " + quoted(email) + " cannot stand in the file"
		}
		return email, ""
	}
	return "", problem
}

// uniqueFold sorts names and removes those that differ only in case, which GitHub ignores.
func uniqueFold(owners []string) []string {
	owners = slices.Clone(owners)
	slices.Sort(owners)
	seen := map[string]bool{}
	return slices.DeleteFunc(owners, func(owner string) bool {
		key := strings.ToLower(owner)
		twice := seen[key]
		seen[key] = true
		return twice
	})
}
