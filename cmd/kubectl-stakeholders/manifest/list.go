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
	"slices"
	"strings"
)

// listPart is how many bytes of a List are read together.
const listPart = 1 << 20

// listForm is how kubectl prints a List: each object begins in a line of its own, and no text of an object can have such a
// line.
type listForm struct {
	// head and tail are around the objects of a part.
	head, tail string
	// object is what the line of each object begins with.
	object string
	// isInner reports whether another line belongs to an object.
	isInner func(line []byte) bool
}

var yamlList = listForm{
	head: "apiVersion: v1\nkind: List\nitems:\n", object: "-",
	isInner: func(line []byte) bool { return strings.IndexByte(" \t\n#", line[0]) >= 0 },
}

// jsonList is the form of JSON that indents the objects.
func jsonList(indent string) *listForm {
	return &listForm{
		head: `{"apiVersion": "v1", "kind": "List", "items": [` + "\n", tail: "]}\n", object: indent + "{",
		isInner: func(line []byte) bool { return bytes.HasPrefix(line, []byte(indent)) },
	}
}

// list is where a document has the objects of a List, if it is in a form of kubectl. An alias to an object in another part is
// an error, and never another object.
type list struct {
	// form is nil before the line of items.
	form *listForm
	// begin is where the objects that are not passed on begin in the text.
	begin int
	// line is the number of that place.
	line int
	// parts says that some are passed on. What is left then has other lines than the file.
	parts bool
	// ended says that all objects are passed on.
	ended bool
}

// splitList looks at the line that begins there in the text, and passes on the objects before it if they are long enough.
func (s *splitter) splitList(begin int) error {
	if s.ended || s.list.ended || begin >= len(s.text) {
		return nil
	}
	line := s.text[begin:]
	switch {
	case s.list.form == nil:
		s.list = list{form: s.listForm(line), begin: len(s.text), line: s.line}
		return nil
	case bytes.HasPrefix(line, []byte(s.list.form.object)):
		if begin-s.list.begin < listPart {
			return nil
		}
	case s.list.form.isInner(line):
		return nil
	default:
		// What follows the objects belongs to the List, such as its kind.
		s.list.ended = true
		if !s.list.parts {
			return nil
		}
	}
	return s.passOn(begin)
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

// passOn passes on the objects up to an end in the text, and removes them from it.
func (s *splitter) passOn(end int) error {
	form, objects := s.list.form, s.text[s.list.begin:end]
	if form.tail != "" {
		objects = bytes.TrimSuffix(bytes.TrimRight(objects, " \n"), []byte(","))
	}
	part := Raw{
		File: s.file, Line: s.list.line - strings.Count(form.head, "\n"),
		Text: slices.Concat([]byte(form.head), objects, []byte(form.tail)),
	}
	s.text = append(s.text[:s.list.begin], s.text[end:]...)
	s.list.line, s.list.parts = s.line-1, true
	return s.each(part)
}
