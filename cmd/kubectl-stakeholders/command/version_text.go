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
	"fmt"
	"runtime"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// versions are those of the plugin and of the operator.
type versions struct {
	metav1.TypeMeta `json:",inline"`

	Client clientVersion `json:"client"`
	// API that the cluster serves. Nil if it was not asked.
	API *apiVersion `json:"api,omitempty"`
	// Operators are those in the cluster: one, usually.
	Operators []operatorVersion `json:"operators,omitempty"`
	// OperatorProblem says why there are none.
	OperatorProblem string `json:"operatorProblem,omitempty"`
}

type clientVersion struct {
	Version   string `json:"version"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

// fit says whether the API of the operator fits this plugin.
type fit string

const (
	fits            fit = "Fits"
	operatorIsOlder fit = "OperatorIsOlder"
	pluginIsOlder   fit = "PluginIsOlder"
)

type apiVersion struct {
	Version string `json:"version"`
	Fit     fit    `json:"fit"`
	// Missing are the kinds and fields that only this plugin knows, and Unknown those that only the operator knows.
	Missing []string `json:"missing,omitempty"`
	Unknown []string `json:"unknown,omitempty"`
}

type operatorVersion struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	Image     string `json:"image"`
	// Version is the tag of the image. It may have none.
	Version string `json:"version,omitempty"`
}

func newVersions(client string) *versions {
	return &versions{
		TypeMeta: output.TypeMeta("Version"),
		Client:   clientVersion{client, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH},
	}
}

// Text implements output.Result. It looks like the output of kubectl version.
func (v *versions) Text(t *terminal.Terminal, options output.TextOptions) error {
	var out strings.Builder
	line := func(name, value string) {
		out.WriteString(t.Hanging(fmt.Sprintf("%-19s", name+":"), value) + "\n")
	}
	line("Client Version", v.Client.Version)
	if options.Wide {
		line("Go Version", v.Client.GoVersion)
		line("Platform", v.Client.Platform)
	}
	for _, o := range v.Operators {
		line("Operator Version", o.words(options.Wide))
	}
	if v.OperatorProblem != "" {
		line("Operator Version", "unknown: "+v.OperatorProblem)
	}
	if v.API != nil {
		line("API", v.API.Version+", "+v.API.words())
		for _, missing := range v.API.Missing {
			line("Operator lacks", missing)
		}
		for _, unknown := range v.API.Unknown {
			line("Plugin lacks", unknown)
		}
	}
	_, err := t.Out.Write([]byte(out.String()))
	return err
}

func (o *operatorVersion) words(wide bool) string {
	version := o.Version
	if version == "" {
		version = "unknown: its image " + o.Image + " has no tag"
	}
	if wide {
		version += " (" + o.Image + ", Deployment " + o.Namespace + "/" + o.Name + ")"
	}
	return version
}

func (a *apiVersion) words() string {
	switch a.Fit {
	case operatorIsOlder:
		return "older than this plugin: update the operator"
	case pluginIsOlder:
		return "newer than this plugin: update the plugin"
	case fits:
	}
	return "fits this plugin"
}
