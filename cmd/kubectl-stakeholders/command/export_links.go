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

package command

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// linkTarget returns the path of the file that a path in a folder leads to: itself or, if it is a link, the file in the folder that
// it leads to. The file need not exist.
func linkTarget(root *os.Root, name string) (string, error) {
	for {
		info, err := root.Lstat(name)
		if errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return name, err
		}
		// This fails for a link that leads out of the folder, and for one that leads to itself.
		if _, err := root.Stat(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		link, err := root.Readlink(name)
		if err != nil {
			return "", err
		}
		folder, _ := path.Split(name)
		name = folder + filepath.ToSlash(link)
	}
}

// cannot says why a path in a folder cannot be read or written. It names the link for which that is.
func cannot(be string, root *os.Root, name string, err error) error {
	for end := range len(name) + 1 {
		if end < len(name) && name[end] != '/' {
			continue
		}
		part := name[:end]
		info, statErr := root.Lstat(part)
		if statErr != nil || info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		if _, statErr := root.Stat(part); statErr != nil {
			return failure.Usage("%s is a symbolic link that cannot be followed in %s: %w", path.Join(root.Name(), part), root.Name(), pathProblem(statErr))
		}
	}
	return failure.Usage("%s cannot be %s: %w", path.Join(root.Name(), name), be, pathProblem(err))
}

// pathProblem is an error about a path without the path, which the message names already.
func pathProblem(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	if linkError, ok := errors.AsType[*os.LinkError](err); ok {
		return linkError.Err
	}
	return err
}
