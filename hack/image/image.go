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
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const home = "https://github.com/stakeholders-dev/stakeholder-operator"

// metadata is what labels say about an image. Nothing in it depends on the machine or on the clock, so that a second build
// gives the same digest.
type metadata struct {
	version  string
	revision string
	created  time.Time
}

func (m metadata) labels() map[string]string {
	labels := map[string]string{
		"org.opencontainers.image.title":         "stakeholder-operator",
		"org.opencontainers.image.description":   "Says who may approve what for a product, as Kubernetes roles that tools can check.",
		"org.opencontainers.image.source":        home,
		"org.opencontainers.image.documentation": home + "/tree/main/docs",
		"org.opencontainers.image.licenses":      "Apache-2.0",
		"org.opencontainers.image.version":       m.version,
		"org.opencontainers.image.created":       m.created.Format(time.RFC3339),
	}
	if m.revision != "" {
		labels["org.opencontainers.image.revision"] = m.revision
	}
	return labels
}

// write writes an image of all executables as an OCI layout to a new folder, and returns its digest.
func write(out string, executables []executable, m metadata) (string, error) {
	if _, err := os.Lstat(out); err == nil {
		return "", fmt.Errorf("%s exists already: remove it first", out)
	}
	index, err := newIndex(executables, m)
	if err != nil {
		return "", err
	}
	path, err := layout.Write(out, empty.Index)
	if err != nil {
		return "", err
	}
	name := layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": m.version})
	if err := path.AppendIndex(index, name); err != nil {
		return "", err
	}
	digest, err := index.Digest()
	return digest.String(), err
}

func newIndex(executables []executable, m metadata) (v1.ImageIndex, error) {
	adds := make([]mutate.IndexAddendum, 0, len(executables))
	for _, e := range executables {
		image, err := newImage(e, m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.path, err)
		}
		adds = append(adds, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &e.platform}})
	}
	index := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), adds...)
	annotated, ok := mutate.Annotations(index, m.labels()).(v1.ImageIndex)
	if !ok {
		return nil, fmt.Errorf("an index with annotations is a %T", annotated)
	}
	return annotated, nil
}

// newImage has one layer with one file, and runs it as a user that has no name. The Deployment requires such a user.
func newImage(e executable, m metadata) (v1.Image, error) {
	layer, err := newLayer(e, m.created)
	if err != nil {
		return nil, err
	}
	config, err := empty.Image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = e.platform.OS, e.platform.Architecture, v1.Time{Time: m.created}
	config.Config = v1.Config{User: "65532:65532", WorkingDir: "/", Entrypoint: []string{"/manager"}, Labels: m.labels()}
	image, err := mutate.ConfigFile(mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON), config)
	if err != nil {
		return nil, err
	}
	return mutate.Append(image, mutate.Addendum{
		Layer:     layer,
		MediaType: types.OCILayer,
		History:   v1.History{Created: v1.Time{Time: m.created}, CreatedBy: "hack/image", Comment: "the manager"},
	})
}

func newLayer(e executable, created time.Time) (v1.Layer, error) {
	content, err := os.ReadFile(e.path)
	if err != nil {
		return nil, err
	}
	if err := checkStatic(bytes.NewReader(content), e.platform.Architecture); err != nil {
		return nil, err
	}
	archive := &bytes.Buffer{}
	w := tar.NewWriter(archive)
	header := &tar.Header{Typeflag: tar.TypeReg, Name: "manager", Mode: 0o555, Size: int64(len(content)), ModTime: created}
	if err := w.WriteHeader(header); err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil }
	return tarball.LayerFromOpener(open,
		tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(gzip.BestCompression), tarball.WithCompressedCaching)
}
