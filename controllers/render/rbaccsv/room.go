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

// room counts what the maps take up, and keeps of them no more than the ConfigMap can hold: the maps of the whole cluster
// can make hundreds of times as much.
type room struct {
	policy *Policy
	// there is what our key has now, and lines the same, once there is no room.
	there string
	lines map[string]bool
	// bytes are by the namespace of the maps.
	bytes map[string]int
}

// add adds the lines of a map. Once there is no room for all, only what is there already is kept, of this and of those
// before.
func (r *room) add(block Block) {
	r.policy.Bytes += len(block.CSV)
	r.bytes[block.Entry.Source.Namespace] += len(block.CSV)
	if r.policy.Bytes > MaxBytes && r.lines == nil {
		r.lines = linesOf(r.there)
		for i := range r.policy.Blocks {
			r.policy.Blocks[i].reduce(r.lines)
		}
	}
	if r.lines != nil {
		block.reduce(r.lines)
	}
	r.policy.Blocks = append(r.policy.Blocks, block)
}

// largest says whose maps take the most room: those of one namespace can take it from all others.
func (r *room) largest() string {
	most := ""
	for namespace, bytes := range r.bytes {
		if bytes > r.bytes[most] || bytes == r.bytes[most] && namespace < most {
			most = namespace
		}
	}
	if most == "" {
		return ""
	}
	return fmt.Sprintf("; the most, %d, are for maps of namespace %s", r.bytes[most], most)
}
