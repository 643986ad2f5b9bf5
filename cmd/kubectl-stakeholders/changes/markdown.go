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

package changes

import (
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// Markdown returns the report as a comment on a pull request: the summary, who gains and loses what, and the routing below
// in a fold. Without all, the number of changes is bounded.
func (r *Report) Markdown(all bool) string {
	var out strings.Builder
	line := func(text string) { out.WriteString(text + "\n") }
	line("**Stakeholders** " + words.CodeSpan(r.From) + " → " + words.CodeSpan(r.To) + ": " + r.Summary.String())
	sections, hidden := r.Sections(all)
	for i := range sections {
		s := &sections[i]
		line("")
		if s.Map == "" {
			line("#### Policy")
		} else {
			line("#### " + words.CodeSpan(s.Map))
		}
		line("")
		items(&out, s.Rights)
		if len(s.Routing) > 0 {
			if len(s.Rights) > 0 {
				line("")
			}
			line("<details><summary>" + messages.Count(len(s.Routing), "change", "changes") + " of parties and topics</summary>")
			line("")
			items(&out, s.Routing)
			line("")
			line("</details>")
		}
		if more := s.MoreText(); more != "" {
			line("")
			line(more)
		}
	}
	if text := HiddenText(hidden); text != "" {
		line("")
		line(text)
	}
	if text := r.Caveat(); text != "" {
		line("")
		line(text)
	}
	return out.String()
}

func items(out *strings.Builder, list []Change) {
	for i := range list {
		out.WriteString("- " + list[i].Phrase.Markdown() + "\n")
	}
}
