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
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// ruleNode has the CEL rules of a schema and of those in it.
//
// The API server compiles all rules of a CRD at once, which takes a tenth of a second. A ruleNode compiles those of a
// schema when an object has a value there, once for all places that have the same schema, as the handles of each role do.
// The programs are the same: a CEL program depends on the schema that it is for, and not on where that stands.
type ruleNode struct {
	// own is nil if the schema has no rules itself.
	own        *program
	items      *ruleNode
	entries    *ruleNode
	properties map[string]*ruleNode
}

// compile compiles the programs that an object needs, several at a time.
func (n *ruleNode) compile(object any) {
	needed := make(map[*program]bool)
	n.walk(object, func(n *ruleNode, _ any) {
		if n.own != nil {
			needed[n.own] = true
		}
	})
	work := make(chan *program)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for p := range work {
				p.compiled()
			}
		})
	}
	for p := range needed {
		work <- p
	}
	close(work)
	workers.Wait()
}

// walk calls f for each value that has rules, as a whole or in it.
func (n *ruleNode) walk(value any, f func(*ruleNode, any)) {
	if n == nil || value == nil {
		return
	}
	f(n, value)
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			n.items.walk(item, f)
		}
	case map[string]any:
		for key, entry := range value {
			n.entries.walk(entry, f)
			n.properties[key].walk(entry, f)
		}
	}
}

// check follows Validator.validate of the API server. It returns the errors, and what is left of the cost budget: less than
// zero if it was not enough.
func (n *ruleNode) check(ctx context.Context, path *field.Path, value any, budget int64) (field.ErrorList, int64) {
	if n == nil || value == nil {
		return nil, budget
	}
	var errs field.ErrorList
	if n.own != nil {
		errs, budget = n.own.compiled().Validate(ctx, path, nil, value, nil, budget)
	}
	visit := func(child *ruleNode, path *field.Path, value any) {
		if child == nil || budget < 0 {
			return
		}
		var more field.ErrorList
		more, budget = child.check(ctx, path, value, budget)
		errs = append(errs, more...)
	}
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			visit(n.items, path.Index(i), item)
		}
	case map[string]any:
		// The API server goes through them in any order.
		keys := slices.Sorted(maps.Keys(value))
		for _, key := range keys {
			visit(n.entries, path.Key(key), value[key])
		}
		for _, key := range keys {
			visit(n.properties[key], path.Child(key), value[key])
		}
	}
	return errs, budget
}
