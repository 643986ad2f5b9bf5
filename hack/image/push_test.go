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
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// newRegistry starts an empty registry, and returns its host.
func newRegistry(t *testing.T, handler http.Handler) string {
	t.Helper()
	// The user of the test may have logged in somewhere.
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func emptyRegistry() http.Handler {
	return registry.New(registry.Logger(log.New(io.Discard, "", 0)))
}

func newLayout(t *testing.T, version string) (path, digest string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "layout")
	m := testMetadata()
	m.version = version
	digest, err := write(path, newExecutables(t), m)
	if err != nil {
		t.Fatal(err)
	}
	return path, digest
}

func TestPush(t *testing.T) {
	repository := newRegistry(t, emptyRegistry()) + "/stakeholder-operator"
	path, digest := newLayout(t, "v1.2.3")
	for _, reason := range []string{"new", "there already"} {
		var out bytes.Buffer
		if err := run(t.Context(), []string{"push", path, repository + ":v1.2.3"}, &out); err != nil {
			t.Fatalf("%s: %v", reason, err)
		}
		if want := repository + "@" + digest + "\n"; out.String() != want {
			t.Errorf("%s: got %s, want %s", reason, out.String(), want)
		}
	}
	tag, err := name.NewTag(repository + ":v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	published, err := remote.Index(tag)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := published.Digest(); err != nil || got.String() != digest {
		t.Errorf("the registry has %s, %v, want the digest of the layout, %s", got, err, digest)
	}
}

func TestPushDoesNotMoveTag(t *testing.T) {
	target := newRegistry(t, emptyRegistry()) + "/stakeholder-operator:v1.2.3"
	first, _ := newLayout(t, "v1.2.3")
	other, _ := newLayout(t, "v1.2.3-other")
	if _, err := push(t.Context(), first, target); err != nil {
		t.Fatal(err)
	}
	if _, err := push(t.Context(), other, target); err == nil || !strings.Contains(err.Error(), "is another image already") {
		t.Errorf("got %v", err)
	}
}

func TestPushRefused(t *testing.T) {
	path, _ := newLayout(t, "v1.2.3")
	host := newRegistry(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	for target, want := range map[string]string{
		host + "/stakeholder-operator:v1.2.3":    "403",
		host + "/stakeholder-operator":           "has no tag",
		"stakeholders-dev/stakeholder-operator":  "has no tag",
		"stakeholders-dev/stakeholder-operator:": "tag",
		"stakeholder operator:v1.2.3":            "repository",
	} {
		if published, err := push(t.Context(), path, target); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %s, %v, want an error with %q", target, published, err, want)
		}
	}
}

// TestPushReleased requires that the name of the released image is one that push takes. It ends at the missing layout, before it
// connects to the registry.
func TestPushReleased(t *testing.T) {
	t.Parallel()
	kustomization, err := os.ReadFile("../../config/manager/kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// As RELEASED_IMAGE of the Makefile has it.
	newName := regexp.MustCompile(`(?m)^ *newName: (.*)$`).FindSubmatch(kustomization)
	if newName == nil {
		t.Fatal("config/manager/kustomization.yaml has no newName")
	}
	target := string(newName[1]) + ":v1.2.3"
	if _, err := push(t.Context(), filepath.Join(t.TempDir(), "missing"), target); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("push to %s: got %v, want an error about the missing layout", target, err)
	}
}
