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

package command

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// given is the answer that a user has given.
type given struct {
	// request as it was answered.
	request *v1alpha1.StakeholderRequest
	// namespace in which the user works.
	namespace string
	// verdict that the user asked for. A comment keeps the one before.
	verdict  v1alpha1.Verdict
	response *v1alpha1.Response
	// before is the answer that it replaces, or nil.
	before *v1alpha1.Response
	// changed says that it was not given before.
	changed bool
	// known says that who is asked was read. A user may not be allowed to read it, and a plain comment does not need it.
	known    bool
	asked    inquiry.Map
	standing inquiry.Standing
	now      time.Time
}

// isPlainComment reports whether the answer is a comment and nothing before it, so that it changes nothing for any party.
func (g *given) isPlainComment() bool {
	return g.verdict == v1alpha1.VerdictComment && (g.before == nil || g.before.Verdict == v1alpha1.VerdictComment)
}

// parties returns those for which the answer counts, if it is known who is asked.
func (g *given) parties() []string {
	if g.response.Verdict == v1alpha1.VerdictComment {
		return nil
	}
	return g.standing.Parties(product.Identity{User: g.response.By, Groups: g.response.Groups}, g.response.Verdict)
}

// countsForNone reports whether the answer is recorded and counts for no party.
func (g *given) countsForNone() bool {
	return g.known && g.response.Verdict != v1alpha1.VerdictComment && len(g.parties()) == 0
}

// status says where the request stands with this answer.
func (g *given) status() string {
	r := g.request
	if r.Status.ObservedGeneration >= r.Generation || g.isPlainComment() {
		if progress := inquiry.ProgressOf(r); progress.Message != "" {
			return progress.Message
		}
	}
	if !g.known {
		return ""
	}
	standing := inquiry.StandingOf(r, g.asked, g.now)
	if outcome := standing.Status.Outcome; outcome != v1alpha1.OutcomePending {
		return "this decides it: " + string(outcome)
	}
	return standing.Summary()
}

// responseDocument is what -o json and -o yaml print.
type responseDocument struct {
	metav1.TypeMeta `json:",inline"`

	Namespace string           `json:"namespace"`
	Name      string           `json:"name"`
	Map       string           `json:"map"`
	Topic     string           `json:"topic"`
	Title     string           `json:"title"`
	Subject   string           `json:"subject,omitempty"`
	AskedBy   string           `json:"askedBy"`
	By        string           `json:"by"`
	Groups    []string         `json:"groups,omitempty"`
	Verdict   v1alpha1.Verdict `json:"verdict"`
	Comment   string           `json:"comment,omitempty"`
	Changed   bool             `json:"changed"`
	// Parties for which the answer counts. Absent if the user may not read the map.
	Parties []string         `json:"parties,omitempty"`
	Outcome v1alpha1.Outcome `json:"outcome"`
	Status  string           `json:"status,omitempty"`
}

// MarshalJSON writes the answer for programs.
func (g *given) MarshalJSON() ([]byte, error) {
	r := g.request
	return json.Marshal(&responseDocument{
		TypeMeta: output.TypeMeta("Response"), Namespace: r.Namespace, Name: r.Name, Map: r.Spec.Map, Topic: r.Spec.Topic,
		Title: r.Spec.Title, Subject: r.Spec.Subject, AskedBy: r.Spec.RequestedBy, By: g.response.By, Groups: g.response.Groups,
		Verdict: g.response.Verdict, Comment: g.response.Comment, Changed: g.changed, Parties: g.parties(),
		Outcome: cmp.Or(r.Status.Outcome, v1alpha1.OutcomePending), Status: g.status(),
	})
}

// Names implements output.Named.
func (g *given) Names() []string { return []string{inquiry.Kind + "/" + g.request.Name} }

// Text says what was answered, for which parties, and what the request waits for.
func (g *given) Text(t *terminal.Terminal, _ output.TextOptions) error {
	r := g.request
	lines := []string{
		t.Paint(terminal.Bold, terminal.Escape(g.headline())),
		labelled(t, "Title", r.Spec.Title),
		labelled(t, "Topic", r.Spec.Topic+" of "+r.Namespace+"/"+r.Spec.Map+", asked by "+r.Spec.RequestedBy),
	}
	if r.Spec.Subject != "" {
		lines = append(lines, labelled(t, "Subject", r.Spec.Subject))
	}
	lines = append(lines, labelled(t, "As", g.as()))
	if status := g.status(); status != "" {
		lines = append(lines, labelled(t, "Status", status))
	}
	if g.countsForNone() {
		lines = append(lines, t.Paint(terminal.Yellow, labelled(t, "Note", "this answer counts for no party: you speak for none of "+strings.Join(r.Status.To, ", "))))
	}
	_, err := fmt.Fprintln(t.Out, strings.Join(lines, "\n"))
	return err
}

// headline says what was done.
func (g *given) headline() string {
	name := inquiry.Name(g.request, g.namespace)
	done := inquiry.PastTense(g.response.Verdict)
	switch {
	case !g.changed:
		return "unchanged: you have " + done + " " + name + " already"
	case g.verdict == v1alpha1.VerdictComment && g.before != nil && g.before.Verdict != v1alpha1.VerdictComment:
		return "commented on " + name + ". Your answer stays " + string(g.before.Verdict)
	case g.before != nil && g.before.Verdict != g.response.Verdict && g.before.Verdict != v1alpha1.VerdictComment:
		return done + " " + name + ". Your answer was " + string(g.before.Verdict)
	default:
		return done + " " + name
	}
}

// as says who has answered, in which groups, and for which parties.
func (g *given) as() string {
	text := g.response.By
	if len(g.response.Groups) > 0 {
		text += " in " + strings.Join(g.response.Groups, ", ")
	}
	if parties := g.parties(); len(parties) > 0 {
		text += ", for " + strings.Join(parties, ", ")
	}
	return text
}
