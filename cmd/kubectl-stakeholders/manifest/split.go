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
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxDocument bounds the bytes of a document: the API server accepts no larger request. The YAML library can take two hundred
// times as much memory.
const MaxDocument = 3 << 20

// separator begins the line between two documents.
const separator = "---"

// Raw is the text of one document of a stream.
type Raw struct {
	File string
	// Line is the line of the file, from 1, in which the text begins.
	Line int
	Text []byte
}

// Parse calls each for every object of a stream, in order, and holds one document at a time. An empty document is
// skipped. It stops at the first error: a *SyntaxError, an error of the stream, or the error of each.
func Parse(file string, stream io.Reader, each func(*Document) error) error {
	return Split(file, stream, func(raw Raw) error { return raw.Objects(each) })
}

// Split calls each for the text of every document of a stream, as kubectl splits it: lines that begin with "---" separate
// documents, and only a comment may follow on them. A byte order mark is removed, and UTF-16 becomes UTF-8.
//
// A long List in a form of kubectl becomes several Lists, so that it may have any size.
func Split(file string, stream io.Reader, each func(Raw) error) error {
	s := &splitter{
		file: file, line: 1, first: 1, each: each,
		lines: bufio.NewReaderSize(transform.NewReader(stream, unicode.BOMOverride(unicode.UTF8.NewDecoder())), 64<<10),
	}
	for {
		done, err := s.next()
		if err != nil {
			return err
		}
		if len(s.text) > 0 && (done || s.ended) {
			if err := s.document(); err != nil {
				return err
			}
		}
		if done {
			return nil
		}
	}
}

type splitter struct {
	file  string
	lines *bufio.Reader
	each  func(Raw) error
	// line is the number of the next line, and first that of the document.
	line, first int
	text        []byte
	// ended says that the last line was a separator after text.
	ended bool
	list  list
}

// document passes on the document that has ended.
func (s *splitter) document() error {
	if s.list.parts && !s.list.ended {
		if err := s.passOn(len(s.text)); err != nil {
			return err
		}
	}
	raw := Raw{File: s.file, Line: s.first, Text: s.text}
	parts, form := s.list.parts, s.list.form
	s.text, s.first, s.list = nil, s.line, list{}
	if parts && form != &yamlList {
		// Text of YAML can look like a List in JSON.
		var object json.RawMessage
		if err := json.Unmarshal(raw.Text, &object); err != nil {
			return raw.notJSON(err)
		}
	}
	return s.each(raw)
}

// next reads a line. It reports whether it was the last one.
func (s *splitter) next() (done bool, err error) {
	begin := len(s.text)
	for {
		part, err := s.lines.ReadSlice('\n')
		s.text = append(s.text, part...)
		switch {
		case len(s.text) > MaxDocument:
			return false, &SyntaxError{
				File: s.file, Line: s.first,
				Problem: fmt.Sprintf("the document is larger than %d MiB, which the API server refuses: split it, or format a List as kubectl does", MaxDocument>>20),
			}
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			done = true
		case err != nil:
			return false, unreadable(s.file, err)
		}
		if err := s.separate(begin); err != nil {
			return done, err
		}
		return done, s.splitList(begin)
	}
}

// separate looks at the line that begins there in the text.
func (s *splitter) separate(begin int) error {
	line := s.text[begin:]
	if bytes.HasSuffix(line, []byte("\r\n")) {
		s.text = append(s.text[:len(s.text)-2], '\n')
	}
	number := s.line
	s.line++
	s.ended = bytes.HasPrefix(line, []byte(separator))
	if !s.ended {
		return nil
	}
	if after := bytes.TrimSpace(line[len(separator):]); len(after) > 0 && after[0] != '#' {
		return &SyntaxError{File: s.file, Line: number, Problem: fmt.Sprintf("not YAML: %.40q after ---, where only a comment may follow", after)}
	}
	if begin == 0 {
		// Nothing has ended. The line becomes part of the next document, so that lines are still counted from its first.
		s.ended = false
		return nil
	}
	s.text = s.text[:begin]
	return nil
}
