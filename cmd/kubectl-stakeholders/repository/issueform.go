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
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

type form struct {
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Title       string    `json:"title"`
	Labels      []string  `json:"labels"`
	Assignees   []string  `json:"assignees,omitempty"`
	Body        []element `json:"body"`
}

type element struct {
	Type        string         `json:"type"`
	ID          string         `json:"id,omitempty"`
	Attributes  map[string]any `json:"attributes"`
	Validations map[string]any `json:"validations,omitempty"`
}

func (o *Output) form(path string, table *routing.RoutingTable, topic *routing.Topic) form {
	title := strings.ReplaceAll(topic.Name, "-", " ")
	title = strings.ToUpper(title[:1]) + title[1:]
	f := form{
		Name:        title,
		Description: "Tell the users of " + product(table) + " what you need",
		Title:       title + ": ",
		Body:        []element{{Type: "markdown", Attributes: map[string]any{"value": introduction(table, topic)}}},
	}
	if options := o.options(path, topic.To); len(options) > 0 {
		f.Body = append(f.Body, element{
			Type: "dropdown", ID: "who", Attributes: map[string]any{"label": "Who are you?", "options": append(options, otherPerson)},
			Validations: map[string]any{"required": true},
		})
	}
	f.Body = append(f.Body,
		element{
			Type: "textarea", ID: "goal", Attributes: map[string]any{"label": "What do you want to get done?"},
			Validations: map[string]any{"required": true},
		},
		element{Type: "textarea", ID: "obstacle", Attributes: map[string]any{"label": "What gets in your way today?"}},
		element{Type: "textarea", ID: "idea", Attributes: map[string]any{"label": "What would help?", "description": "If you have an idea already"}},
	)
	return f
}

// introduction returns the text at the top of the form: which parties are asked, which decide, and which requests do
// not belong there.
func introduction(table *routing.RoutingTable, topic *routing.Topic) string {
	text := sentence("This form is for users of " + product(table))
	if names := names(topic.To); names != "" {
		text += sentence(" Your request goes to " + names)
	}
	return text + decidedBy(topic) + " Customers decide about money and dates, so do not ask for them here.\n"
}

// decidedBy returns a sentence with those who decide a topic, or "" if there are none.
func decidedBy(topic *routing.Topic) string {
	deciders := names(topic.DecidedBy)
	if deciders == "" {
		return ""
	}
	return sentence(" The decision is up to " + deciders)
}

// names lists the first parties for a sentence.
func names(parties []routing.Party) string {
	var all []string
	for i := range parties {
		if name := inert(label(&parties[i])); name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	if more := len(all) - maxNamed; more > 0 {
		all = append(all[:maxNamed:maxNamed], "others")
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// options returns the end users to choose from, without systems. GitHub requires different texts.
func (o *Output) options(path string, parties []routing.Party) []string {
	var out []string
	// GitHub's own option for no choice, and ours.
	seen := map[string]bool{"": true, "none": true, strings.ToLower(otherPerson): true}
	for i := range parties {
		if parties[i].Role != roleEndUser || parties[i].Segment == string(v1alpha1.SegmentSystem) {
			continue
		}
		option := inert(label(&parties[i]))
		if key := strings.ToLower(option); !seen[key] {
			seen[key] = true
			out = append(out, option)
			continue
		}
		o.found(path, CodeNotCarried, who(&parties[i])+" is no choice of the form, because "+quoted(label(&parties[i]))+" is none in plain words, or one that is there already: use another displayName")
	}
	return out
}

// assignees returns the product owner, if the topic concerns them and they are a user on GitHub.
func (o *Output) assignees(path string, topic *routing.Topic) []string {
	const unassigned = ": the form assigns no user"
	owners := partiesIn([]routing.Topic{*topic}, roleProductOwner)
	if len(owners) == 0 {
		o.found(path, CodeNoParty, "no product owner has to do with "+quoted(topic.Name)+unassigned)
		return nil
	}
	// A map has at most one product owner.
	if login := o.userOf(path, &owners[0], "which assigns users only"+unassigned, unassigned); login != "" {
		return []string{login}
	}
	return nil
}
