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
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

const (
	kindSystem, kindComponent = "System", "Component"
	kindUser, kindGroup       = "User", "Group"
	kindAPI                   = "API"
)

// catalog has the entities in the order of the files.
type catalog []*Entity

// product returns the System or, without one, the Component that the map is about.
func (c catalog) product(name string) (*Entity, error) {
	for _, kind := range []string{kindSystem, kindComponent} {
		var found []*Entity
		for _, e := range c {
			if e.Kind == kind {
				found = append(found, e)
			}
		}
		if i := slices.IndexFunc(found, func(e *Entity) bool { return name != "" && label(e.Metadata.Name) == name }); i >= 0 {
			return found[i], nil
		}
		switch len(found) {
		case 0:
			continue
		case 1:
			return found[0], nil
		}
		names := make([]string, len(found))
		for i := range found {
			names[i] = label(found[i].Metadata.Name)
		}
		slices.Sort(names)
		return nil, fmt.Errorf("the catalog has %d of the kind %s: choose the product with --name, such as %s", len(found), kind, strings.Join(messages.Abbreviate(names, maxListed), ", "))
	}
	if targets := c.targets(); len(targets) > 0 {
		return nil, fmt.Errorf("the catalog has no System and no Component. A Location in it names other files: add %s", messages.And(targets, maxListed))
	}
	return nil, errors.New("the catalog has no System and no Component")
}

// targets returns the files that Locations name.
func (c catalog) targets() []string {
	var out []string
	for _, e := range c {
		out = append(out, e.Spec.Targets...)
		if e.Spec.Target != "" {
			out = append(out, e.Spec.Target)
		}
	}
	return out
}

// find returns an entity by its full reference, or nil.
func (c catalog) find(ref string) *Entity {
	for _, e := range c {
		if e.ref() == ref {
			return e
		}
	}
	return nil
}

// parts returns the product and the components that belong to it.
func (c catalog) parts(product *Entity) []*Entity {
	out := []*Entity{product}
	for _, e := range c {
		if e.Kind == kindComponent && e != product && product.Kind == kindSystem && e.resolve(e.Spec.System, kindSystem) == product.ref() {
			out = append(out, e)
		}
	}
	return out
}

// consumers names the components outside of the product that use its APIs or its parts.
func (c catalog) consumers(parts []*Entity) []string {
	offered := map[string]bool{}
	for _, part := range parts {
		offered[part.ref()] = true
		for _, api := range part.Spec.ProvidesAPIs {
			offered[part.resolve(api, kindAPI)] = true
		}
	}
	var out []string
	for _, e := range c {
		if e.Kind != kindComponent || slices.Contains(parts, e) {
			continue
		}
		uses := slices.ContainsFunc(e.Spec.ConsumesAPIs, func(api string) bool { return offered[e.resolve(api, kindAPI)] }) ||
			slices.ContainsFunc(e.Spec.DependsOn, func(other string) bool { return offered[e.resolve(other, kindComponent)] })
		if uses {
			out = append(out, e.Metadata.Name)
		}
	}
	slices.Sort(out)
	return out
}

// members names the users of a group. Either of the two can say that a user is a member.
func (c catalog) members(group string) []string {
	var out []string
	for _, e := range c {
		if e.Kind == kindUser && slices.ContainsFunc(e.Spec.MemberOf, func(of string) bool { return e.resolve(of, kindGroup) == group }) {
			out = append(out, e.Metadata.Name)
		}
	}
	if e := c.find(group); e != nil {
		for _, member := range e.Spec.Members {
			_, name, _ := strings.Cut(e.resolve(member, kindUser), "/")
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
