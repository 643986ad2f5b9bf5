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

// Package repository turns a routing table into files for a source repository: CODEOWNERS, OWNERS_ALIASES,
// Backstage's catalog-info.yaml, and GitHub's issue form and contact links for feature requests. Somebody commits
// them, so nothing here writes anywhere. It is pure: the same table and options give the same bytes.
//
// Names in a table are whatever people have called themselves. Each file is written so that no name can change what
// the file says beyond that name; what cannot be carried is left out and reported as a Finding.
package repository

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// ErrOptions is in the chain of every error that is about the options. The text says which, and what to do.
var ErrOptions = errors.New("invalid options")

// File is one file of a repository.
type File struct {
	// Path from the root of the repository, with slashes.
	Path string
	// Content is UTF-8 and ends with a line break.
	Content []byte
}

// Code says what kind of thing a finding is about. Codes are stable.
type Code string

// The codes of findings.
const (
	// CodeNoGitHubUser is about a party that has no handle by which GitHub, or Prow, could know it there.
	CodeNoGitHubUser Code = "NoGitHubUser"
	// CodeTeam is about a GitHub team where only users can stand.
	CodeTeam Code = "Team"
	// CodeNobody is about an entry that names no party of the map.
	CodeNobody Code = "Nobody"
	// CodeNotLinked is about a party whose handles lead to no web page.
	CodeNotLinked Code = "NotLinked"
	// CodeNotCarried is about a name or a value that the file cannot hold.
	CodeNotCarried Code = "NotCarried"
)

// Finding is something that the table says and a file does not.
type Finding struct {
	// Path of the file.
	Path string
	// Code says what it is about.
	Code Code
	// Message is one line for people: who or what is missing, and what to do. Names stand in it quoted.
	Message string
}

// Output is what a renderer makes of a table.
type Output struct {
	// Files are sorted by path, each path once.
	Files []File
	// Findings are sorted by path, code and message, each once.
	Findings []Finding
}

// Options say what to render. Every part that is nil is left out.
type Options struct {
	CodeOwners    *CodeOwnersOptions
	OwnersAliases *OwnersAliasesOptions
	Catalog       *CatalogOptions
	IssueForms    *IssueFormsOptions
}

// Render renders every part for which there are options. The error has ErrOptions in its chain.
func Render(table *routing.RoutingTable, options Options) (Output, error) {
	var parts []Output
	var problems []error
	add := func(part Output, err error) {
		parts = append(parts, part)
		problems = append(problems, err)
	}
	if options.CodeOwners != nil {
		add(CodeOwners(table, *options.CodeOwners))
	}
	if options.OwnersAliases != nil {
		add(OwnersAliases(table, *options.OwnersAliases))
	}
	if options.Catalog != nil {
		add(Catalog(table, *options.Catalog))
	}
	if options.IssueForms != nil {
		add(IssueForms(table, *options.IssueForms))
	}
	if err := errors.Join(problems...); err != nil {
		return Output{}, err
	}
	var all Output
	for _, part := range parts {
		all.Files = append(all.Files, part.Files...)
		all.Findings = append(all.Findings, part.Findings...)
	}
	return all.sorted(), nil
}

func (o *Output) sorted() Output {
	slices.SortFunc(o.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(o.Findings, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(string(a.Code), string(b.Code)), strings.Compare(a.Message, b.Message))
	})
	o.Findings = slices.Compact(o.Findings)
	return *o
}

// found adds a finding about the file at a path.
func (o *Output) found(path string, code Code, message string) {
	o.Findings = append(o.Findings, Finding{Path: path, Code: code, Message: message})
}
