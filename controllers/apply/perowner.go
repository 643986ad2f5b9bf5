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

package apply

// perOwner has values by owner and key. The zero value is ready for use. It is not safe for concurrent use.
type perOwner[Owner, Key comparable, Value any] map[Owner]map[Key]Value

func (p *perOwner[Owner, Key, Value]) set(owner Owner, key Key, value Value) {
	if *p == nil {
		*p = make(perOwner[Owner, Key, Value])
	}
	if (*p)[owner] == nil {
		(*p)[owner] = make(map[Key]Value)
	}
	(*p)[owner][key] = value
}

func (p *perOwner[Owner, Key, Value]) drop(owner Owner, key Key) {
	delete((*p)[owner], key)
	if len((*p)[owner]) == 0 {
		delete(*p, owner)
	}
}
