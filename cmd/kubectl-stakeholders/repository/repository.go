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

// Package repository renders a routing table to files for a source repository: CODEOWNERS, OWNERS_ALIASES, Backstage's
// catalog-info.yaml, and GitHub's issue form and contact links for feature requests. A user commits the files, so this
// package writes nothing. It is pure: the same table and options give the same bytes.
//
// People choose the names in a table. The renderers ensure that a name cannot change anything in a file but itself.
// They leave out what a file cannot contain, and report it as a Finding.
package repository

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// ErrOptions is wrapped by every error about options. The text says which option is invalid, and what to do.
var ErrOptions = errors.New("invalid options")

// File is one file of a repository.
type File struct {
	// Path from the root of the repository, with slashes.
	Path string
	// Content is UTF-8 and ends with a line break.
	Content []byte
}

// Code is the kind of a finding. Codes are stable.
type Code string

// The codes of findings.
const (
	// CodeNoGitHubUser is about a party without a handle that GitHub or Prow could use.
	CodeNoGitHubUser Code = "NoGitHubUser"
	// CodeTeam is about a GitHub team where only users are allowed.
	CodeTeam Code = "Team"
	// CodeNoParty is about an entry without any party of the map.
	CodeNoParty Code = "Nobody"
	// CodeNotLinked is about a party without a web page among its handles.
	CodeNotLinked Code = "NotLinked"
	// CodeOverridden is about a rule whose files all belong to a later rule.
	CodeOverridden Code = "Overridden"
	// CodeNotCarried is about a name or a value that the file cannot contain.
	CodeNotCarried Code = "NotCarried"
)

// Finding is something in the table that a file leaves out.
type Finding struct {
	// Path of the file.
	Path string
	Code Code
	// Message is one line for people: who or what is missing, and what to do. Names in it are quoted.
	Message string
}

// Output is the result of a renderer.
type Output struct {
	// Files are sorted by path, without duplicates.
	Files []File
	// Findings are sorted by path, code and message, without duplicates.
	Findings []Finding
}

// Options select what to render. Nil parts are left out.
type Options struct {
	CodeOwners    *CodeOwnersOptions
	OwnersAliases *OwnersAliasesOptions
	Catalog       *CatalogOptions
	IssueForms    *IssueFormsOptions
}

// Render renders every part that has options. The error wraps ErrOptions.
func Render(table *routing.RoutingTable, options Options) (Output, error) {
	var all Output
	var problems []error
	add := func(part Output, err error) {
		all.Files = append(all.Files, part.Files...)
		all.Findings = append(all.Findings, part.Findings...)
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

func (o *Output) found(path string, code Code, message string) {
	o.Findings = append(o.Findings, Finding{Path: path, Code: code, Message: message})
}
