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
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// PartyName is the name of a party for people.
func PartyName(p *routing.DocumentParty) string {
	if p.DisplayName != "" {
		return p.DisplayName
	}
	return p.Name
}

// PartyNames are the names of parties for people, in a row.
func PartyNames(parties []routing.DocumentParty) string {
	names := make([]string, len(parties))
	for i := range parties {
		names[i] = PartyName(&parties[i])
	}
	return strings.Join(names, ", ")
}

// Describe is a party in words: "ACME procurement board (customer, ACME Corp)".
func Describe(p *routing.DocumentParty) string {
	about := []string{words.Role(p.Role)}
	if p.Organization != "" {
		about = append(about, p.Organization)
	}
	return PartyName(p) + " (" + strings.Join(about, ", ") + ")"
}

// QuorumWords says how many of the parties have to approve.
func QuorumWords(q *routing.Quorum, parties int) string {
	count := int(q.Count)
	switch {
	case parties == 0:
		return "no party can approve now"
	case count > parties:
		return fmt.Sprintf("%d approvals are needed, but only %s can give one now", count, messages.Count(parties, "party", "parties"))
	case count == 1 && parties == 1:
		return "this one approval is enough"
	case count == 1:
		return fmt.Sprintf("one approval of these %d parties is enough", parties)
	case count == parties:
		return fmt.Sprintf("all %d parties have to approve", parties)
	default:
		return fmt.Sprintf("at least %d of these %d parties have to approve", count, parties)
	}
}

// ReplyWords says how long the parties have to respond, and what follows.
func ReplyWords(a *Answer) string {
	switch {
	case a.RespondWithin == "":
		return ""
	case len(a.EscalateTo) == 0:
		return "within " + a.RespondWithin
	default:
		return "within " + a.RespondWithin + ", then ask " + PartyNames(a.EscalateTo)
	}
}
