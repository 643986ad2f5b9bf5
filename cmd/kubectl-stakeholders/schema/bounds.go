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

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxProblems bounds what is reported of an object: the first problems are enough to mend it, and the library that checks types takes time that
// grows with the square of its findings.
const maxProblems = 500

// cutLists removes the items of each list beyond the bound that the schema has, and reports the list. A pull request
// with a hundred thousand items would otherwise keep a check busy for hours.
func cutLists(object any, schema *structuralschema.Structural, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	switch value := object.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			child, known := schema.Properties[name]
			if !known {
				continue
			}
			if list, isList := value[name].([]any); isList && isOver(list, &child) {
				bound := int(*child.ValueValidation.MaxItems)
				errs = append(errs, field.TooMany(path.Child(name), len(list), bound))
				value[name] = list[:bound]
			}
			errs = append(errs, cutLists(value[name], &child, path.Child(name))...)
		}
	case []any:
		if schema.Items == nil {
			return nil
		}
		for i, item := range value {
			errs = append(errs, cutLists(item, schema.Items, path.Index(i))...)
		}
	}
	return errs
}

func isOver(list []any, schema *structuralschema.Structural) bool {
	return schema.ValueValidation != nil && schema.ValueValidation.MaxItems != nil && int64(len(list)) > *schema.ValueValidation.MaxItems
}

// bounded returns the first problems, and says how many there are besides.
func bounded(problems []Problem) []Problem {
	if len(problems) <= maxProblems {
		return problems
	}
	more := Problem{Message: fmt.Sprintf("%d more problems: mend these first", len(problems)-maxProblems)}
	return append(problems[:maxProblems:maxProblems], more)
}
