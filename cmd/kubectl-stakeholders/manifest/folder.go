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
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// extensions are those of the files that are read in a folder.
var extensions = []string{".yaml", ".yml", ".json"}

// IsFound reports whether a file in a folder is read.
func IsFound(path string) bool {
	return slices.Contains(extensions, strings.ToLower(filepath.Ext(path)))
}

// sources returns the files of a name that the user gave. Like kubectl, it follows links to files in a folder. A link to a
// folder is followed only if the user has named it, so that no cycle of links has an effect.
func (f *Files) sources(name string) ([]Source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	if !info.IsDir() {
		return []Source{{Path: name}}, nil
	}
	var sources []Source
	// WalkDir follows a link only with a separator at its end.
	root := name + string(filepath.Separator)
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return unreadable(path, err)
		case entry.IsDir() && path != root && !f.Recursive:
			return fs.SkipDir
		case entry.IsDir() || !IsFound(path):
			return nil
		}
		isFile, err := leadsToFile(path, entry)
		if isFile {
			sources = append(sources, Source{Path: path, Found: true})
		}
		return err
	})
	if err == nil && len(sources) == 0 {
		return nil, &NoFilesError{Folder: name, Recursive: f.Recursive}
	}
	return sources, err
}

// leadsToFile reports whether an entry of a folder, which is no folder, is a file or a link to one.
func leadsToFile(path string, entry fs.DirEntry) (bool, error) {
	if entry.Type()&fs.ModeSymlink == 0 {
		return true, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return false, unreadable(path, err)
	}
	return !info.IsDir(), nil
}

// NoFilesError says that a folder has no file that is read.
type NoFilesError struct {
	Folder    string
	Recursive bool
}

func (e *NoFilesError) Error() string {
	instead := ": use -R to read its folders, too"
	if e.Recursive {
		instead = ""
	}
	return fmt.Sprintf("%s has no files that end in %s%s", e.Folder, strings.Join(extensions, ", "), instead)
}
