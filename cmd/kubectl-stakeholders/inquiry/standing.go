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

package inquiry

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/decide"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Map is what is known of the map that a request asks about.
type Map struct {
	UID   types.UID
	Table *routing.RoutingTable
}

// Standing is where a request stands by the operator's rules, also if the operator has not seen its latest answers.
type Standing struct {
	decide.Verdict

	topic *routing.Topic
}

// StandingOf returns where a request stands. It takes for granted that admission is in force, as the operator last saw it.
func StandingOf(r *v1alpha1.StakeholderRequest, m Map, now time.Time) Standing {
	in := decide.Inputs{MapUID: m.UID, Table: m.Table, Admission: decide.Admission{Revision: r.Status.Admission}}
	if r.Status.Admission == "" {
		in.Admission.Revision = "assumed"
	}
	s := Standing{Verdict: decide.Decide(r, in, now)}
	if s.Routing == decide.Routed && m.Table != nil {
		topic := m.Table.Resolve(r.Spec.Topic)
		s.topic = &topic
	}
	return s
}

// Parties returns those of the topic for which a person speaks with a verdict, by their keys.
func (s *Standing) Parties(p product.Identity, v v1alpha1.Verdict) []string {
	return decide.PartiesOf(p.User, p.Groups, s.asked(v))
}

// Groups returns the groups of a person that the topic names for a verdict, sorted.
func (s *Standing) Groups(p product.Identity, v v1alpha1.Verdict) []string {
	var out []string
	for _, party := range s.asked(v) {
		for _, subject := range party.Subjects {
			if v1alpha1.SubjectKind(subject.Kind) == v1alpha1.SubjectGroup && slices.Contains(p.Groups, subject.Name) {
				out = append(out, subject.Name)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// asked returns the parties for which a verdict can be given.
func (s *Standing) asked(v v1alpha1.Verdict) []routing.Party {
	switch {
	case s.topic == nil:
		return nil
	case v == v1alpha1.VerdictSupport, v == v1alpha1.VerdictComment:
		return s.topic.To
	default:
		return decide.Deciders(s.topic)
	}
}

// NeverDecided says why a request is never decided, or "".
func NeverDecided(r *v1alpha1.StakeholderRequest, s Standing) string {
	switch s.Routing {
	case decide.MapNotFound:
		if r.Status.MapUID == "" {
			return ""
		}
		return "StakeholderMap " + r.Spec.Map + " was deleted, so no answer counts any more. Ask again about another product"
	case decide.MapReplaced:
		return "StakeholderMap " + r.Spec.Map + " was deleted and created again since this was asked, so no answer counts any more. Ask again with `kubectl stakeholders request`"
	case decide.AuthorUnverified:
		return "it is not known who asked it, so no answer counts. Ask again with `kubectl stakeholders request`"
	case decide.WithdrawalUnverified:
		return "it is not known who withdrew it, so no answer counts any more. Ask again with `kubectl stakeholders request`"
	default:
		return ""
	}
}

// Summary says in one line where an open request stands.
func (s *Standing) Summary() string {
	switch s.Status.Class {
	case v1alpha1.ClassApproval:
		return fmt.Sprintf("%d of %d parties have approved; it waits for %s", len(s.Have), s.Status.Required, messages.Or(s.WaitsFor))
	case v1alpha1.ClassFeatureRequest:
		return supported(s.Status.Supporters, "it waits for "+messages.Or(s.WaitsFor))
	default:
		return "a consultation collects comments and has no outcome"
	}
}
