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

package manifest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// listForm is how kubectl prints a List: each object begins in a line of its own, and no text of an object can have such a
// line. A file can look so and be something else, so that each part and the rest of the List are checked.
type listForm struct {
	// items is the form of the parts.
	items textForm
	// object is what the line of each object begins with.
	object string
	// isInner reports whether another line belongs to an object.
	isInner func(line []byte) bool
	// mark puts a text in the place of all objects, at the end of the line before them.
	mark string
	// document reads what is left of the List.
	document func(Raw) (*Document, error)
}

var yamlList = listForm{
	items: yamlItems, object: "-", mark: " [%s]", document: Raw.yamlDocument,
	isInner: func(line []byte) bool {
		first, _ := utf8.DecodeRune(line)
		return strings.ContainsRune(" \t\n#", first) || isOldLineBreak(first)
	},
}

// jsonList is the form of JSON that indents the objects.
func jsonList(indent string) *listForm {
	return &listForm{
		items: jsonItems, object: indent + "{", mark: "%q", document: Raw.jsonDocument,
		isInner: func(line []byte) bool { return bytes.HasPrefix(line, []byte(indent)) },
	}
}

// list is where a document has the objects of a List, if it is in a form of kubectl. An alias to an object in another part is
// an error, and never another object.
type list struct {
	// form is nil before the line of items.
	form *listForm
	// cuts are the places between which the objects of a part are. The first is where those begin that are not passed on.
	cuts []place
	// object is where the last object begins.
	object place
	// parts says that some are passed on.
	parts bool
	// ended says that the last cut is the end of all objects.
	ended bool
}

// place is where a line begins: in the text, and its number in the file.
type place struct{ offset, line int }

// followList looks at the last line for the objects of a List.
func (s *splitter) followList(line []byte) error {
	l, here := &s.list, place{s.begin, s.line - 1}
	switch {
	case l.ended:
	case l.form == nil:
		if form := s.listForm(line); form != nil {
			l.form, l.object = form, place{len(s.text), s.line}
			l.cuts = []place{l.object}
		}
	case bytes.HasPrefix(line, []byte(l.form.object)):
		l.object = here
		if here.offset-l.cuts[len(l.cuts)-1].offset >= s.most.part {
			l.cuts = append(l.cuts, here)
		}
	case !l.form.isInner(line):
		// What follows the objects belongs to the List, such as its kind.
		l.cuts, l.ended = append(l.cuts, here), true
	}
	if l.parts {
		return s.passOn()
	}
	return nil
}

// listForm returns the form of a List whose objects follow the line, or nil.
func (s *splitter) listForm(line []byte) *listForm {
	line = bytes.TrimRight(line, " \n")
	if string(line) == "items:" {
		return &yamlList
	}
	indent, found := bytes.CutSuffix(line, []byte(`"items": [`))
	if !found || len(indent) == 0 || len(bytes.TrimLeft(indent, " ")) > 0 || s.text[0] != '{' {
		return nil
	}
	// Objects are indented twice as far as items only in the outermost object.
	return jsonList(strings.Repeat(" ", 2*len(indent)))
}

// shorten passes on objects of a List, because the document is too large to be read as a whole.
func (s *splitter) shorten() error {
	if l := &s.list; len(l.cuts) > 0 && !l.ended && l.object != l.cuts[len(l.cuts)-1] {
		l.cuts = append(l.cuts, l.object)
	}
	if err := s.passOn(); err != nil || len(s.text) <= s.most.document {
		return err
	}
	return s.tooLarge()
}

func (s *splitter) tooLarge() error {
	return &SyntaxError{
		File: s.file, Line: s.first,
		Problem: fmt.Sprintf("the document is larger than %d MiB, which the API server refuses: split it, or format a List as kubectl does", MaxDocument>>20),
	}
}

// passOn passes on the objects up to the last cut, and removes them from the text.
func (s *splitter) passOn() error {
	l := &s.list
	last := len(l.cuts) - 1
	if last < 1 {
		return nil
	}
	begin, end := l.cuts[0], l.cuts[last]
	for i := range last {
		from, to := l.cuts[i], l.cuts[i+1]
		raw := Raw{File: s.file, Line: from.line, Text: slices.Clone(s.text[from.offset:to.offset]), form: l.form.items}
		if raw.form == jsonItems {
			raw.Text = arrayOf(raw.Text, l.ended && i+1 == last)
		}
		if err := s.each(raw); err != nil {
			return err
		}
	}
	s.text = slices.Delete(s.text, begin.offset, end.offset)
	s.begin -= end.offset - begin.offset
	l.object = place{begin.offset, end.line}
	l.parts, l.cuts = true, []place{l.object}
	return nil
}

// arrayOf makes an array in JSON of lines with objects. The first byte is of the indentation. All but the last lines of a List
// end with a comma.
func arrayOf(lines []byte, last bool) []byte {
	if len(lines) == 0 {
		return []byte("[]")
	}
	lines[0] = '['
	lines = bytes.TrimRight(lines, " \n")
	if !last {
		var found bool
		if lines, found = bytes.CutSuffix(lines, []byte(",")); !found {
			return append(lines, "\n{"...) // That is no JSON, which its reader reports.
		}
	}
	return append(lines, ']')
}

// endList passes on the last objects of a List, and checks the rest of it: the objects that were passed on have to be what
// kubectl would read. A mark stands for all of them. No author of the text can write it, because it is a hash of the text.
func (s *splitter) endList() error {
	l := &s.list
	if !l.ended {
		l.cuts, l.ended = append(l.cuts, place{len(s.text), s.line}), true
	}
	if err := s.passOn(); err != nil {
		return err
	}
	mark := fmt.Sprintf("x%x", sha256.Sum256(s.text))
	before, after := bytes.TrimSuffix(s.text[:l.cuts[0].offset], []byte("\n")), s.text[l.cuts[0].offset:]
	rest := Raw{File: s.file, Line: s.first, Text: slices.Concat(before, fmt.Appendf(nil, l.form.mark, mark), []byte("\n"), after)}
	d, err := l.form.document(rest)
	if problem, ok := errors.AsType[*SyntaxError](err); ok {
		if next := s.first + bytes.Count(before, []byte("\n")) + 1; problem.Line >= next {
			problem.Line += l.cuts[0].line - next
		}
		return err
	}
	if d == nil || !d.isListOf(mark) {
		return s.tooLarge()
	}
	return nil
}
