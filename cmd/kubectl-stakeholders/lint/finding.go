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

// Package lint finds the mistakes in files with maps, policies and requests, before they are applied: those for which the
// API server would refuse them, and those that the operator would report. It is pure.
package lint

import (
	"cmp"
	"slices"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Level says how bad a finding is.
type Level string

const (
	// Error : the API server or the operator refuses the object.
	Error Level = "error"
	// Warning : the object is valid, but worth a look.
	Warning Level = "warning"
)

// The codes of findings that are not about a rule for maps. Package explain explains them.
const (
	// Schema : the API server refuses the object.
	Schema = "Schema"
	// InvalidPolicy : the operator does not put a policy in force.
	InvalidPolicy = "InvalidPolicy"
	// DuplicateField : a key stands twice in a mapping.
	DuplicateField = "DuplicateField"
	// DuplicateObject : two documents are the same object.
	DuplicateObject = "DuplicateObject"
	// UnknownKind : the API group has no such kind.
	UnknownKind = "UnknownKind"
	// UnknownVersion : the object is of a version that this program does not know.
	UnknownVersion = "UnknownVersion"
	// Syntax : the document is not YAML, or not a Kubernetes object.
	Syntax = "Syntax"
)

// Finding is one mistake.
type Finding struct {
	// File is its name as the user gave it. Line and Column are from 1.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Level  Level  `json:"level"`
	// Code is that of a rule for maps, or one of this package.
	Code string `json:"code"`
	// Kind, Namespace and Name say which object it is in, if it is in one.
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
	// Field is its path in the object, or empty for the object as a whole.
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Text is the message, with the field.
func (f *Finding) Text() string {
	if f.Field == "" {
		return f.Message
	}
	return f.Field + ": " + f.Message
}

// IsUnread reports whether the finding is that a document could not be checked.
func (f *Finding) IsUnread() bool { return f.Code == Syntax || f.Code == UnknownVersion }

func levelOf(level v1alpha1.FindingLevel) Level {
	if level == v1alpha1.LevelError {
		return Error
	}
	return Warning
}

// sortFindings sorts the findings of a document by their place.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Level, b.Level), cmp.Compare(a.Field, b.Field))
	})
}
