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

// Package compatibility says whether the API of an operator fits this plugin.
package compatibility

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// kinds that this plugin knows.
var kinds = map[string]reflect.Type{
	names.KindMap:     reflect.TypeFor[v1alpha1.StakeholderMap](),
	names.KindPolicy:  reflect.TypeFor[v1alpha1.StakeholderPolicy](),
	names.KindRequest: reflect.TypeFor[v1alpha1.StakeholderRequest](),
}

// Difference between the API of the operator and the one that this plugin was built with. Both lists are sorted. They have
// kinds, and fields such as "StakeholderMap.spec.topics[].quorum".
type Difference struct {
	// Missing is what the operator lacks: it is older than this plugin.
	Missing []string
	// Unknown is what this plugin lacks: it is older than the operator.
	Unknown []string
}

// schema is the part of an OpenAPI schema that has fields.
type schema struct {
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	Kinds      []struct {
		Kind string `json:"kind"`
	} `json:"x-kubernetes-group-version-kind"`
}

// Compare compares the kinds that an API server serves, and their fields as its OpenAPI document (version 3, JSON) has
// them. Without the document it compares only the kinds.
func Compare(served []string, openAPI []byte) (*Difference, error) {
	d := &Difference{}
	for kind := range kinds {
		if !slices.Contains(served, kind) {
			d.Missing = append(d.Missing, kind)
		}
	}
	if openAPI != nil {
		if err := d.compareFields(openAPI); err != nil {
			return nil, err
		}
	}
	slices.Sort(d.Missing)
	slices.Sort(d.Unknown)
	return d, nil
}

func (d *Difference) compareFields(openAPI []byte) error {
	var document struct {
		Components struct {
			Schemas map[string]*schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(openAPI, &document); err != nil {
		return fmt.Errorf("the OpenAPI document is not JSON: %w", err)
	}
	for _, s := range document.Components.Schemas {
		for _, k := range s.Kinds {
			if t, ok := kinds[k.Kind]; ok {
				d.compareKind(k.Kind, t, s)
			}
		}
	}
	return nil
}

func (d *Difference) compareKind(kind string, t reflect.Type, s *schema) {
	fields := fieldsOf(t)
	for _, part := range []string{"spec", "status"} {
		if s.Properties[part] == nil {
			d.Missing = append(d.Missing, kind+"."+part)
			continue
		}
		d.compare(kind+"."+part, fields[part], s.Properties[part])
	}
}

// compare compares a type of this plugin with what is served. Types of Kubernetes itself are the same everywhere.
func (d *Difference) compare(path string, t reflect.Type, s *schema) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice && s.Items != nil {
		d.compare(path+"[]", t.Elem(), s.Items)
		return
	}
	if t.Kind() != reflect.Struct || t.PkgPath() != reflect.TypeFor[v1alpha1.StakeholderMap]().PkgPath() {
		return
	}
	fields := fieldsOf(t)
	for name, field := range fields {
		if s.Properties[name] == nil {
			d.Missing = append(d.Missing, path+"."+name)
			continue
		}
		d.compare(path+"."+name, field, s.Properties[name])
	}
	for name := range s.Properties {
		if fields[name] == nil {
			d.Unknown = append(d.Unknown, path+"."+name)
		}
	}
}

// fieldsOf returns the types of a struct's fields by their names in JSON.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			fields[name] = field.Type
		}
	}
	return fields
}
