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
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxProblems bounds what is reported of an object: the first problems are enough to mend it, and the library that checks types takes time that
// grows with the square of its findings.
const maxProblems = 500

// bounds are those of a schema for the size of values, and of the schemas in it.
type bounds struct {
	MaxItems      *int64
	MaxLength     *int64
	MaxProperties *int64
	Items         *bounds
	Properties    map[string]*bounds
}

func newBounds(schema *structuralschema.Structural) *bounds {
	b := &bounds{Properties: make(map[string]*bounds, len(schema.Properties))}
	if v := schema.ValueValidation; v != nil {
		b.MaxItems, b.MaxLength, b.MaxProperties = v.MaxItems, v.MaxLength, v.MaxProperties
	}
	if schema.Items != nil {
		b.Items = newBounds(schema.Items)
	}
	for name := range schema.Properties {
		child := schema.Properties[name]
		b.Properties[name] = newBounds(&child)
	}
	return b
}

// cutLists removes the items of each list beyond its bound, and reports the list. A pull request with a hundred thousand
// items would otherwise keep a check busy for hours.
func (b *bounds) cutLists(object map[string]any) field.ErrorList {
	var errs field.ErrorList
	b.walk(object, nil, func(value any, b *bounds, path *field.Path) any {
		list, isList := value.([]any)
		if !isList {
			return value
		}
		err := b.exceeded(list, path)
		if err == nil {
			return value
		}
		errs = append(errs, err)
		return list[:*b.MaxItems]
	})
	return errs
}

// walk calls visit for each value in an object that the schema knows. It replaces the value by what visit returns, before
// it goes on to the values in it.
func (b *bounds) walk(object any, path *field.Path, visit func(any, *bounds, *field.Path) any) {
	switch value := object.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(b.Properties)) {
			if entry, ok := value[name]; ok {
				child := path.Child(name)
				value[name] = visit(entry, b.Properties[name], child)
				b.Properties[name].walk(value[name], child, visit)
			}
		}
	case []any:
		if b.Items == nil {
			return
		}
		for i := range value {
			value[i] = visit(value[i], b.Items, path.Index(i))
			b.Items.walk(value[i], path.Index(i), visit)
		}
	}
}

// exceeded returns an error if a list, a mapping or a text is larger than its bound.
func (b *bounds) exceeded(value any, path *field.Path) *field.Error {
	switch value := value.(type) {
	case []any:
		return tooMany(len(value), b.MaxItems, path)
	case map[string]any:
		return tooMany(len(value), b.MaxProperties, path)
	case string:
		if most := b.MaxLength; most != nil && int64(utf8.RuneCountInString(value)) > *most {
			return field.TooLongCharacters(path, value, int(*most))
		}
	}
	return nil
}

func tooMany(size int, most *int64, path *field.Path) *field.Error {
	if most == nil || int64(size) <= *most {
		return nil
	}
	return field.TooMany(path, size, int(*most))
}

// bounded returns the first problems, and says how many there are besides.
func bounded(problems []Problem) []Problem {
	if len(problems) <= maxProblems {
		return problems
	}
	more := Problem{Message: fmt.Sprintf("%d more problems: mend these first", len(problems)-maxProblems)}
	return append(problems[:maxProblems:maxProblems], more)
}
