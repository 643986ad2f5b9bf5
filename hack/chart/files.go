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
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
)

const header = "# Generated from config by \"make build-installer\". Do not edit.\n"

// templated are the kinds that the chart has templates for, because their content depends on values.
var templated = map[string]bool{
	"Namespace":      true, // Helm's: it keeps the release there, so a chart cannot create it.
	"ServiceAccount": true,
	"Deployment":     true,
	"Service":        true,
	"NetworkPolicy":  true,
	"ServiceMonitor": true,
}

// folders are those of the chart's files by kind.
var folders = map[string]string{
	"CustomResourceDefinition":         "crds",
	"ValidatingAdmissionPolicy":        "admission",
	"ValidatingAdmissionPolicyBinding": "admission",
	"ClusterRole":                      "rbac",
	"ClusterRoleBinding":               "rbac",
	"Role":                             "rbac",
	"RoleBinding":                      "rbac",
}

// notInChart are the components that users add to other kustomizations than the operator's: to that of Argo CD, and to that of
// their maps.
var notInChart = map[string]bool{"argocd": true, "kustomize": true}

// chartFiles returns the content of the chart's files by their paths below files.
func chartFiles(config string) (map[string]string, error) {
	files := map[string]string{}
	src, err := readSource(config)
	if err != nil {
		return nil, err
	}
	base, err := src.overlay("")
	if err != nil {
		return nil, err
	}
	if err := addFiles(files, base, folderByKind); err != nil {
		return nil, err
	}
	components, err := os.ReadDir(filepath.Join(config, "components"))
	if err != nil {
		return nil, fmt.Errorf("list components: %w", err)
	}
	for _, component := range components {
		if notInChart[component.Name()] {
			continue
		}
		objects, err := src.component(component.Name())
		if err != nil {
			return nil, err
		}
		folder := func(*resource.Resource) (string, error) { return path.Join("components", component.Name()), nil }
		if err := addFiles(files, objects, folder); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func folderByKind(object *resource.Resource) (string, error) {
	folder, ok := folders[object.GetKind()]
	if !ok {
		return "", fmt.Errorf("the chart has no template and no folder for %s %s", object.GetKind(), object.GetName())
	}
	// The values decide whether there are metrics.
	if folder == "rbac" && strings.Contains(object.GetName(), "-metrics-") {
		folder = "metrics"
	}
	return folder, nil
}

func addFiles(files map[string]string, objects resmap.ResMap, folderOf func(*resource.Resource) (string, error)) error {
	for _, object := range objects.Resources() {
		if templated[object.GetKind()] {
			continue
		}
		folder, err := folderOf(object)
		if err != nil {
			return err
		}
		content, err := object.AsYAML()
		if err != nil {
			return fmt.Errorf("write %s: %w", object.CurId(), err)
		}
		name := strings.ToLower(object.GetKind()) + "-" + strings.TrimPrefix(object.GetName(), "stakeholder-operator-") + ".yaml"
		files[path.Join(folder, name)] = header + string(content)
	}
	return nil
}
