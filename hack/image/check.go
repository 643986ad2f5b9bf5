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
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// check returns the digest of the image in a layout, or what is wrong with the image.
func check(path string) (string, error) {
	index, digest, err := open(path)
	if err != nil {
		return "", err
	}
	// Digests and sizes of layers and configurations, and whether each is for its platform.
	if err := validate.Index(index); err != nil {
		return "", err
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		return "", err
	}
	if err := checkPlatforms(manifest); err != nil {
		return "", err
	}
	var problems []error
	for i := range manifest.Manifests {
		image, err := index.Image(manifest.Manifests[i].Digest)
		if err != nil {
			return "", err
		}
		if err := checkDigest(image, manifest.Manifests[i].Digest); err != nil {
			return "", err
		}
		if err := checkImage(image, manifest.Manifests[i].Platform.Architecture, manifest.Annotations); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", manifest.Manifests[i].Platform, err))
		}
	}
	return digest.String(), errors.Join(problems...)
}

// open returns the one image of a layout, for all platforms.
func open(path string) (v1.ImageIndex, v1.Hash, error) {
	root, err := layout.ImageIndexFromPath(path)
	if err != nil {
		return nil, v1.Hash{}, err
	}
	manifest, err := root.IndexManifest()
	if err != nil {
		return nil, v1.Hash{}, err
	}
	if len(manifest.Manifests) != 1 {
		return nil, v1.Hash{}, fmt.Errorf("%s has %d images, want 1", path, len(manifest.Manifests))
	}
	digest := manifest.Manifests[0].Digest
	index, err := root.ImageIndex(digest)
	if err != nil {
		return nil, v1.Hash{}, err
	}
	return index, digest, checkDigest(index, digest)
}

// checkDigest compares the digest of a manifest with its name: nothing else does so.
func checkDigest(manifest interface{ Digest() (v1.Hash, error) }, want v1.Hash) error {
	got, err := manifest.Digest()
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("the manifest %s has the digest %s", want, got)
	}
	return nil
}

func checkPlatforms(manifest *v1.IndexManifest) error {
	got := make([]string, len(manifest.Manifests))
	for i := range manifest.Manifests {
		if platform := manifest.Manifests[i].Platform; platform != nil {
			got[i] = platform.String()
		}
	}
	if want := []string{"linux/amd64", "linux/arm64"}; !slices.Equal(got, want) {
		return fmt.Errorf("the platforms are %v, want %v", got, want)
	}
	return nil
}

func checkImage(image v1.Image, architecture string, annotations map[string]string) error {
	config, err := image.ConfigFile()
	if err != nil {
		return err
	}
	var problems []error
	expect := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	c := &config.Config
	expect(isNonRoot(c.User), "the user is %q, want a number other than 0", c.User)
	expect(slices.Equal(c.Entrypoint, []string{"/manager"}), "the entrypoint is %q", c.Entrypoint)
	expect(len(c.Cmd)+len(c.Env)+len(c.Volumes)+len(c.ExposedPorts) == 0, "the configuration has a command, environment variables, volumes or ports: %+v", c)
	expect(maps.Equal(c.Labels, annotations), "the labels %v are not the annotations of the index, %v", c.Labels, annotations)
	created := config.Created.UTC().Format(time.RFC3339)
	expect(created == annotations["org.opencontainers.image.created"], "it was created at %s, which is not what its label says", created)
	return errors.Join(append(problems, checkLayers(image, architecture, config.Created.Time))...)
}

// isNonRoot reports whether Kubernetes can tell that a user is not root, which it can of numbers only.
func isNonRoot(user string) bool {
	id, _, _ := strings.Cut(user, ":")
	n, err := strconv.Atoi(id)
	return err == nil && n > 0
}

// checkLayers expects one layer with one file. So there is no shell, no package manager and no library.
func checkLayers(image v1.Image, architecture string, created time.Time) error {
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	if len(layers) != 1 {
		return fmt.Errorf("it has %d layers, want 1", len(layers))
	}
	content, err := layers[0].Uncompressed()
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // it is only read
	archive := tar.NewReader(content)
	header, err := archive.Next()
	if err != nil {
		return err
	}
	if header.Name != "manager" || header.Typeflag != tar.TypeReg || header.Mode != 0o555 || header.Uid != 0 || header.Gid != 0 {
		return fmt.Errorf("its first file is %q of type %c, mode %o, owner %d:%d, want the manager, read-only, of root",
			header.Name, header.Typeflag, header.Mode, header.Uid, header.Gid)
	}
	if !header.ModTime.Equal(created) {
		return fmt.Errorf("the manager is of %s, want %s, the time of the image", header.ModTime.UTC(), created.UTC())
	}
	executable, err := io.ReadAll(archive)
	if err != nil {
		return err
	}
	if header, err := archive.Next(); !errors.Is(err, io.EOF) {
		if err != nil {
			return err
		}
		return fmt.Errorf("it has another file, %q", header.Name)
	}
	return checkStatic(bytes.NewReader(executable), architecture)
}
