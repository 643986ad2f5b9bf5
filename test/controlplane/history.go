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

package controlplane

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// UpgradeFromEnv names a revision to upgrade from, in place of the previous commit.
const UpgradeFromEnv = "UPGRADE_FROM"

// Previous writes files of the previous commit into a folder, or of the revision that UpgradeFromEnv names: all of them, or
// those below some paths. It returns the revision. In a clone of one commit it is that commit: an upgrade from a version to
// itself.
func Previous(ctx context.Context, dir string, paths ...string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	revision := cmp.Or(os.Getenv(UpgradeFromEnv), previousCommit(ctx, root))
	archive := filepath.Join(dir, "sources.tar")
	for _, command := range [][]string{
		append([]string{"git", "-C", root, "archive", "--output=" + archive, revision}, paths...),
		{"tar", "-xf", archive, "-C", dir},
	} {
		output, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
		if err != nil {
			return revision, fmt.Errorf("the files of %s, the version to upgrade from, are not available: %w: %s", revision, err, strings.TrimSpace(string(output)))
		}
	}
	return revision, nil
}

// previousCommit is a name for the parent of HEAD, or HEAD itself in a clone that lacks it.
func previousCommit(ctx context.Context, root string) string {
	const parent = "HEAD~1"
	if exec.CommandContext(ctx, "git", "-C", root, "cat-file", "-e", parent+"^{tree}").Run() != nil {
		return "HEAD"
	}
	return parent
}
