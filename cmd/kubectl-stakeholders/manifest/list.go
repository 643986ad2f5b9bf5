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

// listHead begins each part of a List.
const (
	listHead      = "apiVersion: v1\nkind: List\nitems:\n"
	listHeadLines = 3
)

// list is where a document has the objects of a List, if it has them as kubectl prints them: in block style, with a "-" at
// the beginning of the line of each object. No text of an object can have such a line. An alias to an object in another
// part is an error, and never another object.
type list struct {
	// begin is where the objects that are not passed on begin in the text, after the line "items:". It is 0 if there is no
	// such line.
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
	case s.list.begin == 0:
		if bytes.Equal(bytes.TrimRight(line, " \n"), []byte("items:")) {
			s.list = list{begin: len(s.text), line: s.line}
		}
		return nil
	case strings.IndexByte(" \t\n#", line[0]) >= 0:
		return nil
	case line[0] == '-':
		if begin-s.list.begin < listPart {
			return nil
		}
	default:
		// What follows the objects belongs to the List, such as its kind.
		s.list.ended = true
		if !s.list.parts {
			return nil
		}
	}
	return s.passOn(begin)
}

// passOn passes on the objects up to an end in the text, and removes them from it.
func (s *splitter) passOn(end int) error {
	part := Raw{File: s.file, Line: s.list.line - listHeadLines, Text: slices.Concat([]byte(listHead), s.text[s.list.begin:end])}
	s.text = append(s.text[:s.list.begin], s.text[end:]...)
	s.list.line, s.list.parts = s.line-1, true
	return s.each(part)
}
