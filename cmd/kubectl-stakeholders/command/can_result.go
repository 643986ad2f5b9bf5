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
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// access says whether a user has a verb on a topic.
type access struct {
	metav1.TypeMeta `json:",inline"`

	Product product.Reference `json:"product"`
	Topic   string            `json:"topic"`
	Verb    string            `json:"verb"`
	// Subject of the verb use.
	Subject string `json:"subject,omitempty"`
	product.Identity
	Allowed bool `json:"allowed"`
	// Check says how that was found out.
	Check  cluster.Check `json:"check"`
	Reason string        `json:"reason"`
	// AuthorizerReason is what the API server says.
	AuthorizerReason string              `json:"authorizerReason,omitempty"`
	Parties          []product.PartyRole `json:"parties,omitempty"`
}

// explain fills in the answer of the API server, or of the map, and the reason for it.
func (a *access) explain(p *product.Product, verdict cluster.Verdict) {
	standing := p.Standing(a.Topic, a.Verb, a.Identity)
	a.Product, a.Parties = p.Reference(), standing.Parties
	a.Allowed, a.Check, a.AuthorizerReason = verdict.Allowed, verdict.Check, verdict.Reason
	a.Reason = standing.Reason
	switch {
	case verdict.Check == cluster.CheckNone:
		a.Allowed = standing.Declared
	case verdict.Allowed && !standing.Declared:
		a.Reason = "by a right outside the map; the API server gives no reason"
		if verdict.Reason != "" {
			a.Reason = "by a right outside the map: " + verdict.Reason
		}
	case !verdict.Allowed && standing.Declared:
		a.Reason = standing.Reason + ", but the API server refuses"
		if verdict.Reason != "" {
			a.Reason += ": " + verdict.Reason
		}
	}
}

// approval fills in the answer of the API server about a subject. It says nothing about approvals if the user may use all subjects.
func (a *access) approval(verdict cluster.Verdict) error {
	about := a.Topic + " of " + a.Product.Key()
	switch {
	case verdict.Check == cluster.CheckNone:
		return failure.Cluster("you may not ask what %s may do: leave out --as, because an approval counts for all users", a.Identity)
	case verdict.Unlimited:
		return failure.Cluster("%s may use everything, approved or not, so the API server cannot say what is approved. "+
			"Add --as with the name of a user who has few rights", a.Identity)
	case verdict.Allowed:
		a.Reason = a.Subject + " is approved for " + about
	default:
		a.Reason = a.Subject + " is not approved for " + about + ". `kubectl stakeholders requests " + a.Product.Key() + " --topic " + a.Topic + " --all` lists what was asked"
	}
	a.Allowed, a.Check, a.AuthorizerReason = verdict.Allowed, verdict.Check, verdict.Reason
	return nil
}

// withoutMap fills in the answer of the API server about a map that the user may not read.
func (a *access) withoutMap(verdict cluster.Verdict) error {
	if verdict.Check == cluster.CheckNone {
		return failure.Cluster("you may neither read StakeholderMap %s/%s nor ask what %s may do. Ask an admin of the namespace for one of both",
			a.Product.Namespace, a.Product.Name, a.Identity)
	}
	a.Allowed, a.Check, a.AuthorizerReason = verdict.Allowed, verdict.Check, verdict.Reason
	a.Reason = orElse(verdict.Reason, fmt.Sprintf("no rule lets %s %s %s of %s/%s, which you may not read", a.Identity, a.Verb, a.Topic, a.Product.Namespace, a.Product.Name))
	return nil
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Text implements output.Result.
func (a *access) Text(t *terminal.Terminal, options output.TextOptions) error {
	word := t.Paint(terminal.Red, "no")
	if a.Allowed {
		word = t.Paint(terminal.Green, "yes")
	}
	if a.Check == cluster.CheckNone {
		word += " (declared, not checked)"
	}
	lines := []string{t.Indented(word+":", a.Reason)}
	if options.Wide && a.AuthorizerReason != "" {
		lines = append(lines, t.Indented("The API server says:", a.AuthorizerReason))
	}
	_, err := fmt.Fprintln(t.Out, strings.Join(lines, "\n"))
	return err
}
