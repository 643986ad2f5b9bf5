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

package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// sources lists the files of a checkout, as hack/verify.sh does: those that git tracks or would add. Without git, as in a source archive, it
// lists everything except the tools.
func sources(ctx context.Context, root string) ([]string, error) {
	git := func(args ...string) ([]byte, error) {
		return exec.CommandContext(ctx, "git", append([]string{"-C", root}, args...)...).Output()
	}
	if _, err := git("rev-parse", "--is-inside-work-tree"); err != nil {
		return walk(os.DirFS(root))
	}
	listed, err := git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if err != nil {
		return nil, fmt.Errorf("git ls-files: %w", err)
	}
	names := strings.FieldsFunc(string(listed), func(r rune) bool { return r == 0 })
	slices.Sort(names)
	// During a merge, git lists a file in conflict several times.
	names = slices.Compact(names)
	// git still lists a deleted file until the deletion is committed. It also lists links and other checkouts in this one.
	return slices.DeleteFunc(names, func(name string) bool {
		info, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name)))
		return err != nil || !info.Mode().IsRegular()
	}), nil
}

// walk lists all files but those of git and of tools: the folder bin, and what npm has installed.
func walk(files fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "bin" || name == ".git" || path.Base(name) == "node_modules"):
			return fs.SkipDir
		case entry.Type().IsRegular() && name != ".git":
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// withFolders are the files, and the folders that they are in.
func withFolders(names []string) map[string]bool {
	all := make(map[string]bool, len(names))
	for _, name := range names {
		for ; !all[name]; name = path.Dir(name) {
			all[name] = true
		}
	}
	return all
}
