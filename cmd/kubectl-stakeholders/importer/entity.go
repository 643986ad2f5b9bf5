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

package importer

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Entity is one of Backstage's catalog.
type Entity struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Title       string            `json:"title"`
		Description string            `json:"description"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Spec struct {
		Type         string   `json:"type"`
		Owner        string   `json:"owner"`
		System       string   `json:"system"`
		Parent       string   `json:"parent"`
		Children     []string `json:"children"`
		Members      []string `json:"members"`
		MemberOf     []string `json:"memberOf"`
		ProvidesAPIs []string `json:"providesApis"`
		ConsumesAPIs []string `json:"consumesApis"`
		DependsOn    []string `json:"dependsOn"`
		Target       string   `json:"target"`
		Targets      []string `json:"targets"`
		Profile      struct {
			DisplayName string `json:"displayName"`
			Email       string `json:"email"`
		} `json:"profile"`
	} `json:"spec"`
}

// ParseEntity reads an entity. It ignores fields that this package does not use, and is lenient about their types,
// because catalogs hold placeholders.
func ParseEntity(content []byte) (*Entity, error) {
	e := &Entity{}
	if err := json.Unmarshal(content, e); err != nil {
		return nil, fmt.Errorf("not an entity of Backstage: %s", problem(err))
	}
	if e.Metadata.Name == "" {
		return nil, errors.New("not an entity of Backstage: metadata.name is missing")
	}
	if strings.Contains(e.Metadata.Name, "{{") {
		return nil, fmt.Errorf("a template of an entity, and not an entity of Backstage: metadata.name is %s", line(e.Metadata.Name, maxDisplayName))
	}
	return e, nil
}

// ref is the full reference to the entity, in lower case as Backstage compares it.
func (e *Entity) ref() string {
	return strings.ToLower(e.Kind + ":" + cmp.Or(e.Metadata.Namespace, "default") + "/" + e.Metadata.Name)
}

// resolve makes a full reference of one in this entity. A reference without a kind is of the given one, and one without
// a namespace is of the same namespace.
func (e *Entity) resolve(reference, kind string) string {
	if reference == "" {
		return ""
	}
	namespace := cmp.Or(e.Metadata.Namespace, "default")
	if before, rest, found := strings.Cut(reference, ":"); found {
		kind, reference = before, rest
	}
	if before, rest, found := strings.Cut(reference, "/"); found {
		namespace, reference = before, rest
	}
	return strings.ToLower(kind + ":" + namespace + "/" + reference)
}
