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
	"errors"
	"io"
	"os/exec"
	"path"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// tree is the content of a revision. The same files of it are read as on the disk: git follows its links.
type tree struct {
	*revision

	// dir is a folder of the working tree, in which git runs.
	dir    string
	commit string
}

// blob is a file in a revision.
type blob struct {
	// object is what git is asked for: the content or, for a link, the path.
	object, path string
	// found says that the user has named a folder and not this file.
	found bool
}

// list returns the files to read of a path. It reports whether there is such a path.
func (t *tree) list(ctx context.Context, root string, recursive bool) (blobs []blob, found bool, err error) {
	a, err := t.ask(ctx, root)
	if err != nil {
		return nil, false, err
	}
	switch a.kind {
	case kindBlob:
		return []blob{{a.id, root, false}}, true, nil
	case kindTree:
		blobs, err = t.listFolder(ctx, a.id, root, recursive)
		return blobs, true, err
	case kindDangling:
		isLink, err := t.isLink(ctx, root)
		if err != nil || !isLink {
			return nil, false, err
		}
		return nil, false, t.unfollowed(root, a.kind)
	case kindOutside, kindLoop:
		return nil, false, t.unfollowed(root, a.kind)
	default:
		return nil, false, nil
	}
}

// listFolder returns the files to read of a folder. Whether a link leads to a file is known when git is asked for it.
func (t *tree) listFolder(ctx context.Context, id, root string, recursive bool) ([]blob, error) {
	args := []string{"ls-tree", "-z", "--full-tree"}
	if recursive {
		args = append(args, "-r")
	}
	out, err := t.git(ctx, t.dir, "", append(args, id)...)
	if err != nil {
		return nil, t.unread("list", root, err)
	}
	var blobs []blob
	for entry := range bytes.SplitSeq(out, []byte{0}) {
		description, name, ok := strings.Cut(string(entry), "\t")
		fields := strings.Fields(description)
		if !ok || len(fields) != 3 {
			continue
		}
		if recursive && fields[1] == kindCommit {
			return nil, t.unfollowed(path.Join(root, name), kindCommit)
		}
		if fields[1] != kindBlob || !manifest.IsFound(name) {
			continue
		}
		b := blob{fields[2], path.Join(root, name), true}
		const symlink = "120000"
		if fields[0] == symlink {
			if b.object, err = t.object(b.path); err != nil {
				return nil, err
			}
		}
		blobs = append(blobs, b)
	}
	return blobs, nil
}

// isLink reports whether a path that leads nowhere is a link itself. Otherwise, a link before it leads to a folder without it.
func (t *tree) isLink(ctx context.Context, p string) (bool, error) {
	folder, name := path.Split(p)
	a, err := t.ask(ctx, strings.TrimSuffix(folder, "/"))
	if err != nil || a.kind != kindTree {
		return false, err
	}
	out, err := t.git(ctx, t.dir, "", "ls-tree", "-z", "--full-tree", a.id, "--", name)
	if err != nil {
		return false, t.unread("list", folder, err)
	}
	return len(out) > 0, nil
}

// unfollowed is the error about a link or submodule that does not lead to a file of the revision.
func (t *tree) unfollowed(p, kind string) error {
	switch kind {
	case kindCommit:
		return failure.Usage("%s:%s is a submodule, so its files are in another repository: name files outside of it with -f, or only the submodule", t.name, p)
	case kindOutside:
		return failure.Usage("%s:%s is a link that leads out of the repository, so what it led to is unknown: name other files with -f", t.name, p)
	case kindLoop:
		return failure.Usage("%s:%s cannot be read: it is a link that leads to itself", t.name, p)
	default:
		return failure.Usage("%s:%s cannot be read: it is a link that leads nowhere", t.name, p)
	}
}

// parse reads files by one process of git.
func (t *tree) parse(ctx context.Context, blobs []blob, each func(*manifest.Document) error) (err error) {
	var objects strings.Builder
	for _, b := range blobs {
		objects.WriteString(b.object + "\n")
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := gitCommand(ctx, t.dir, objects.String(), "cat-file", "--batch", "--follow-symlinks")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return notInstalled(err)
	}
	end := func() error {
		cancel() // git may still want to write.
		return cmd.Wait()
	}
	defer func() { _ = end() }()
	contents := bufio.NewReader(stdout)
	for _, b := range blobs {
		a, err := nextAnswer(contents)
		if err != nil {
			if exit, ok := errors.AsType[*exec.ExitError](end()); ok {
				exit.Stderr, err = stderr.Bytes(), exit
			}
			return t.unread("read", b.path, err)
		}
		if err := t.parseAnswer(contents, a, b, each); err != nil {
			return err
		}
	}
	return nil
}

// parseAnswer reads the file that follows an answer of git. It passes over a link to a folder.
func (t *tree) parseAnswer(contents *bufio.Reader, a answer, b blob, each func(*manifest.Document) error) (err error) {
	parse := manifest.Parse
	if b.found {
		parse = manifest.ParseFound
	}
	content := io.LimitReader(contents, a.size)
	switch a.kind {
	case kindBlob:
		err = parse(t.name+":"+b.path, content, each)
	case kindTree:
		_, err = io.Copy(io.Discard, content)
	default:
		err = t.unfollowed(b.path, a.kind)
	}
	if err != nil {
		return err
	}
	// A line break follows.
	_, err = contents.Discard(1)
	return err
}
