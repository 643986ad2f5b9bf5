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

package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// appendErrors converts errors of the API server's libraries to sentences. Which values a field may have tells nothing if its
// type is wrong.
func appendErrors(problems []Problem, errs field.ErrorList) []Problem {
	mistyped := make(map[string]bool)
	for _, err := range errs {
		mistyped[err.Field] = mistyped[err.Field] || err.Type == field.ErrorTypeTypeInvalid
	}
	for _, err := range errs {
		if err.Type == field.ErrorTypeNotSupported && mistyped[err.Field] {
			continue
		}
		p := Problem{Field: err.Field, Message: message(err), TooMany: err.Type == field.ErrorTypeTooMany}
		if p.Field == "<nil>" {
			p.Field = ""
		}
		if p.Field == "" && strings.HasPrefix(p.Message, "metadata.name ") {
			// CEL has no way to name a field of metadata.
			p.Field = "metadata.name"
		}
		problems = append(problems, p)
	}
	return problems
}

// MaxField bounds the bytes of a field in a message: an unknown field can have any name.
const MaxField = 200

// Place is the field as messages name it: cut at MaxField bytes, and "object" for the whole object.
func (p *Problem) Place() string { return messages.Truncate(cmp.Or(p.Field, "object"), MaxField) }

// maxValue bounds the characters of a value in a message.
const maxValue = 64

func message(err *field.Error) string {
	detail := err.Detail
	// kube-openapi repeats the field.
	if _, after, found := strings.Cut(detail, " in body "); found {
		detail = after
	}
	switch err.Type {
	case field.ErrorTypeRequired:
		if detail == "" {
			return "a value is required"
		}
	case field.ErrorTypeNotSupported:
		return fmt.Sprintf("%s is not one of the values: %s", value(err.BadValue), strings.TrimPrefix(detail, "supported values: "))
	case field.ErrorTypeDuplicate:
		return value(err.BadValue) + " stands here twice: remove one of them"
	case field.ErrorTypeNotFound, field.ErrorTypeInvalid, field.ErrorTypeForbidden, field.ErrorTypeTooLong, field.ErrorTypeTooMany,
		field.ErrorTypeTooFew,
		field.ErrorTypeTooShort, field.ErrorTypeInternal, field.ErrorTypeTypeInvalid:
	}
	if detail == "" {
		return err.ErrorBody()
	}
	return detail
}

func value(v any) string {
	text := []rune(fmt.Sprint(v))
	if len(text) > maxValue {
		text = append(text[:maxValue], '…')
	}
	return fmt.Sprintf("%q", string(text))
}

// sortProblems sorts problems by their fields. The API server's order is random.
func sortProblems(problems []Problem) {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
	})
}
