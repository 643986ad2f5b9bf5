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
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// push copies the image of a layout to a registry, and returns its name with the digest. It logs in as "docker login" has
// stored it. It does not move a tag to another image, because others may rely on it.
func push(ctx context.Context, path, target string) (string, error) {
	tag, err := parseTarget(target)
	if err != nil {
		return "", err
	}
	index, digest, err := open(path)
	if err != nil {
		return "", err
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	published := tag.Digest(digest.String()).String()
	existing, err := remote.Head(tag, options...)
	var refused *transport.Error
	switch {
	case err == nil && existing.Digest == digest:
		return published, nil
	case err == nil:
		return "", fmt.Errorf("%s is another image already, %s: choose a new version", tag, existing.Digest)
	case !errors.As(err, &refused) || refused.StatusCode != http.StatusNotFound:
		return "", err
	}
	return published, remote.WriteIndex(tag, index, options...)
}

// parseTarget reads the name of an image and its tag. As for a container engine, a name without a registry is one of Docker Hub:
// the released image has such a name. Without a tag the package would take "latest", which moves.
func parseTarget(target string) (name.Tag, error) {
	tag, err := name.NewTag(target, name.WeakValidation)
	if err != nil {
		return name.Tag{}, err
	}
	if !strings.HasSuffix(target, ":"+tag.TagStr()) {
		return name.Tag{}, fmt.Errorf("%s has no tag: add the version, as in %s:v1.2.3", target, target)
	}
	return tag, nil
}
