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
	"fmt"
	"path"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/config/crd"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// definition is a CRD, with what it takes to check objects.
type definition struct {
	namespaced bool
	// hasStatus says that status has an endpoint of its own.
	hasStatus  bool
	structural *structuralschema.Structural
	bounds     *bounds
	validator  validation.SchemaValidator
	rules      *ruleNode
}

var resources = map[string]string{
	names.KindMap: "stakeholdermaps", names.KindPolicy: "stakeholderpolicies", names.KindRequest: "stakeholderrequests",
}

var definitions = lazyDefinitions()

// lazyDefinitions returns a function for each kind. It reads the CRD when it is first called: that costs milliseconds.
func lazyDefinitions() map[string]func() (*definition, error) {
	out := make(map[string]func() (*definition, error), len(resources))
	for kind, resource := range resources {
		out[kind] = sync.OnceValues(func() (*definition, error) { return readDefinition(resource) })
	}
	return out
}

func definitionOf(kind string) (*definition, error) {
	read, ok := definitions[kind]
	if !ok {
		return nil, fmt.Errorf("there is no schema of kind %s", kind)
	}
	return read()
}

func readDefinition(resource string) (*definition, error) {
	content, err := crd.Bases.ReadFile(path.Join("bases", "stakeholders.dev_"+resource+".yaml"))
	if err != nil {
		return nil, err
	}
	var whole apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(content, &whole); err != nil {
		return nil, err
	}
	for i := range whole.Spec.Versions {
		if version := &whole.Spec.Versions[i]; version.Name == Version {
			return newDefinition(&whole.Spec, version)
		}
	}
	return nil, fmt.Errorf("the CRD of %s has no version %s", resource, Version)
}

func newDefinition(spec *apiextensionsv1.CustomResourceDefinitionSpec, version *apiextensionsv1.CustomResourceDefinitionVersion) (*definition, error) {
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(version.Schema.OpenAPIV3Schema, &internal, nil); err != nil {
		return nil, err
	}
	structural, err := structuralschema.NewStructural(&internal)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		return nil, err
	}
	return &definition{
		namespaced: spec.Scope == apiextensionsv1.NamespaceScoped,
		hasStatus:  version.Subresources != nil && version.Subresources.Status != nil,
		structural: structural, bounds: newBounds(structural), validator: validator, rules: newRules(structural),
	}, nil
}
