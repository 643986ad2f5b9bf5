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
	"strconv"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// The kinds of answers of "git cat-file --follow-symlinks": what an object is, or why a link does not lead to one
// (https://git-scm.com/docs/git-cat-file#_batch_output).
const (
	kindBlob     = "blob"
	kindTree     = "tree"
	kindCommit   = "commit" // a submodule in a folder
	kindMissing  = "missing"
	kindDangling = "dangling"
	kindLoop     = "loop"
	kindOutside  = "symlink"
)

// answer is what git says about an object before its content.
type answer struct {
	kind, id string
	size     int64
}

// ask asks git what a path is.
func (t *tree) ask(ctx context.Context, path string) (answer, error) {
	object, err := t.object(path)
	if err != nil {
		return answer{}, err
	}
	out, err := t.git(ctx, t.dir, object+"\n", "cat-file", "--batch-check", "--follow-symlinks")
	if err != nil {
		return answer{}, t.unread("find", path, err)
	}
	return nextAnswer(bufio.NewReader(bytes.NewReader(out)))
}

// object is how git is asked for a path. Each line is a question, so that a path with a line break would be two.
func (t *tree) object(path string) (string, error) {
	if strings.ContainsAny(path, "\r\n") {
		return "", failure.Usage("git cannot be asked for %q in %s: the path has a line break", path, t.name)
	}
	return t.commit + ":" + path, nil
}

// nextAnswer reads the line before a content and a line break: "<id> <kind> <size>" or, if a link leads to no object, "<kind>
// <size>". "<object> missing" has no content.
func nextAnswer(r *bufio.Reader) (a answer, err error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return a, err
	}
	if strings.HasSuffix(line, " "+kindMissing+"\n") {
		return answer{kind: kindMissing}, nil
	}
	fields := strings.Fields(line)
	switch len(fields) {
	case 2:
		a.kind = fields[0]
	case 3:
		a.id, a.kind = fields[0], fields[1]
	default:
		return a, fmt.Errorf("unexpected answer %q", strings.TrimSpace(line))
	}
	if a.size, err = strconv.ParseInt(fields[len(fields)-1], 10, 64); err != nil || a.size < 0 {
		return a, fmt.Errorf("unexpected answer %q", strings.TrimSpace(line))
	}
	return a, nil
}
