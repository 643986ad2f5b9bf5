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
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
)

// destination is a file and where it is written.
type destination struct {
	repository.File

	// target is the path in the folder, which differs from that of the file if that is a link.
	target string
}

// writeBelow writes files below a folder. None is written if one exists and may not be replaced. os.Root keeps every
// path, and every symbolic link in the folder, inside of it.
func (e *export) writeBelow(folder string, files []repository.File) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return failure.Usage("--out %s is no folder that can be opened: %w", folder, pathProblem(err))
	}
	defer root.Close() //nolint:errcheck // nothing is written through it any more
	var pending []destination
	var existing []string
	for _, file := range files {
		target, err := linkTarget(root, file.Path)
		if err != nil {
			return cannot("read", root, file.Path, err)
		}
		content, err := root.ReadFile(target)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && e.force:
			pending = append(pending, destination{file, target})
		case err != nil:
			return cannot("read", root, file.Path, err)
		case !bytes.Equal(content, file.Content):
			existing = append(existing, path.Join(folder, file.Path))
		}
	}
	if len(existing) > 0 {
		return failure.Usage("these files exist and differ: %s. Add --force to overwrite them", strings.Join(existing, ", "))
	}
	for _, file := range pending {
		if err := writeFile(root, file, e.force); err != nil {
			return cannot("written", root, file.Path, err)
		}
	}
	return e.wrote(folder, files, pending)
}

// wrote says on standard error which files were written. Standard output stays empty, as it holds the file without --out.
func (e *export) wrote(folder string, files []repository.File, written []destination) error {
	for _, file := range files {
		state := "unchanged"
		if slices.ContainsFunc(written, func(w destination) bool { return w.Path == file.Path }) {
			state = "written"
		}
		if _, err := fmt.Fprintln(e.ErrOut, path.Join(folder, file.Path)+": "+state); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes a temporary file next to the target and moves it there, so that no reader sees half a file. Without
// overwrite, the move fails if the target exists.
func writeFile(root *os.Root, file destination, overwrite bool) (err error) {
	// A path with ".." after a link must not be cleaned.
	folder, _ := path.Split(file.target)
	if err := root.MkdirAll("./"+folder, 0o755); err != nil {
		return err
	}
	temporary := folder + ".stakeholders-" + rand.Text()
	defer func() {
		if removeErr := root.Remove(temporary); err == nil && !errors.Is(removeErr, fs.ErrNotExist) {
			err = removeErr
		}
	}()
	if err := root.WriteFile(temporary, file.Content, 0o644); err != nil {
		return err
	}
	if overwrite {
		return root.Rename(temporary, file.target)
	}
	if err := root.Link(temporary, file.target); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Some file systems have no links.
	return root.Rename(temporary, file.target)
}
