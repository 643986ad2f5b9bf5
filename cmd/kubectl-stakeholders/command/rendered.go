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
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/preview"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// renderedObjects are the objects of the preview, as a list of objects of the cluster.
type renderedObjects struct {
	metav1.TypeMeta `json:",inline"`

	Items []runtime.Object `json:"items"`
	names []string
	// written says that objects were written before.
	written bool
}

func (o *renderedObjects) add(object render.Object) {
	o.Items = append(o.Items, object)
	kind := strings.ToLower(object.GetObjectKind().GroupVersionKind().GroupKind().String())
	o.names = append(o.names, kind+"/"+object.GetName())
}

var (
	_ output.Result = &renderedObjects{}
	_ output.Named  = &renderedObjects{}
)

// Names implements output.Named.
func (o *renderedObjects) Names() []string { return o.names }

// Text implements output.Result: a stream of YAML documents.
func (o *renderedObjects) Text(t *terminal.Terminal, _ output.TextOptions) error {
	for _, object := range o.Items {
		content, err := yaml.Marshal(object)
		if err != nil {
			return err
		}
		if o.written {
			content = append([]byte("---\n"), content...)
		}
		o.written = true
		if _, err := t.Out.Write(content); err != nil {
			return err
		}
	}
	return nil
}

// refuse says which maps are invalid, and why.
func (r *renderCommand) refuse(products []*preview.Product) error {
	var invalid []string
	for _, p := range products {
		if !p.IsInvalid() {
			continue
		}
		invalid = append(invalid, p.Name())
		const most = 5
		findings := validate.Errors(p.Findings)
		for _, finding := range findings[:min(len(findings), most)] {
			r.note(fmt.Sprintf("%s is invalid: %s: %s: %s", p.Name(), finding.Field, finding.Code, finding.Message))
		}
		if more := len(findings) - most; more > 0 {
			r.note(p.Name() + " has " + messages.Count(more, "more error", "more errors") + ".")
		}
	}
	if len(invalid) == 0 {
		return nil
	}
	const most = 3
	return failure.No("not rendered, because invalid: %s. Run `kubectl stakeholders lint%s`", messages.And(invalid, most), r.source.flags())
}
