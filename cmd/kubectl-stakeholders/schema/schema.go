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

// Package schema checks objects without a cluster exactly as the API server checks new ones, by the CRDs that ship with the
// operator and with the API server's own libraries:
//
//   - the metadata: names, labels, annotations
//   - unknown fields, which the API server refuses for kubectl's strict validation
//   - types, bounds, required fields and enums of the schema, and sets without duplicates
//   - the CEL rules, within the API server's cost budget. As there, they are only checked if types, required fields, upper
//     bounds and enums are right.
//
// What is ignored when an object is created is ignored here, too: its status, and nulls. Rules about changes, admission
// policies, and the rest of what depends on the cluster are not checked. It is pure.
package schema

import (
	"context"
	"fmt"
	"slices"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	kjson "sigs.k8s.io/json"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// Version is the only one of the API group that the schemas describe.
const Version = "v1alpha1"

// Kinds are those that have a schema.
var Kinds = []string{names.KindMap, names.KindPolicy, names.KindRequest}

// Problem is a reason for which the API server refuses an object.
type Problem struct {
	// Field is its path, such as "spec.customers[0].name", or "" for the object.
	Field   string
	Message string
	// TooMany says that the field is a list with more items than it may have.
	TooMany bool
}

// Check returns the problems of an object of a kind, in the order of their fields. A namespaced object without a namespace
// is checked as if it had one: kubectl fills it in. The error is that of a broken CRD.
func Check(ctx context.Context, kind string, object []byte) ([]Problem, error) {
	d, err := definitionOf(kind)
	if err != nil {
		return nil, err
	}
	return d.check(ctx, object)
}

func (d *definition) check(ctx context.Context, content []byte) ([]Problem, error) {
	object, err := decode(content)
	if err != nil {
		return nil, err
	}
	problems, ofMetadata := checkMetadata(object, d.namespaced)
	tooLong := d.bounds.cutLists(object)
	unknown := pruning.PruneWithOptions(object, d.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	for i, path := range unknown {
		if i == maxProblems {
			problems = append(problems, Problem{Message: fmt.Sprintf("%d more unknown fields", len(unknown)-maxProblems)})
			break
		}
		problems = append(problems, unknownField(path, around(d.structural, path)))
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, d.structural)
	defaulting.Default(object, d.structural)
	if d.hasStatus {
		delete(object, "status")
	}

	problems = appendErrors(problems, d.validate(ctx, object, slices.Concat(ofMetadata, tooLong)))
	sortProblems(problems)
	return bounded(problems), nil
}

func decode(content []byte) (object map[string]any, err error) {
	if err := kjson.UnmarshalCaseSensitivePreserveInts(content, &object); err != nil {
		return nil, fmt.Errorf("the object is no JSON: %w", err)
	}
	return object, nil
}

// validate follows customResourceStrategy.Validate of the API server. It adds to the errors that are
// known.
func (d *definition) validate(ctx context.Context, object map[string]any, known field.ErrorList) field.ErrorList {
	errs := slices.Concat(known, d.validateTypes(object))
	if isBlocking(errs) {
		return errs
	}
	d.rules.compile(object)
	broken, _ := d.rules.check(ctx, nil, object, celconfig.RuntimeCELCostBudget)
	return append(errs, broken...)
}

// validateTypes checks everything but the rules.
func (d *definition) validateTypes(object map[string]any) field.ErrorList {
	errs := validation.ValidateCustomResource(nil, object, d.validator)
	return append(errs, listtype.ValidateListSetsAndMaps(nil, d.structural, object)...)
}

// isBlocking reports whether the API server does not check CEL rules because of these errors (hasBlockingErr there).
func isBlocking(errs field.ErrorList) bool {
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		case field.ErrorTypeNotFound, field.ErrorTypeDuplicate, field.ErrorTypeInvalid, field.ErrorTypeForbidden, field.ErrorTypeInternal,
			field.ErrorTypeTooFew, field.ErrorTypeTooShort:
		}
	}
	return false
}
