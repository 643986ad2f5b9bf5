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
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/importer"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// proof is the result of --prove.
type proof struct{ *importer.Proof }

var proofHeader = []string{"SUBJECT", "RIGHT", "BEFORE", "AFTER", "CHANGE"}

func (p proof) rows() [][]string {
	out := make([][]string, len(p.Rows))
	for i, row := range p.Rows {
		out[i] = []string{importer.SubjectName(row.Subject), row.Right, string(row.Before), string(row.After), row.Change}
	}
	return out
}

func summary(c importer.Counts) string {
	return fmt.Sprintf("%d gained, %d lost, %d kept, %d unknown", c.Gains, c.Loses, c.Keeps, c.Unknown)
}

func (p proof) total() string {
	subjects := "subjects"
	if p.Counts.Subjects == 1 {
		subjects = "subject"
	}
	return fmt.Sprintf("%d %s, rights: %s.", p.Counts.Subjects, subjects, summary(p.Counts))
}

// proofColumns formats a row for people. The right comes last, because it is long.
const proofColumns = "  %-8s %-8s %s\n"

// Text implements output.Result. Subjects are headings, because the table would be too wide with them.
func (p proof) Text(t *terminal.Terminal, options output.TextOptions) error {
	var b strings.Builder
	if !options.NoHeaders {
		fmt.Fprintf(&b, proofColumns, "BEFORE", "AFTER", "RIGHT")
	}
	for first := 0; first < len(p.Rows); {
		subject := p.Rows[first].Subject
		end := first
		for end < len(p.Rows) && p.Rows[end].Subject == subject {
			end++
		}
		name := terminal.Escape(importer.SubjectName(subject))
		fmt.Fprintf(&b, "%s (%s)\n", t.Paint(terminal.Bold, name), summary(importer.Count(p.Rows[first:end])))
		for _, row := range p.Rows[first:end] {
			fmt.Fprintf(&b, proofColumns, row.Before, row.After, terminal.Escape(row.Right))
		}
		first = end
	}
	b.WriteString("\n" + p.total() + "\n")
	for _, note := range p.Notes {
		b.WriteString(terminal.Wrap(terminal.Escape(note), t.Width, "") + "\n")
	}
	_, err := io.WriteString(t.Out, b.String())
	return err
}

func (p proof) csv(w io.Writer) error { return output.CSV(w, proofHeader, p.rows()) }

// markdown writes the table for a pull request. Names are code, so that they mention no user.
func (p proof) markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("| Subject | Right | Before | After | Change |\n| --- | --- | --- | --- | --- |\n")
	for _, row := range p.rows() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", codeCell(row[0]), codeCell(row[1]), row[2], row[3], row[4])
	}
	b.WriteString("\n" + p.total() + "\n")
	for _, note := range p.Notes {
		b.WriteString("\n" + codeCell(note) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// codeCell returns a text as code in a cell of a table, in which only backticks and pipes have a meaning.
func codeCell(s string) string {
	s = strings.ReplaceAll(terminal.Escape(s), "|", `\|`)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if fence == "`" {
		return fence + s + fence
	}
	return fence + " " + s + " " + fence
}

func (i *importing) runProof(ctx context.Context, args []string) error {
	rbac, err := i.rbac(ctx, args)
	if err != nil {
		return err
	}
	m, err := i.mapToProve(ctx, rbac)
	if err != nil {
		return err
	}
	now, err := i.source.time(i.now())
	if err != nil {
		return err
	}
	policy, err := i.policyInFile(ctx, i.source.policy)
	if err != nil {
		return err
	}
	p, err := product.Declared(m, policy, now)
	if err != nil {
		return err
	}
	result := proof{importer.Prove(rbac, p)}
	result.TypeMeta = output.TypeMeta("Proof")
	if err := i.output.Write(i.Terminal, result); err != nil {
		return err
	}
	if result.Counts.Gains+result.Counts.Loses+result.Counts.Unknown > 0 {
		return failure.ErrNo
	}
	return nil
}

// mapToProve returns the map of --map or, without one, the draft.
func (i *importing) mapToProve(ctx context.Context, rbac *importer.RBAC) (*v1alpha1.StakeholderMap, error) {
	name := i.mapFile
	files := manifest.Files{Names: []string{name}}
	read := func(each func(*manifest.Document) error) error { return files.Read(ctx, i.In, each) }
	if name == "" {
		content, err := importer.RoleBindings(rbac, i.options()).YAML()
		if err != nil {
			return nil, err
		}
		read = func(each func(*manifest.Document) error) error {
			return manifest.Parse("the draft", strings.NewReader(string(content)), each)
		}
	}
	var found *v1alpha1.StakeholderMap
	err := read(func(d *manifest.Document) error {
		if d.Kind != kindMap || !isOurs(d) || i.name != "" && d.Name != i.name {
			return nil
		}
		if found != nil {
			return fmt.Errorf("%s has several StakeholderMaps: choose one with --name", d.File)
		}
		if err := checkVersion(d); err != nil {
			return err
		}
		found = &v1alpha1.StakeholderMap{}
		return d.Decode(found)
	})
	switch {
	case err != nil:
		return nil, failure.Usage("%w", err)
	case found == nil:
		return nil, failure.Usage("no StakeholderMap in %s, which --map names", name)
	}
	if found.Namespace = cmp.Or(found.Namespace, i.namespaceGiven(), rbac.Namespace()); found.Namespace == "" {
		return nil, failure.Usage("the map names no namespace, and the RoleBindings are of several or of none: add -n NAMESPACE")
	}
	return found, nil
}

// proofFlags are the formats of a proof.
type proofFlags struct {
	output.Flags

	cmd *cobra.Command
}

func (f *proofFlags) addTo(cmd *cobra.Command) {
	f.cmd = cmd
	f.AddTo(cmd, map[string]func(io.Writer, output.Result) error{
		"csv": ofProof(proof.csv), "markdown": ofProof(proof.markdown),
	})
}

// ofProof makes a format of a method.
func ofProof(write func(proof, io.Writer) error) func(io.Writer, output.Result) error {
	return func(w io.Writer, r output.Result) error {
		p, ok := r.(proof)
		if !ok {
			return fmt.Errorf("%T is no proof", r)
		}
		return write(p, w)
	}
}

// given reports whether the user has chosen a format.
func (f *proofFlags) given() bool { return f.cmd.Flags().Changed("output") }
