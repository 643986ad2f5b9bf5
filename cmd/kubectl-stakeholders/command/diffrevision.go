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
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// withRevision compares the files, or a second revision, with a revision.
func (d *diffCommand) withRevision(ctx context.Context, policy *v1alpha1.StakeholderPolicySpec) (*sides, error) {
	from, err := newRevision("--from", d.from, d.to == "")
	if err != nil {
		return nil, err
	}
	to, err := newRevision("--to", d.to, false)
	if err != nil {
		return nil, err
	}
	s := &sides{from: d.from, to: d.to, removes: true}
	was := make(map[string]bool)
	s.before, err = d.readSide(ctx, func(each func(*manifest.Document) error) error {
		return d.eachName(func(name string) (err error) {
			was[name], err = from.read(ctx, &d.source.files, name, each)
			return err
		})
	}, policy)
	if err != nil {
		return nil, err
	}
	s.after, err = d.readSide(ctx, func(each func(*manifest.Document) error) error {
		return d.eachName(func(name string) error {
			if d.to == "" {
				return d.remaining(ctx, name, was[name], each)
			}
			is, err := to.read(ctx, &d.source.files, name, each)
			if err == nil && !is && !was[name] {
				err = failure.Usage("%s is neither in %s nor in %s", name, d.from, d.to)
			}
			return err
		})
	}, policy)
	if d.to == "" {
		s.to = d.onDisk()
	}
	return s, err
}

func (d *diffCommand) eachName(f func(name string) error) error {
	for _, name := range d.source.files.Names {
		if err := f(name); err != nil {
			return err
		}
	}
	return nil
}

// remaining reads what is left on the disk of a file or folder, which may be nothing if it was in the revision. A file that cannot
// be read is not deleted.
func (d *diffCommand) remaining(ctx context.Context, name string, was bool, each func(*manifest.Document) error) error {
	if _, err := os.Lstat(name); was && isAbsent(err) {
		return nil
	}
	files := manifest.Files{Names: []string{name}, Recursive: d.source.files.Recursive}
	err := files.Read(ctx, d.In, each)
	if _, empty := errors.AsType[*manifest.NoFilesError](err); was && empty {
		return nil
	}
	return err
}

// isAbsent reports whether an error says that there is no such file. In place of its folder, there can be a file.
func isAbsent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
