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
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const krewAPIVersion = "krew.googlecontainertools.github.com/v1alpha2"

// platforms that the plugin is released for.
var platforms = []string{"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64"}

// platformsOf are the platforms of one operating system, or all if it is empty.
func platformsOf(system string) []string {
	var out []string
	for _, p := range platforms {
		if system == "" || strings.HasPrefix(p, system+"/") {
			out = append(out, p)
		}
	}
	return out
}

// manifest is krew's Plugin.
type manifest struct {
	metav1.TypeMeta `json:",inline"`

	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version          string     `json:"version"`
		ShortDescription string     `json:"shortDescription"`
		Description      string     `json:"description"`
		Caveats          string     `json:"caveats"`
		Homepage         string     `json:"homepage"`
		Platforms        []platform `json:"platforms"`
	} `json:"spec"`
}

// platform lists no files, and so krew installs all that are in the archive.
type platform struct {
	URI      string               `json:"uri"`
	SHA256   string               `json:"sha256"`
	Bin      string               `json:"bin"`
	Selector metav1.LabelSelector `json:"selector"`
}

var (
	// Krew accepts the versions of https://semver.org with a v before them.
	semver = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)
	digest = regexp.MustCompile(`^[a-f0-9]{64}$`)
)

// validate makes the checks with which krew accepts a manifest into its index. The manifest has to name the wanted platforms.
func (m *manifest) validate(want []string) error {
	var problems []error
	check := func(ok bool, problem string) {
		if !ok {
			problems = append(problems, errors.New(problem))
		}
	}
	check(m.APIVersion == krewAPIVersion, "apiVersion must be "+krewAPIVersion)
	check(m.Kind == "Plugin", "kind must be Plugin")
	check(m.Metadata.Name == "stakeholders", "metadata.name must be stakeholders, as the file")
	check(semver.MatchString(m.Spec.Version), "spec.version must be a semantic version such as v1.2.3")
	check(m.Spec.ShortDescription != "" && !strings.Contains(m.Spec.ShortDescription, "\n"), "spec.shortDescription must be one line")
	found := make([]string, 0, len(m.Spec.Platforms))
	for i := range m.Spec.Platforms {
		p := &m.Spec.Platforms[i]
		at := fmt.Sprintf("spec.platforms[%d]", i)
		check(strings.HasPrefix(p.URI, "https://"), at+".uri must be an https URL")
		check(digest.MatchString(p.SHA256), at+".sha256 must be 64 hexadecimal digits")
		labels := p.Selector.MatchLabels
		check(len(labels) == 2, at+".selector must select by os and arch")
		found = append(found, labels["os"]+"/"+labels["arch"])
	}
	slices.Sort(found)
	check(slices.Equal(found, want), fmt.Sprintf("the platforms are %v, want %v", found, want))
	return errors.Join(problems...)
}
