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
	"maps"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// unknownField is the problem of a field that the schema does not have. The schema around it, which can be nil, has the
// fields that may have been meant.
func unknownField(path string, around *structuralschema.Structural) Problem {
	const message = "unknown field, which kubectl refuses: check its spelling and its indentation."
	near := product.NearestTo(path[strings.LastIndexByte(path, '.')+1:])
	if around != nil {
		for _, name := range slices.Sorted(maps.Keys(around.Properties)) {
			near.Add(name, name)
		}
	}
	return Problem{Field: path, Message: message + near.Suggestion()}
}

// around returns the schema that should have a field, or nil.
func around(schema *structuralschema.Structural, path string) *structuralschema.Structural {
	steps := strings.Split(path, ".")
	for _, step := range steps[:len(steps)-1] {
		name, _, isItem := strings.Cut(step, "[")
		child, ok := schema.Properties[name]
		if !ok {
			return nil
		}
		if schema = &child; isItem {
			schema = schema.Items
		}
		if schema == nil {
			return nil
		}
	}
	return schema
}
