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
	"regexp"
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/claims"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
)

func invalidHandle(in *input, found report) {
	systems := make(map[string]handleSystem, len(in.policy.HandleSystems))
	for i := range in.policy.HandleSystems {
		if system := &in.policy.HandleSystems[i]; system.Pattern != "" {
			// The patterns of the policy in force compile: an invalid policy is not in force.
			if form, err := compileAnchored(system.Pattern); err == nil {
				systems[system.Name] = handleSystem{form, system}
			}
		}
	}
	for _, p := range in.parties {
		seen := make(map[v1alpha1.Handle]bool)
		for i, handle := range p.Handles {
			id := identity(handle)
			checkHandle(handle, systems, seen[id], func(child, message string) {
				found(pathOf(p).Child("handles").Index(i).Child(child), message)
			})
			seen[id] = true
		}
	}
}

// checkHandle reports the fields of a handle that are wrong. A handle is repeated if an earlier one of the party makes it
// superfluous.
func checkHandle(h v1alpha1.Handle, systems map[string]handleSystem, isRepeated bool, found func(child, message string)) {
	if isRepeated {
		found("system", repeated(h))
	}
	if problem := claimProblem(h); problem != "" {
		found("claim", fmt.Sprintf("the claim %s of the %s handle %s %s", quote(h.Claim), plain(h.System), quote(h.Value), problem))
	}
	problem := handleProblem(h)
	if system, known := systems[h.System]; known && problem == "" {
		problem = system.problem(h)
	}
	if problem != "" {
		found("value", "the "+plain(h.System)+" handle "+quote(h.Value)+" "+problem)
	}
}

func repeated(h v1alpha1.Handle) string {
	if claims.AreClaims(h.System) {
		return fmt.Sprintf("the %s handle %s is there twice: remove one of the two", plain(h.System), quote(h.Value))
	}
	return fmt.Sprintf("the %s handle %s is not the first one here: a party has one for each system; remove all but one", plain(h.System), quote(h.Value))
}

// identity returns the part of a handle that is unique in a party: the system or, if handles are claims, also the claim
// and its value.
func identity(h v1alpha1.Handle) v1alpha1.Handle {
	if !claims.AreClaims(h.System) {
		return v1alpha1.Handle{System: h.System}
	}
	claim := claims.OfHandle(h.Claim, h.Value)
	return v1alpha1.Handle{System: h.System, Claim: claim.Name, Value: claim.Value}
}

func claimProblem(h v1alpha1.Handle) string {
	switch {
	case h.Claim == "":
		return ""
	case h.System != claims.Kargo:
		return "has no meaning there, since only a kargo handle has a claim: remove claim"
	case !claims.IsName(h.Claim):
		return "is not the name of a claim: use one such as groups, email or sub"
	case claims.IsSameForAll(h.Claim):
		return "is the same for everyone who signs in: use one that says who a person is, such as groups, email or sub"
	}
	return ""
}

func handleMissing(in *input, found report) {
	for _, h := range in.parties {
		if h.Segment == v1alpha1.SegmentSystem {
			continue
		}
		for i := range in.policy.HandleSystems {
			system := &in.policy.HandleSystems[i]
			if !slices.Contains(system.RequiredFor, h.Role) ||
				slices.ContainsFunc(h.Handles, func(handle v1alpha1.Handle) bool { return handle.System == system.Name }) {
				continue
			}
			such := ""
			if system.Example != "" {
				such = ", such as " + plain(system.Example)
			}
			found(pathOf(h).Child("handles"), fmt.Sprintf("%s has no %s handle, which the platform's policy requires of every %s: add one%s",
				quote(h.Name), plain(system.Name), plain(string(h.Role)), such))
		}
	}
}

// handleSystem is a handle system of the policy with its compiled pattern.
type handleSystem struct {
	form   *regexp.Regexp
	system *v1alpha1.HandleSystem
}

func (s handleSystem) problem(h v1alpha1.Handle) string {
	if s.form.MatchString(h.Value) {
		return ""
	}
	problem := "does not match " + plain(s.system.Pattern) + ", as the platform's policy wants it to: correct it"
	if s.system.Example != "" {
		problem += "; an example is " + plain(s.system.Example)
	}
	return problem
}

func handleProblem(h v1alpha1.Handle) string {
	if problem := lineProblem(h.Value); problem != "" {
		return problem
	}
	i := slices.IndexFunc(handleForms, func(f handleForm) bool { return f.system == h.System })
	switch {
	case i >= 0 && !handleForms[i].matches(h.Value):
		return handleForms[i].problem
	case !claims.AreClaims(h.System) && script.MatchString(h.Value):
		return "is a link that runs a script in the browser of those who follow it: use an https link"
	}
	return ""
}

// script matches links that run code in a browser. A group in a token can have such a name, so claims are exempt.
var script = regexp.MustCompile(`^(?i:javascript|vbscript|data):`)

// handleForm is the form of values of a known system. The CRD has the same expressions.
type handleForm struct {
	system string
	form   *regexp.Regexp
	// not matches values that are refused although they have the form.
	not     *regexp.Regexp
	problem string
}

func (f handleForm) matches(value string) bool {
	return f.form.MatchString(value) && (f.not == nil || !f.not.MatchString(value))
}

var handleForms = []handleForm{
	{
		// The HTML standard gives this form for addresses.
		system:  "email",
		form:    regexp.MustCompile("^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?([.][a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*$"),
		problem: "is no e-mail address: use one such as approvals@acme.example",
	},
	{
		system: "slack",
		form:   regexp.MustCompile(`^[#@]?[\pL\pM\pN._-]+$`),
		// These notify all members of a channel.
		not: regexp.MustCompile(`^@(?i:channel|here|everyone)$`),
		problem: "is nothing that Slack knows: use a channel such as #acme-approvals, a member such as @dana, or an id, " +
			"and not @channel, @here or @everyone, which call everybody",
	},
	{
		system:  "github",
		form:    regexp.MustCompile(handleforms.GitHubForm),
		problem: "is nothing that GitHub knows: use a user such as @dana or a team such as @acme/procurement",
	},
}
