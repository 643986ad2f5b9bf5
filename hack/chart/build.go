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
	"io/fs"
	"os"
	"path"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// build returns what "kubectl kustomize" prints, as objects.
func build(files filesys.FileSystem, folder string) (resmap.ResMap, error) {
	options := krusty.MakeDefaultOptions()
	// As kubectl does: it is also an order in which an API server accepts the objects.
	options.Reorder = krusty.ReorderOptionLegacy
	objects, err := krusty.MakeKustomizer(options).Run(files, folder)
	if err != nil {
		return nil, fmt.Errorf("kustomize %s: %w", folder, err)
	}
	return objects, nil
}

// source is the folder config in memory, in which overlays can be written beside what they name.
type source struct{ files filesys.FileSystem }

func readSource(config string) (source, error) {
	files := filesys.MakeFsInMemory()
	disk := os.DirFS(config)
	err := fs.WalkDir(disk, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(disk, name)
		if err != nil {
			return err
		}
		return files.WriteFile(path.Join("/", name), content)
	})
	if err != nil {
		return source{}, fmt.Errorf("read %s: %w", config, err)
	}
	return source{files}, nil
}

// overlay builds an overlay over config/default with further fields.
func (s source) overlay(fields string) (resmap.ResMap, error) {
	if err := s.files.WriteFile("/overlay/kustomization.yaml", []byte("resources: [../default]\n"+fields)); err != nil {
		return nil, fmt.Errorf("write overlay: %w", err)
	}
	return build(s.files, "/overlay")
}

// component returns the objects that a component adds to config/default.
func (s source) component(name string) (resmap.ResMap, error) {
	base, err := s.overlay("")
	if err != nil {
		return nil, err
	}
	objects, err := s.overlay("components: [../components/" + name + "]\n")
	if err != nil {
		return nil, err
	}
	for _, object := range base.Resources() {
		if err := objects.Remove(object.CurId()); err != nil {
			return nil, fmt.Errorf("component %s replaces %s: %w", name, object.CurId(), err)
		}
	}
	return objects, nil
}
