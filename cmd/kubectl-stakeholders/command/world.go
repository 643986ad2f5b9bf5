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

package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/targets"
)

// documents calls a function for every object of some files.
type documents func(each func(*manifest.Document) error) error

// readWorld reads maps and what they depend on. Policy replaces the one in the files, if it is not nil.
func (e *environment) readWorld(ctx context.Context, read documents, policy *v1alpha1.StakeholderPolicySpec) (*preview.World, error) {
	w := e.newWorldReader()
	if err := w.read(ctx, e.counted(read), policy); err != nil {
		return nil, err
	}
	var err error
	w.Refused, err = refusals(ctx, w.written)
	return w.World, err
}

// counted shows how many documents are read, if that takes long.
func (e *environment) counted(read documents) documents {
	return func(each func(*manifest.Document) error) error {
		progress := e.Progress("Reading documents")
		defer progress.Done()
		n := 0
		return read(func(d *manifest.Document) error {
			n++
			progress.Update(n)
			return each(d)
		})
	}
}

// usage makes an error one of usage, unless it says its exit code itself.
func usage(err error) error {
	if failure.Code(err) != failure.CodeUsage || errors.Is(err, failure.ErrNo) {
		return err
	}
	return failure.Usage("%w", err)
}

// defaultNamespace returns the namespace of maps that name none, as kubectl would apply them. It asks no cluster.
func (e *environment) defaultNamespace() string {
	namespace, _, err := e.flags.ToRawKubeConfigLoader().Namespace()
	if err != nil || namespace == "" {
		return metav1.NamespaceDefault
	}
	return namespace
}

// worldReader puts the objects of files into a World.
type worldReader struct {
	*preview.World

	namespace string
	// files says in which file each map is.
	files map[string]string
	// written has each map as it is written.
	written map[types.NamespacedName][]byte
	// lenient says that a map that cannot be read is read as an empty one.
	lenient bool
}

func (e *environment) newWorldReader() *worldReader {
	return &worldReader{
		World: &preview.World{
			Namespaces: make(map[string]metav1.Object), Projects: make(map[types.NamespacedName]metav1.Object), ArgoCDKeys: make(map[string]string),
		},
		namespace: e.defaultNamespace(), files: make(map[string]string), written: make(map[types.NamespacedName][]byte),
	}
}

func (w *worldReader) read(ctx context.Context, read documents, policy *v1alpha1.StakeholderPolicySpec) error {
	if err := read(func(d *manifest.Document) error { return w.add(ctx, d) }); err != nil {
		return usage(err)
	}
	if policy != nil {
		w.Policy = policy
	}
	return nil
}

func (w *worldReader) add(ctx context.Context, d *manifest.Document) (err error) {
	group, _, _ := strings.Cut(d.APIVersion, "/")
	switch {
	case d.IsMap():
		return w.addMap(ctx, d)
	case isPolicy(d):
		w.Policy, err = decodePolicy(ctx, d)
		return err
	case d.Kind == "Namespace" && d.APIVersion == "v1":
		ns := &corev1.Namespace{}
		w.Namespaces[d.Name] = ns
		return d.Decode(ns)
	case d.Kind == "AppProject" && group == "argoproj.io":
		project := &metav1.PartialObjectMetadata{}
		w.Projects[types.NamespacedName{Namespace: d.Namespace, Name: d.Name}] = project
		return d.Decode(project)
	case d.Kind == "ConfigMap" && d.APIVersion == "v1" && d.Name == rbaccsv.ConfigMapName:
		configMap := &corev1.ConfigMap{}
		err := d.Decode(configMap)
		w.ArgoCDKeys = configMap.Data
		return err
	}
	return nil
}

func (w *worldReader) addMap(ctx context.Context, d *manifest.Document) error {
	m, err := w.decode(ctx, d)
	if err != nil {
		return err
	}
	m.Namespace = cmp.Or(m.Namespace, w.namespace)
	if m.Name == "" {
		return &manifest.SyntaxError{File: d.File, Line: d.Begin(), Problem: "a StakeholderMap has no name: set metadata.name"}
	}
	if err := namedOnce(w.files, d, m); err != nil {
		return err
	}
	w.Maps = append(w.Maps, m)
	w.written[preview.KeyOf(m)] = d.JSON
	return nil
}

func (w *worldReader) decode(ctx context.Context, d *manifest.Document) (*v1alpha1.StakeholderMap, error) {
	m, err := decodeMap(ctx, d)
	if err != nil && w.lenient && d.IsKnown() {
		return &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: d.Namespace, Name: d.Name}}, nil
	}
	return m, err
}

// assumptions says what a preview of some products assumes.
func assumptions(products []*preview.Product) []string {
	var notes []string
	const most = 5
	for _, p := range products {
		selects := p.Map.Spec.TargetNamespaces.Selector != nil
		if selects && !slices.ContainsFunc(p.Targets.Targets, func(t targets.Target) bool { return !t.Named }) {
			notes = append(notes, "The selector of "+p.Name()+" picks no described namespace that accepts it.")
		}
		if len(p.Assumed) > 0 {
			notes = append(notes, fmt.Sprintf("Namespaces that are not described are assumed to accept %s: %s.", p.Name(), messages.And(p.Assumed, most)))
		}
	}
	return notes
}
