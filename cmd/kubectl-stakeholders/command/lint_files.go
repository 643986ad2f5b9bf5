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
	"context"
	"errors"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// maxStdin bounds the bytes of standard input, which lint may have to read twice.
const maxStdin = 128 << 20

// lintFiles are the files to check.
type lintFiles struct {
	where   string
	sources []manifest.Source
	stdin   []byte
}

// openFiles finds the files. It reads standard input as a whole: a policy at its end applies to the maps before it.
func (l *linting) openFiles() (*lintFiles, error) {
	sources, err := l.source.files.Sources()
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	files := &lintFiles{where: l.source.where(), sources: sources}
	for _, source := range sources {
		if source.Path != manifest.Stdin || files.stdin != nil {
			continue
		}
		if files.stdin, err = source.ReadAll(l.In, maxStdin); err != nil {
			return nil, failure.Usage("%w. Write it to files, and name them with -f", err)
		}
	}
	return files, nil
}

// each returns what to check, in order.
func (f *lintFiles) each(ctx context.Context) lint.Source {
	return func(each func(lint.Input) error) error {
		for _, source := range f.sources {
			err := source.Split(ctx, bytes.NewReader(f.stdin), func(raw manifest.Raw) error {
				return each(lint.Input{Raw: raw, Found: source.Found})
			})
			if problem, ok := errors.AsType[*manifest.SyntaxError](err); ok {
				err = each(lint.Input{Problem: problem})
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// policy returns the policy in the files that kubectl would apply last. Nil means that there is none, or that it is invalid: then
// the operator would not put it in force, and the findings say so.
func (f *lintFiles) policy(ctx context.Context) *v1alpha1.StakeholderPolicySpec {
	var found *v1alpha1.StakeholderPolicySpec
	look := func(d *manifest.Document) error {
		if !isPolicy(d) {
			return nil
		}
		policy, err := decodePolicy(ctx, d)
		if err == nil {
			found = policy
		}
		return err
	}
	// What cannot be read is reported when it is checked.
	_ = f.each(ctx)(func(in lint.Input) error {
		if bytes.Contains(in.Text, []byte(names.KindPolicy)) {
			_ = in.Objects(look)
		}
		return nil
	})
	return found
}

// nothing is the error about files without anything to check.
func (f *lintFiles) nothing() error {
	return failure.Usage("no StakeholderMap, StakeholderPolicy or StakeholderRequest in %s: name other files with -f, or -R for folders in folders", f.where)
}
