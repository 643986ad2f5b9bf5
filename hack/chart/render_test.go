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

package main

import (
	"path"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"
)

const chartFolder = root + "/dist/chart"

// object is a Kubernetes object as JSON has it.
type object = map[string]any

// objects have the kind, namespace and name as keys.
type objects map[string]object

// release is what a user chooses when installing the chart.
type release struct{ name, namespace string }

// standard is the release that equals config/default.
var standard = release{name: "stakeholder-operator", namespace: "stakeholder-operator-system"}

// newest is a version of Kubernetes on which every component works.
const newest = "v1.36.0"

// render returns what Helm makes of the chart: a text for each template.
func (r release) render(values map[string]any) (map[string]string, error) {
	chart, err := loader.LoadDir(chartFolder)
	if err != nil {
		return nil, err
	}
	capabilities := *common.DefaultCapabilities
	version, err := common.ParseKubeVersion(newest)
	if err != nil {
		return nil, err
	}
	capabilities.KubeVersion = *version
	options := common.ReleaseOptions{Name: r.name, Namespace: r.namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(chart, values, options, &capabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(chart, all)
}

// objects returns the objects that Helm would create.
func (r release) objects(t *testing.T, values map[string]any) objects {
	t.Helper()
	texts, err := r.render(values)
	if err != nil {
		t.Fatalf("the chart cannot be rendered with %v: %v", values, err)
	}
	found := objects{}
	for name, text := range texts {
		if path.Ext(name) != ".yaml" {
			continue
		}
		found.addYAML(t, text)
	}
	return found
}

func (o objects) addYAML(t *testing.T, text string) {
	t.Helper()
	for document := range strings.SplitSeq("\n"+text, "\n---\n") {
		var one object
		if err := yaml.Unmarshal([]byte(document), &one); err != nil {
			t.Fatalf("this is no YAML: %v\n%s", err, document)
		}
		if len(one) == 0 {
			continue
		}
		items, isList := one["items"].([]any)
		if !isList {
			items = []any{one}
		}
		for _, item := range items {
			o.add(t, item)
		}
	}
}

func (o objects) add(t *testing.T, item any) {
	t.Helper()
	one, ok := item.(object)
	if !ok {
		t.Fatalf("this is no object: %v", item)
	}
	id := idOf(one)
	if _, twice := o[id]; twice {
		t.Errorf("%s is there twice", id)
	}
	o[id] = one
}

func idOf(one object) string {
	metadata, _ := one["metadata"].(object)
	namespace, _ := metadata["namespace"].(string)
	name, _ := metadata["name"].(string)
	kind, _ := one["kind"].(string)
	return path.Join(kind, namespace, name)
}
