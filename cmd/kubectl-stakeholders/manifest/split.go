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
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxDocument bounds the bytes of a document: the API server accepts no larger request. The YAML library can take two hundred
// times as much memory.
const MaxDocument = 3 << 20

// listPart is about how many bytes of a List that is larger than a document may be are read together.
const listPart = 1 << 20

// separator begins the line between two documents.
const separator = "---"

// Parse calls each for every object of a stream, in order, and holds one document at a time. An empty document is
// skipped. It stops at the first error: a *SyntaxError, an error of the stream, or the error of each.
func Parse(file string, stream io.Reader, each func(*Document) error) error {
	return Split(file, stream, func(raw Raw) error { return raw.Objects(each) })
}

// Split calls each for the text of every document of a stream, as kubectl splits it: lines that begin with "---" separate
// documents, and only a comment may follow on them. A byte order mark is removed, and UTF-16 becomes UTF-8. Bytes in another
// encoding are refused: kubectl replaces them, so that a name would become another.
//
// A List in a form of kubectl may be larger than MaxDocument. Then each is called for parts of it.
func Split(file string, stream io.Reader, each func(Raw) error) error {
	return split(file, stream, bounds{document: MaxDocument, part: listPart}, each)
}

// bounds are numbers of bytes.
type bounds struct {
	// document is the most that one may have which is not read in parts, and part about how many a part has.
	document, part int
}

func split(file string, stream io.Reader, most bounds, each func(Raw) error) error {
	decoded := transform.NewReader(stream, unicode.BOMOverride(transform.Nop))
	s := &splitter{
		file: file, most: most, line: 1, first: 1, each: each,
		lines: bufio.NewReaderSize(transform.NewReader(decoded, encoding.UTF8Validator), 64<<10),
	}
	for {
		done, err := s.next()
		if err != nil {
			return err
		}
		if done || s.ended {
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
	most  bounds
	each  func(Raw) error
	// line is the number of the next line, and first that of the document.
	line, first int
	text        []byte
	form        textForm
	// begin is where the last line begins in the text.
	begin int
	// ended says that the last line was a separator after text.
	ended bool
	list  list
	// notJSON says that the text looked like JSON, and is not.
	notJSON bool
}

// document passes on the document that has ended.
func (s *splitter) document() error {
	var err error
	if s.list.parts {
		err = s.endList()
	} else if len(s.text) > 0 {
		err = s.each(Raw{File: s.file, Line: s.first, Text: s.text, form: s.form})
	}
	s.text, s.first, s.form, s.list, s.notJSON = nil, s.line, anyForm, list{}, false
	return err
}

// next reads a line. It reports whether it was the last one.
func (s *splitter) next() (done bool, err error) {
	s.begin = len(s.text)
	for {
		part, err := s.lines.ReadSlice('\n')
		s.text = append(s.text, part...)
		if len(s.text) > s.most.document {
			if err := s.shorten(); err != nil {
				return false, err
			}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			done = true
		case errors.Is(err, encoding.ErrInvalidUTF8):
			return false, &SyntaxError{File: s.file, Line: s.line, Problem: "the text is not UTF-8: save the file as UTF-8"}
		case err != nil:
			return false, unreadable(s.file, err)
		}
		if err := s.separate(); err != nil {
			return done, err
		}
		return done, s.followLine()
	}
}

// separate looks at the last line for the end of a document.
func (s *splitter) separate() error {
	line := s.text[s.begin:]
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
	s.text = s.text[:s.begin]
	if s.begin == 0 {
		// Nothing has ended. The next document begins in the next line.
		s.ended, s.first, s.form = false, s.line, anyForm
	}
	return nil
}

// followLine looks at the last line for what ends in it.
func (s *splitter) followLine() error {
	line := s.text[s.begin:]
	if s.ended || len(line) == 0 {
		return nil
	}
	if s.begin == 0 && line[0] == '\n' {
		s.text, s.first = s.text[:0], s.line
		return nil
	}
	closes := s.text[0] == '{' && string(bytes.TrimRight(line, " \n")) == "}"
	if err := s.followList(line); err != nil || !closes || s.notJSON {
		return err
	}
	if s.notJSON = !s.list.parts && !isJSON(s.text); s.notJSON {
		return nil
	}
	// What follows may be another List.
	err := s.document()
	s.form = afterJSON
	return err
}
