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
	"reflect"
	"strings"
	"sync"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// program has the rules of one schema, without those in it.
type program struct {
	schema    *structuralschema.Structural
	root      bool
	once      sync.Once
	validator *cel.Validator
}

func (p *program) compiled() *cel.Validator {
	p.once.Do(func() { p.validator = cel.NewValidator(p.schema, p.root, celconfig.PerCallLimit) })
	return p.validator
}

// newRules returns the rules of a CRD.
func newRules(schema *structuralschema.Structural) *ruleNode {
	b := &ruleBuilder{}
	return b.node(schema, withoutRules(schema), true)
}

// ruleBuilder shares programs between equal schemas.
type ruleBuilder struct{ programs []*program }

// node returns the rules of a schema, which is also given without rules. It returns nil if there are none.
func (b *ruleBuilder) node(schema, bare *structuralschema.Structural, root bool) *ruleNode {
	n := &ruleNode{own: b.program(schema, bare, root)}
	empty := n.own == nil
	if schema.Items != nil {
		n.items = b.node(schema.Items, bare.Items, false)
		empty = empty && n.items == nil
	}
	if entries := schema.AdditionalProperties; entries != nil && entries.Structural != nil {
		n.entries = b.node(entries.Structural, bare.AdditionalProperties.Structural, false)
		empty = empty && n.entries == nil
	}
	for name := range schema.Properties {
		child, bareChild := schema.Properties[name], bare.Properties[name]
		if c := b.node(&child, &bareChild, false); c != nil {
			if n.properties == nil {
				n.properties = make(map[string]*ruleNode)
			}
			n.properties[name] = c
			empty = false
		}
	}
	if empty {
		return nil
	}
	return n
}

func (b *ruleBuilder) program(schema, bare *structuralschema.Structural, root bool) *program {
	if len(schema.XValidations) == 0 {
		return nil
	}
	var texts strings.Builder
	for _, rule := range schema.XValidations {
		texts.WriteString(rule.Rule + rule.MessageExpression + rule.FieldPath + "\n")
	}
	own := *named(bare, texts.String())
	own.XValidations = schema.XValidations
	for _, p := range b.programs {
		if p.root == root && p.schema.XValidations[0].Rule == own.XValidations[0].Rule && reflect.DeepEqual(p.schema, &own) {
			return p
		}
	}
	p := &program{schema: &own, root: root}
	b.programs = append(b.programs, p)
	return p
}

// named returns a copy of a schema with the properties whose names are in some rules, and no others. To read a property, a rule takes
// as long as it takes to copy all properties of the object.
func named(schema *structuralschema.Structural, rules string) *structuralschema.Structural {
	out := *schema
	if schema.Items != nil {
		out.Items = named(schema.Items, rules)
	}
	if schema.Properties != nil {
		out.Properties = make(map[string]structuralschema.Structural)
		for name := range schema.Properties {
			if child := schema.Properties[name]; strings.Contains(rules, name) {
				out.Properties[name] = *named(&child, rules)
			}
		}
	}
	return &out
}

// withoutRules returns a copy of a schema without rules, and without texts for people.
func withoutRules(schema *structuralschema.Structural) *structuralschema.Structural {
	bare := *schema
	bare.XValidations, bare.Description, bare.Title = nil, "", ""
	if schema.Items != nil {
		bare.Items = withoutRules(schema.Items)
	}
	if entries := schema.AdditionalProperties; entries != nil && entries.Structural != nil {
		bare.AdditionalProperties = &structuralschema.StructuralOrBool{Structural: withoutRules(entries.Structural), Bool: entries.Bool}
	}
	if schema.Properties != nil {
		bare.Properties = make(map[string]structuralschema.Structural, len(schema.Properties))
		for name := range schema.Properties {
			child := schema.Properties[name]
			bare.Properties[name] = *withoutRules(&child)
		}
	}
	return &bare
}
