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

// Package output writes what a command has found, for people and for programs.
package output

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// APIVersion is that of the documents that commands print with -o json and -o yaml. They are not objects of a cluster.
const APIVersion = "cli.stakeholders.dev/v1alpha1"

// What the output of some commands has, and that of others has not.
const (
	// Name is the format with a line for each object. The result is Named.
	Name = "name"
	// Wide is the format with more columns, or with more lines.
	Wide = "wide"
	// NoHeaders is the flag of tables.
	NoHeaders = "no-headers"
)

// Result is what a command has found. As JSON it has apiVersion (APIVersion) and kind, unless it is an object or a list
// of objects of the cluster. What it lists is in the field items, as in the lists of Kubernetes.
type Result interface {
	// Text writes it for people. Wide asks for more columns.
	Text(t *terminal.Terminal, options TextOptions) error
}

// TextOptions are about output for people.
type TextOptions struct {
	Wide, NoHeaders bool
}

// Write writes a table, which has whole cells if it is wide.
func (o TextOptions) Write(t *terminal.Terminal, table *terminal.Table) error {
	width := t.Width
	if o.Wide {
		width = 0
	}
	return table.Write(t.Out, width, o.NoHeaders)
}

// TypeMeta is the type of a document that commands print.
func TypeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: APIVersion, Kind: kind}
}

// Named is a Result whose -o name has a line for each object, such as "stakeholdermap.stakeholders.dev/checkout".
type Named interface {
	Names() []string
}

// Flags are --output and --no-headers.
type Flags struct {
	format    string
	noHeaders bool
	features  []string
	own       map[string]func(w io.Writer, r Result) error
	programs  *genericclioptions.JSONYamlPrintFlags
	jsonPath  *genericclioptions.JSONPathPrintFlags
}

// AddTo adds the flags to a command. Its own formats have a writer each. The features are some of Name, Wide and NoHeaders.
func (f *Flags) AddTo(cmd *cobra.Command, own map[string]func(io.Writer, Result) error, features ...string) {
	f.own, f.features = own, features
	f.programs = genericclioptions.NewJSONYamlPrintFlags()
	f.jsonPath = genericclioptions.NewJSONPathPrintFlags("", false)
	cmd.Flags().VarP(formatValue{f}, "output", "o", "Output format: "+strings.Join(f.formats(), ", ")+".")
	if slices.Contains(features, NoHeaders) {
		cmd.Flags().BoolVar(&f.noHeaders, NoHeaders, false, "Do not print the header of a table.")
	}
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(f.formats(), cobra.ShellCompDirectiveNoFileComp))
}

func (f *Flags) formats() []string {
	formats := append(f.programs.AllowedFormats(), "jsonpath=…")
	for format := range f.own {
		formats = append(formats, format)
	}
	for _, feature := range f.features {
		if feature != NoHeaders {
			formats = append(formats, feature)
		}
	}
	slices.Sort(formats)
	return slices.Compact(formats)
}

// Write writes a result in the chosen format.
func (f *Flags) Write(t *terminal.Terminal, r Result) error {
	if own, ok := f.own[f.format]; ok {
		return own(t.Out, r)
	}
	switch f.format {
	case "", Wide:
		return r.Text(t, TextOptions{Wide: f.format == Wide, NoHeaders: f.noHeaders})
	case Name:
		return names(t.Out, r)
	default:
		return f.print(t, r)
	}
}

// names writes a line for each name. Names in a cluster have no invisible characters; a file may have them, and must not forge a line.
func names(w io.Writer, r Result) error {
	named, ok := r.(Named)
	if !ok {
		return fmt.Errorf("%T has no names", r)
	}
	for _, name := range named.Names() {
		if _, err := fmt.Fprintln(w, terminal.Escape(name)); err != nil {
			return err
		}
	}
	return nil
}

// Programs reports whether the output is for programs.
func (f *Flags) Programs() bool { return f.format != "" && f.format != Wide }
