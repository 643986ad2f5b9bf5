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
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// revision is a revision of the git repository that holds a file. Paths that git gets are literal, and a revision never
// begins with a dash, so neither can be taken for an option or a pattern.
type revision struct {
	// name is what the user typed.
	name string
}

func newRevision(flag, name string) (*revision, error) {
	if strings.HasPrefix(name, "-") {
		return nil, failure.Usage("%s %s is no revision of git: it begins with a dash", flag, name)
	}
	return &revision{name}, nil
}

// blob is a file in a revision.
type blob struct {
	id, path string
	// found says that the user has named a folder and not this file.
	found bool
}

// read calls each for every object of a file or folder in the revision. It reports whether there is such a path.
func (r *revision) read(ctx context.Context, files *manifest.Files, name string, each func(*manifest.Document) error) (found bool, err error) {
	if name == manifest.Stdin {
		return false, failure.Usage("standard input has no revisions: name files with -f")
	}
	dir, rest, err := existingFolder(name)
	if err != nil {
		return false, err
	}
	prefix, err := r.git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return false, notInRepository(name, err)
	}
	commit, err := r.git(ctx, dir, "rev-parse", "--verify", "--quiet", r.name+"^{commit}")
	if err != nil {
		return false, r.unknown(name, err)
	}
	root := path.Join(strings.TrimSuffix(string(prefix), "\n"), filepath.ToSlash(rest))
	blobs, found, err := r.list(ctx, dir, strings.TrimSpace(string(commit)), root, files.Recursive)
	if err != nil || len(blobs) == 0 {
		return found, err
	}
	return true, r.parse(ctx, dir, blobs, each)
}

// existingFolder returns the folder that a path begins with and that exists, and the rest of the path. A file may exist only in
// the revision.
func existingFolder(name string) (dir, rest string, err error) {
	// git knows a file by the name that a symbolic link leads to.
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	if dir, err = filepath.Abs(name); err != nil {
		return "", "", failure.Usage("%s: %w", name, err)
	}
	for {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir, rest, nil
		}
		rest = filepath.Join(filepath.Base(dir), rest)
		dir = filepath.Dir(dir)
	}
}

// list returns the files to read below a path in a commit.
func (r *revision) list(ctx context.Context, dir, commit, root string, recursive bool) (blobs []blob, found bool, err error) {
	args := []string{"ls-tree", "-r", "-z", "--full-tree", commit}
	if root != "" {
		args = append(args, "--", root)
	}
	out, err := r.git(ctx, dir, args...)
	if err != nil {
		return nil, false, failure.Usage("git cannot list %s in %s: %w", root, r.name, err)
	}
	for entry := range bytes.SplitSeq(out, []byte{0}) {
		description, name, ok := strings.Cut(string(entry), "\t")
		fields := strings.Fields(description)
		if !ok || len(fields) != 3 {
			continue
		}
		found = true
		const symlink = "120000"
		if fields[1] != "blob" || fields[0] == symlink || name != root && !isRead(root, name, recursive) {
			continue
		}
		blobs = append(blobs, blob{fields[2], name, name != root})
	}
	return blobs, found, nil
}

// isRead reports whether a file below a folder is one that is read in the working tree, too.
func isRead(root, name string, recursive bool) bool {
	below := strings.TrimPrefix(strings.TrimPrefix(name, root), "/")
	return manifest.IsFound(name) && (recursive || !strings.Contains(below, "/"))
}

// parse reads files by one process of git.
func (r *revision) parse(ctx context.Context, dir string, blobs []blob, each func(*manifest.Document) error) (err error) {
	var ids strings.Builder
	for _, b := range blobs {
		ids.WriteString(b.id + "\n")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := gitCommand(ctx, dir, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(ids.String())
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return notInstalled(err)
	}
	defer func() {
		cancel() // git may still want to write.
		_ = cmd.Wait()
	}()
	contents := bufio.NewReader(stdout)
	for _, b := range blobs {
		size, err := nextSize(contents)
		if err != nil {
			return failure.Usage("git cannot read %s in %s: %w", b.path, r.name, err)
		}
		parse := manifest.Parse
		if b.found {
			parse = manifest.ParseFound
		}
		if err := parse(r.name+":"+b.path, io.LimitReader(contents, size), each); err != nil {
			return err
		}
		if _, err := contents.Discard(1); err != nil {
			return failure.Usage("git cannot read %s in %s: %w", b.path, r.name, err)
		}
	}
	return nil
}

// nextSize reads the line that "git cat-file --batch" writes before the content of an object and a line break:
// "<id> blob <size>".
func nextSize(r *bufio.Reader) (size int64, err error) {
	header, err := r.ReadString('\n')
	if err != nil {
		return 0, err
	}
	var id, kind string
	if _, err := fmt.Sscanf(header, "%s %s %d", &id, &kind, &size); err != nil || size < 0 {
		return 0, fmt.Errorf("unexpected answer %q", strings.TrimSpace(header))
	}
	return size, nil
}
