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

package product

import (
	"fmt"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// VerbAsk is the right to make a request about a topic. It is not one on the topic alone: see docs/concepts/requests.md.
const VerbAsk = "ask"

// Verbs are those that a user can ask about.
func Verbs() []string { return append(slices.Clone(render.TopicVerbs), VerbAsk) }

// Standing says whether the table gives a verb on a topic to a user.
type Standing struct {
	// Declared says that it does.
	Declared bool
	// Parties through which it does.
	Parties []PartyRole
	// Reason is one line that says why, or why not.
	Reason string
}

// Grantees are the parties that have a verb on a topic.
func (p *Product) Grantees(topic, verb string) []routing.Party {
	t, listed := p.Topic(topic)
	switch {
	case !listed, p.givesNothing():
		return nil
	case verb == VerbAsk:
		verb = render.VerbRequest
	}
	return render.Grantees(t, verb)
}

// givesNothing reports whether the map is invalid and never was valid, so that the operator grants nothing for it. Of a map that was
// valid, the last valid rights are kept.
func (p *Product) givesNothing() bool {
	if !validate.HasErrors(p.Findings) {
		return false
	}
	switch p.Basis {
	case File, Unpublished:
		return true
	case AnotherTime, AnotherPolicy:
		return p.Map.Status.RoutingRevision == ""
	default:
		return false
	}
}

// Standing says whether the table gives a verb on a topic to a user.
func (p *Product) Standing(topic, verb string, who Identity) Standing {
	grantees := p.Grantees(topic, verb)
	speaksFor := decide.PartiesOf(who.User, who.Groups, grantees)
	var through []PartyRole
	for i := range grantees {
		if slices.Contains(speaksFor, grantees[i].Key()) {
			through = append(through, p.partyRole(&grantees[i]))
		}
	}
	if len(through) > 0 {
		return Standing{Declared: true, Parties: through, Reason: who.String() + " speaks for " + inWords(through)}
	}
	return Standing{Reason: p.whyNot(topic, verb, who, grantees)}
}

// whyNot says why the table does not give a verb.
func (p *Product) whyNot(topic, verb string, who Identity, grantees []routing.Party) string {
	t, listed := p.Topic(topic)
	switch {
	case !listed:
		return fmt.Sprintf("%s has no topic %s", p.Name(), topic)
	case p.givesNothing():
		return fmt.Sprintf("%s, and %s speaks for %s", p.whyNoParty(t, verb), who, p.speaksFor(who))
	case len(grantees) > 0:
		return fmt.Sprintf("only %s may %s %s, and %s speaks for %s", partyList(grantees), InSentence(verb), topic, who, p.speaksFor(who))
	case verb != VerbAsk && slices.Contains(classVerbs(t.Class), verb):
		return fmt.Sprintf("%s, and %s speaks for %s", p.whyNoParty(t, verb), who, p.speaksFor(who))
	default:
		return p.whyNoParty(t, verb)
	}
}

// whyNoParty says why no party has a verb on a topic.
func (p *Product) whyNoParty(t *routing.Topic, verb string) string {
	switch verbs := classVerbs(t.Class); {
	case p.givesNothing():
		return "the map is invalid, so it gives no rights"
	case verb == VerbAsk && !slices.Contains(verbs, render.VerbRequest):
		return fmt.Sprintf("%s is no FeatureRequest, so a map lets no party ask about it. Users with the role edit in the namespace may", t.Name)
	case verb != VerbAsk && !slices.Contains(verbs, verb):
		return fmt.Sprintf("%s has the class %s, so a map lets no party %s it", t.Name, t.Class, verb)
	default:
		return fmt.Sprintf("no party may %s %s now", InSentence(verb), t.Name)
	}
}

// InSentence is a verb before the name of a topic.
func InSentence(verb string) string {
	if verb == VerbAsk {
		return "ask about"
	}
	return verb
}

// speaksFor says which parties of the map a user belongs to, also outside of their windows.
func (p *Product) speaksFor(who Identity) string {
	var roles []PartyRole
	for i := range p.Assigned.AllParties {
		declared := &p.Assigned.AllParties[i]
		if len(decide.PartiesOf(who.User, who.Groups, []routing.Party{tableParty(declared)})) > 0 {
			roles = append(roles, RoleOf(declared, p.At))
		}
	}
	if len(roles) == 0 {
		return "no party of " + p.Name()
	}
	return inWords(roles)
}

func inWords(parties []PartyRole) string {
	words := make([]string, len(parties))
	for i := range parties {
		words[i] = parties[i].String()
	}
	return strings.Join(words, " and ")
}

// classVerbs are the verbs on topics of a class.
func classVerbs(class string) []string {
	one := []routing.Party{{}}
	topic := &routing.Topic{Class: class, To: one, DecidedBy: one}
	return slices.DeleteFunc(slices.Clone(render.TopicVerbs), func(verb string) bool { return len(render.Grantees(topic, verb)) == 0 })
}

// partyList names parties. Only the first are shown.
func partyList(parties []routing.Party) string {
	const shown = 3
	names := make([]string, len(parties))
	for i := range parties {
		names[i] = parties[i].Name
	}
	return messages.And(names, shown)
}
