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
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// revision is a revision of the git repository that holds a file. Paths that git gets are literal, and a revision never
// begins with a dash, so neither can be taken for an option or a pattern.
type revision struct {
	// name is what the user typed.
	name string
	// orPath says that the user could have typed a path instead.
	orPath bool
}

func newRevision(flag, name string, orPath bool) (*revision, error) {
	if strings.HasPrefix(name, "-") {
		return nil, failure.Usage("%s %s is no revision of git: it begins with a dash", flag, name)
	}
	return &revision{name, orPath}, nil
}

// read calls each for every object of a file or folder in the revision. It reports whether there is such a path.
func (r *revision) read(ctx context.Context, files *manifest.Files, name string, each func(*manifest.Document) error) (found bool, err error) {
	if name == manifest.Stdin {
		return false, failure.Usage("standard input has no revisions: name files with -f")
	}
	t, paths, err := r.find(ctx, name)
	if err != nil {
		return false, err
	}
	for _, path := range paths {
		blobs, found, err := t.list(ctx, path, files.Recursive)
		switch {
		case err != nil || found && len(blobs) == 0:
			return found, err
		case found:
			return true, t.parse(ctx, blobs, each)
		}
	}
	return false, nil
}

// find returns the content of the revision, and the paths in it that a name can stand for, in their order. A name is followed as
// the links of the revision lead. The disk can have others, or links that git does not know.
func (r *revision) find(ctx context.Context, name string) (*tree, []string, error) {
	written, linked, err := places(name)
	if err != nil {
		return nil, nil, failure.Usage("%s: %w", name, err)
	}
	dir := existingFolder(written)
	top, err := r.workingTree(ctx, dir)
	if err != nil {
		// A link outside of a repository can lead into one.
		dir = existingFolder(linked)
		top, err = r.workingTree(ctx, dir)
	}
	if err != nil {
		return nil, nil, notInRepository(name, err)
	}
	commit, err := r.git(ctx, dir, "", "rev-parse", "--verify", "--quiet", r.name+"^{commit}")
	if err != nil {
		return nil, nil, r.unknown(name, err)
	}
	var paths []string
	for _, place := range []string{written, linked} {
		if path, ok := pathBelow(top, place); ok && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return &tree{r, dir, strings.TrimSpace(string(commit))}, paths, nil
}

// workingTree returns the folder of the whole working tree that a folder is in.
func (r *revision) workingTree(ctx context.Context, dir string) (string, error) {
	top, err := r.git(ctx, dir, "", "rev-parse", "--show-toplevel")
	return strings.TrimSuffix(string(top), "\n"), err
}

// places returns the path that a name is as it is written, and the one to which the links on the disk lead. They are the same if
// the name has ".." after a link, because that is not a path without the link.
func places(name string) (written, linked string, err error) {
	if written, err = filepath.Abs(name); err != nil {
		return "", "", err
	}
	dir := existingFolder(written)
	if linked, err = filepath.EvalSymlinks(dir); err != nil {
		return "", "", err
	}
	linked = filepath.Join(linked, strings.TrimPrefix(written, dir))
	if target, err := filepath.EvalSymlinks(name); err == nil {
		linked, err = filepath.Abs(target)
		if !sameFile(written, linked) {
			written = linked
		}
		return written, linked, err
	}
	return written, linked, nil
}

func sameFile(a, b string) bool {
	first, err := os.Stat(a)
	second, otherErr := os.Stat(b)
	return err == nil && otherErr == nil && os.SameFile(first, second)
}

// existingFolder returns the folder that a path begins with and that exists. A file may exist only in the revision.
func existingFolder(absolute string) string {
	for dir := absolute; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.IsDir() || dir == filepath.Dir(dir) {
			return dir
		}
	}
}

// pathBelow returns the rest of a path below the folder of a working tree, which git may write in another way.
func pathBelow(top, absolute string) (path string, ok bool) {
	for dir, rest := absolute, ""; ; dir, rest = filepath.Dir(dir), filepath.Join(filepath.Base(dir), rest) {
		if sameFile(dir, top) {
			path, ok = filepath.ToSlash(rest), true
		}
		if dir == filepath.Dir(dir) {
			return path, ok
		}
	}
}
