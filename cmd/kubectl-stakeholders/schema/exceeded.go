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

import "k8s.io/apimachinery/pkg/util/validation/field"

// Exceeded returns the first value of an object that is larger than its schema allows, or nil. The API server refuses such
// an object. The time that it takes to evaluate an object grows with the square of its lists and more, so check this first.
func Exceeded(kind string, object []byte) (*Problem, error) {
	d, err := definitionOf(kind)
	if err != nil {
		return nil, err
	}
	content, err := decode(object)
	if err != nil {
		return nil, err
	}
	var errs field.ErrorList
	d.bounds.walk(content, nil, func(value any, b *bounds, path *field.Path) any {
		if err := b.exceeded(value, path); err != nil {
			errs = append(errs, err)
			return nil
		}
		return value
	})
	if len(errs) == 0 {
		return nil, nil //nolint:nilnil // nil means that there is none
	}
	return &appendErrors(nil, errs[:1])[0], nil
}
