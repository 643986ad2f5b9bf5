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

const (
	krewAPIVersion = "krew.googlecontainertools.github.com/v1alpha2"
	home           = "https://github.com/stakeholders-dev/stakeholder-operator"
)

// manifest is krew's Plugin.
type manifest struct {
	metav1.TypeMeta `json:",inline"`

	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec spec `json:"spec"`
}

type spec struct {
	Version          string     `json:"version"`
	ShortDescription string     `json:"shortDescription"`
	Description      string     `json:"description"`
	Caveats          string     `json:"caveats"`
	Homepage         string     `json:"homepage"`
	Platforms        []platform `json:"platforms"`
}

type platform struct {
	URI      string               `json:"uri"`
	SHA256   string               `json:"sha256"`
	Bin      string               `json:"bin"`
	Files    []fileOperation      `json:"files"`
	Selector metav1.LabelSelector `json:"selector"`
}

type fileOperation struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// newManifest returns the manifest of a version, with the digests of its archives.
func newManifest(version string, digests map[target]string) *manifest {
	m := &manifest{TypeMeta: metav1.TypeMeta{APIVersion: krewAPIVersion, Kind: "Plugin"}}
	m.Metadata.Name = "stakeholders"
	m.Spec = spec{
		Version:          version,
		ShortDescription: "Find out who to ask about a product, and who may approve",
		Description: `Says who to ask about a topic of a product, who may approve and why. Checks and
previews a StakeholderMap before it is applied, also without a cluster. Makes
requests and answers them.
`,
		Caveats: `To complete "kubectl stakeholders" with the Tab key, link the helper once:
  ln -s ~/.krew/store/stakeholders/` + version + `/kubectl_complete-stakeholders \
    ~/.krew/bin/kubectl_complete-stakeholders
`,
		Homepage: home,
	}
	for _, t := range platforms {
		m.Spec.Platforms = append(m.Spec.Platforms, platform{
			URI:      home + "/releases/download/" + version + "/" + t.archive(version),
			SHA256:   digests[t],
			Bin:      t.program(),
			Files:    []fileOperation{{t.program(), "."}, {t.completion(), "."}, {"LICENSE", "."}},
			Selector: metav1.LabelSelector{MatchLabels: map[string]string{"os": t.os, "arch": t.arch}},
		})
	}
	return m
}

var (
	// Krew accepts the versions of https://semver.org with a v before them.
	semver = regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$`)
	digest = regexp.MustCompile(`^[a-f0-9]{64}$`)
	plain  = regexp.MustCompile(`^[\w-]+$`)
)

func validateVersion(version string) error {
	if !semver.MatchString(version) {
		return fmt.Errorf("the version %q is not a semantic version such as v1.2.3", version)
	}
	return nil
}

// validate makes the checks with which krew accepts a manifest into its index.
func (m *manifest) validate() error {
	var problems []error
	check := func(ok bool, problem string) {
		if !ok {
			problems = append(problems, errors.New(problem))
		}
	}
	check(m.APIVersion == krewAPIVersion, "apiVersion must be "+krewAPIVersion)
	check(m.Kind == "Plugin", "kind must be Plugin")
	check(plain.MatchString(m.Metadata.Name), "metadata.name must have only letters, digits, '_' and '-'")
	problems = append(problems, validateVersion(m.Spec.Version))
	check(m.Spec.ShortDescription != "" && !strings.Contains(m.Spec.ShortDescription, "\n"), "spec.shortDescription must be one line")
	check(len(m.Spec.Platforms) > 0, "spec.platforms is empty")
	seen := make([]string, 0, len(m.Spec.Platforms))
	for i := range m.Spec.Platforms {
		p := &m.Spec.Platforms[i]
		at := fmt.Sprintf("spec.platforms[%d]", i)
		check(strings.HasPrefix(p.URI, "https://"), at+".uri must be an https URL")
		check(digest.MatchString(p.SHA256), at+".sha256 must be 64 hexadecimal digits")
		check(p.Bin != "" && slices.ContainsFunc(p.Files, func(f fileOperation) bool { return f.From == p.Bin }), at+".bin must be one of the files")
		check(len(p.Files) > 0 && !slices.ContainsFunc(p.Files, func(f fileOperation) bool { return f.From == "" || f.To == "" }), at+".files need from and to")
		labels := p.Selector.MatchLabels
		check(len(labels) == 2 && labels["os"] != "" && labels["arch"] != "", at+".selector must select by os and arch")
		key := labels["os"] + "/" + labels["arch"]
		check(!slices.Contains(seen, key), at+": there is already a platform "+key)
		seen = append(seen, key)
	}
	return errors.Join(problems...)
}
