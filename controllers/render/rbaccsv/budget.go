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

package rbaccsv

import "fmt"

// sizeBudget adds up the lines of all maps, and keeps no more of them than the ConfigMap can hold: all maps of a
// cluster together can have hundreds of times as many.
type sizeBudget struct {
	policy *Policy
	// current is the value of our key now. lines are its lines, and are set once the budget is exceeded.
	current string
	lines   map[string]bool
	// bytes is the size of the lines by namespace of the maps.
	bytes map[string]int
}

// add adds the lines of a map. Once the budget is exceeded, it keeps only lines that are in our key now, also of the
// maps before.
func (b *sizeBudget) add(block Block) {
	b.policy.Bytes += len(block.CSV)
	b.bytes[block.Entry.Source.Namespace] += len(block.CSV)
	if b.policy.Bytes > MaxBytes && b.lines == nil {
		b.lines = linesOf(b.current)
		for i := range b.policy.Blocks {
			b.policy.Blocks[i].reduce(b.lines)
		}
	}
	if b.lines != nil {
		block.reduce(b.lines)
	}
	b.policy.Blocks = append(b.policy.Blocks, block)
}

// largest names the namespace whose maps need the most, because the maps of one namespace can use up the budget of all
// others.
func (b *sizeBudget) largest() string {
	most := ""
	for namespace, bytes := range b.bytes {
		if bytes > b.bytes[most] || bytes == b.bytes[most] && namespace < most {
			most = namespace
		}
	}
	if most == "" {
		return ""
	}
	return fmt.Sprintf("; the most, %d, are for maps of namespace %s", b.bytes[most], most)
}
