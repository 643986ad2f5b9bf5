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
	"strconv"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/words"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// Phrase is a sentence in which names stand apart from our own words. Names are user input: they may look like words of
// the sentence, like a mention, or like markup.
type Phrase []word

type word struct {
	text   string
	isName bool
	// isStrong is for the words that a reviewer looks for.
	isStrong bool
}

// say adds our own words.
func (p *Phrase) say(text string) { *p = append(*p, word{text: text}) }

// stress adds a word of our own that a reviewer looks for.
func (p *Phrase) stress(text string) { *p = append(*p, word{text: text, isStrong: true}) }

// name adds a name.
func (p *Phrase) name(name string) { *p = append(*p, word{text: name, isName: true}) }

// add adds another phrase.
func (p *Phrase) add(other Phrase) { *p = append(*p, other...) }

// Plain returns the sentence for a terminal. A name that could be taken for words of the sentence is quoted.
func (p *Phrase) Plain() string {
	var out strings.Builder
	for _, w := range *p {
		if w.isName && !isPlain(w.text) {
			out.WriteString(strconv.Quote(w.text))
		} else {
			out.WriteString(w.text)
		}
	}
	return out.String()
}

// Markdown returns the sentence for a comment on a pull request. Names are in code spans, in which no markup and no
// mention works.
func (p *Phrase) Markdown() string {
	var out strings.Builder
	for _, w := range *p {
		switch {
		case w.isName:
			out.WriteString(words.CodeSpan(w.text))
		case w.isStrong:
			out.WriteString("**" + w.text + "**")
		default:
			out.WriteString(w.text)
		}
	}
	return out.String()
}

// isPlain reports whether a name is one visible word without quotes and separators.
func isPlain(name string) bool {
	return name != "" && visible.Line(name) && !strings.ContainsAny(name, " \t\"'`,;()")
}

// listed joins phrases: "a, b and c". More than most are counted.
func listed(items []Phrase, most int) Phrase {
	var out Phrase
	more := len(items) - most
	if more > 0 {
		items = items[:most]
	}
	for i, item := range items {
		switch {
		case i == 0:
		case i == len(items)-1 && more <= 0:
			out.say(" and ")
		default:
			out.say(", ")
		}
		out.add(item)
	}
	if more > 0 {
		out.say(" and " + strconv.Itoa(more) + " more")
	}
	return out
}

// clauses joins phrases by semicolons.
func clauses(items []Phrase) Phrase {
	var out Phrase
	for i, item := range items {
		if i > 0 {
			out.say("; ")
		}
		out.add(item)
	}
	return out
}

func named(name string) Phrase { return Phrase{{text: name, isName: true}} }

func allNamed(list []string) []Phrase {
	out := make([]Phrase, len(list))
	for i, name := range list {
		out[i] = named(name)
	}
	return out
}
