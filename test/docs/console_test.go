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

package docs

import (
	"fmt"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
	"github.com/stakeholders-dev/stakeholder-operator/test/golden"
)

// command is one of a block of console.
type command struct {
	line int
	text string
	// want is what the page shows.
	want string
}

const prompt = "$ "

// shown compares with what a page shows, which can leave text out.
var shown = golden.Output{Anything: "…"}

// commandsOf are the commands of a block of console. A backslash continues one on the next line.
func commandsOf(b markdown.Block) ([]command, error) {
	var out []command
	continued := false
	for i, line := range strings.Split(strings.TrimSuffix(b.Text, "\n"), "\n") {
		text, begins := strings.CutPrefix(line, prompt)
		switch {
		case continued:
			out[len(out)-1].text += "\n" + line
		case begins:
			out = append(out, command{line: b.Line + i, text: text})
		case len(out) == 0:
			return nil, fmt.Errorf("line %d: a block of console begins with %q and a command", b.Line, prompt)
		default:
			out[len(out)-1].want += line + "\n"
			continue
		}
		continued = strings.HasSuffix(line, `\`)
	}
	return out, nil
}

// reads are the beginnings of commands that change nothing, so that they can be repeated.
var reads = []string{
	"kubectl get ", "kubectl auth can-i ", "kubectl stakeholders ask ", "kubectl stakeholders can ", "kubectl stakeholders who-can ",
	"kubectl stakeholders list ", "kubectl stakeholders inbox ", "kubectl stakeholders requests ", "kubectl stakeholders audit ",
}

func (c command) onlyReads() bool {
	for _, beginning := range reads {
		if strings.HasPrefix(c.text, beginning) {
			return true
		}
	}
	return false
}

// unwrapped is a text on one line.
func unwrapped(text string) string {
	return strings.Join(strings.Fields(text), " ")
}
