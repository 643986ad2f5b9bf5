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

package output

import (
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/printers"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// print writes a document for programs, which get each string as it is: invisible characters are escaped where the format has escapes.
// Those of a JSONPath are escaped only on a terminal, as for people.
func (f *Flags) print(t *terminal.Terminal, document any) error {
	printer, err := f.printer(f.format)
	if err != nil {
		return err
	}
	value, err := sorted(document)
	if err != nil {
		return err
	}
	var text string
	switch {
	case f.format == "yaml":
		text, err = toYAML(value)
	case f.format == "kyaml":
		text, err = toKYAML(value)
	case isTemplate(f.format) && t.Width > 0:
		text, err = printed(printer, escaped(value))
	case isTemplate(f.format):
		text, err = printed(printer, value)
	default:
		text, err = printed(printer, value)
		text = inJSON(text)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(t.Out, text)
	return err
}

// isTemplate reports whether a template says what is between the strings of a document.
func isTemplate(format string) bool {
	return strings.HasPrefix(format, "jsonpath=") || strings.HasPrefix(format, "jsonpath-file=")
}

func printed(printer printers.ResourcePrinter, document any) (string, error) {
	object := &unstructured.Unstructured{}
	object.Object, _ = document.(map[string]any)
	var out strings.Builder
	err := explainPath(printer.PrintObj(object, &out))
	return out.String(), err
}

// explainPath shortens the error about a JSONPath, which has the whole document.
func explainPath(err error) error {
	if err == nil || !strings.HasPrefix(err.Error(), "error executing jsonpath ") {
		return err
	}
	text, _, _ := strings.Cut(err.Error(), ". Printing more information")
	text, _, _ = strings.Cut(text, "\n")
	return failure.Usage("%s", text)
}

// printer returns the printer of a format, which is one for programs.
func (f *Flags) printer(format string) (printers.ResourcePrinter, error) {
	printer, err := f.programs.ToPrinter(format)
	if genericclioptions.IsNoCompatiblePrinterError(err) {
		printer, err = f.jsonPath.ToPrinter(format)
	}
	if genericclioptions.IsNoCompatiblePrinterError(err) {
		err = fmt.Errorf("use one of %s", strings.Join(f.formats(), ", "))
	}
	return printer, err
}

// escaped escapes all texts and keys in a value. Lists and maps are changed in place.
func escaped(value any) any {
	switch value := value.(type) {
	case string:
		return terminal.EscapeLines(value)
	case []any:
		for i := range value {
			value[i] = escaped(value[i])
		}
	case map[string]any:
		for key, item := range value {
			delete(value, key)
			value[terminal.Escape(key)] = escaped(item)
		}
	}
	return value
}
