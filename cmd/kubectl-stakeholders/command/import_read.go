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

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// maxImport is the size up to which a file is read. GitHub ignores a larger CODEOWNERS.
const maxImport = 3 << 20

// contents reads files of formats that are no Kubernetes objects.
func (i *importing) contents(names []string) ([]importer.File, error) {
	out := make([]importer.File, 0, len(names))
	for _, name := range names {
		content, err := manifest.Source{Path: name}.ReadAll(i.In, maxImport)
		if err != nil {
			return nil, failure.Usage("%w", err)
		}
		if bytes.IndexByte(content, 0) >= 0 {
			return nil, failure.Usage("%s is no text file: it has control characters, as binary files do", name)
		}
		// Some editors on Windows begin a file with a byte order mark.
		out = append(out, importer.File{Name: name, Content: bytes.TrimPrefix(content, []byte("\ufeff"))})
	}
	return out, nil
}

func (i *importing) codeOwners(_ context.Context, names []string) (*importer.Draft, error) {
	files, err := i.contents(names)
	if err != nil {
		return nil, err
	}
	return importer.CodeOwners(files, i.options()), nil
}

func (i *importing) ownersAliases(_ context.Context, names []string) (*importer.Draft, error) {
	files, err := i.contents(names)
	if err != nil {
		return nil, err
	}
	draft, err := importer.OwnersAliases(files, i.options())
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	return draft, nil
}

func (i *importing) backstage(ctx context.Context, names []string) (*importer.Draft, error) {
	var entities []*importer.Entity
	files := manifest.Files{Names: names}
	err := files.Read(ctx, i.In, func(d *manifest.Document) error {
		entity, err := importer.ParseEntity(d.JSON)
		if err != nil {
			return &manifest.SyntaxError{File: d.File, Line: d.Begin(), Problem: err.Error()}
		}
		entities = append(entities, entity)
		return nil
	})
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	draft, err := importer.Backstage(entities, i.options())
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	return draft, nil
}
