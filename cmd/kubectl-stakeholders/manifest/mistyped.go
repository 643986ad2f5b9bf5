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

package manifest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Mistyped returns the field of JSON that has another type than a Go value can take, or has such a value in a mapping, and what is
// wrong with it. The field is "" for the whole value. Ok is false for other errors.
func Mistyped(err error) (field, problem string, ok bool) {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return "", "", false
	}
	problem = fmt.Sprintf("there is %s where %s belongs", withArticle(wrong.Value), withArticle(jsonType(wrong.Type)))
	if wrong.Type.Kind() == reflect.String {
		problem += ": a bare yes, no, y, n, on, off or number is no text in YAML, so quote it"
	}
	return wrong.Field, problem, true
}

// About puts the field, if there is one, before what is wrong with it.
func About(field, problem string) string {
	if field == "" {
		return problem
	}
	return field + ": " + problem
}

var jsonTypes = map[reflect.Kind]string{
	reflect.String: "string", reflect.Bool: "bool", reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object",
}

// jsonType is how JSON calls the type of a Go value.
func jsonType(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return cmp.Or(jsonTypes[t.Kind()], "number")
}

func withArticle(jsonType string) string {
	if strings.HasPrefix(jsonType, "array") || strings.HasPrefix(jsonType, "object") {
		return "an " + jsonType
	}
	return "a " + jsonType
}
