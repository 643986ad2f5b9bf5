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
	"path/filepath"
	"slices"
	"strings"
)

// Stdin is the name that stands for standard input.
const Stdin = "-"

// stdinName is how messages name standard input.
const stdinName = "<stdin>"

// extensions are those of the files that are read in a folder.
var extensions = []string{".yaml", ".yml", ".json"}

// Files says what to read.
type Files struct {
	// Names of files and folders, or Stdin.
	Names []string
	// Recursive says whether to read folders in folders, too.
	Recursive bool
}

// Read calls each for every object in the files, in the order of the names; in a folder by file name.
func (f *Files) Read(ctx context.Context, stdin io.Reader, each func(*Document) error) error {
	for _, name := range f.Names {
		if name == Stdin {
			if err := Parse(stdinName, stdin, each); err != nil {
				return err
			}
			continue
		}
		paths, err := f.paths(name)
		if err != nil {
			return err
		}
		for _, path := range paths {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := readFile(path, each); err != nil {
				return err
			}
		}
	}
	return nil
}

func readFile(path string, each func(*Document) error) error {
	file, err := os.Open(path) //nolint:gosec // the user names it
	if err != nil {
		return unreadable(path, err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	return Parse(path, file, each)
}

// paths returns the files of a name that the user gave.
func (f *Files) paths(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	var paths []string
	err = filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return unreadable(path, err)
		case entry.IsDir() && path != name && !f.Recursive:
			return fs.SkipDir
		case !entry.IsDir() && slices.Contains(extensions, strings.ToLower(filepath.Ext(path))):
			paths = append(paths, path)
		}
		return nil
	})
	return paths, err
}

func unreadable(path string, err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	return fmt.Errorf("%s cannot be read: %w", path, err)
}
