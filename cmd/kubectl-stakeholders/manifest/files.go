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
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// stdinName is how messages name standard input.
const stdinName = "<stdin>"

// Files says what to read.
type Files struct {
	// Names of files and folders, or Stdin.
	Names []string
	// Recursive says whether to read folders in folders, too.
	Recursive bool
}

// Source is a file to read, or standard input.
type Source struct {
	// Path of the file, or Stdin.
	Path string
	// Found says that the user has named a folder and not this file. It may then hold something else than objects.
	Found bool
}

// Name is how messages name it.
func (s Source) Name() string {
	if s.Path == Stdin {
		return stdinName
	}
	return s.Path
}

// Read calls each for every object in the files, in the order of the names; in a folder by file name. Files of a folder may
// hold documents that are no objects, such as a kustomization.
func (f *Files) Read(ctx context.Context, stdin io.Reader, each func(*Document) error) error {
	sources, err := f.Sources()
	if err != nil {
		return err
	}
	for _, source := range sources {
		err := source.Split(ctx, stdin, func(raw Raw) error {
			if source.Found {
				return raw.objectsIfAny(each)
			}
			return raw.Objects(each)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ParseFound is Parse for a file in a folder that the user has named. It may hold documents that are no objects.
func ParseFound(file string, stream io.Reader, each func(*Document) error) error {
	return Split(file, stream, func(raw Raw) error { return raw.objectsIfAny(each) })
}

// Split calls each for the text of every document of the file.
func (s Source) Split(ctx context.Context, stdin io.Reader, each func(Raw) error) error {
	stream, err := s.open(stdin)
	if err != nil {
		return err
	}
	defer stream.Close() //nolint:errcheck // nothing was written
	return Split(s.Name(), stream, func(raw Raw) error {
		if ctx.Err() != nil {
			return failure.ErrInterrupted
		}
		return each(raw)
	})
}

// ReadAll returns the content of the source, of at most a number of bytes.
func (s Source) ReadAll(stdin io.Reader, most int64) ([]byte, error) {
	stream, err := s.open(stdin)
	if err != nil {
		return nil, err
	}
	defer stream.Close() //nolint:errcheck // nothing was written
	content, err := io.ReadAll(io.LimitReader(stream, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("it is larger than %d MiB", most>>20)
	}
	if err != nil {
		return nil, unreadable(s.Name(), err)
	}
	return content, nil
}

func (s Source) open(stdin io.Reader) (io.ReadCloser, error) {
	if s.Path == Stdin {
		return io.NopCloser(stdin), nil
	}
	file, err := os.Open(s.Path)
	if err != nil {
		return nil, unreadable(s.Path, err)
	}
	return file, nil
}

// Sources returns the files to read.
func (f *Files) Sources() ([]Source, error) {
	var sources []Source
	for _, name := range f.Names {
		if name == Stdin {
			sources = append(sources, Source{Path: Stdin})
			continue
		}
		found, err := f.sources(name)
		if err != nil {
			return nil, err
		}
		sources = append(sources, found...)
	}
	return sources, nil
}

func unreadable(path string, err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	return fmt.Errorf("%s cannot be read: %w", path, err)
}
