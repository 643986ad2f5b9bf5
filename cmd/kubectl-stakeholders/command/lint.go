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
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

func newLintCommand(env *environment) *cobra.Command {
	l := &linting{environment: env}
	cmd := &cobra.Command{
		Use:   "lint -f FILENAME",
		Short: "Check maps, policies and requests in files before they are applied",
		Long: `Check maps, policies and requests in files before they are applied, without a cluster: everything for which the API server
would refuse them (types, unknown fields, bounds and the rules of the CRDs), and every rule of the operator. Each finding has
its file, line and column.

Maps are checked under the StakeholderPolicy of --policy, or else under one named default in the files, or else under the
defaults. Objects of other kinds are passed over, so that the output of kustomize can be checked as a whole. In a folder, links
to files are followed, and links to folders are not.

The exit code is 0 without findings, 1 with findings of the level of --fail-on, and 2 if a document cannot be read or there is
nothing to check. What depends on a cluster is not checked: target namespaces, and who may write a map.`,
		Example: `  kubectl stakeholders lint -f checkout.yaml
  kubectl stakeholders lint -R -f maps/ --policy policy.yaml --fail-on warning
  kustomize build overlays/prod | kubectl stakeholders lint -f -
  kubectl stakeholders lint -R -f . -o sarif > stakeholders.sarif`,
		Args: takes("", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return l.run(cmd.Context())
		},
	}
	l.source.addTo(cmd)
	l.output.AddTo(cmd, map[string]func(io.Writer, output.Result) error{"github": l.writeGitHub, "sarif": l.writeSARIF}, output.Name)
	cmd.Flags().StringVar(&l.failOn, "fail-on", string(lint.Error), "Least level of the findings with which the exit code is 1: "+strings.Join(failOns, ", ")+".")
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(failOns, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// failOnNever is the value of --fail-on with which findings do not change the exit code.
const failOnNever = "never"

var failOns = []string{string(lint.Error), string(lint.Warning), failOnNever}

type linting struct {
	*environment
	source source
	output output.Flags
	failOn string
}

func (l *linting) run(ctx context.Context) error {
	if !slices.Contains(failOns, l.failOn) {
		return failure.Usage("--fail-on %s is unknown: use one of %s", l.failOn, strings.Join(failOns, ", "))
	}
	if err := l.source.needFiles("lint"); err != nil {
		return err
	}
	a, err := l.assumed(ctx, &l.source)
	if err != nil {
		return err
	}
	files, err := l.openFiles()
	if err != nil {
		return err
	}
	linter := &lint.Linter{Now: a.at, Namespace: l.defaultNamespace(), Policy: a.policy}
	if linter.Policy == nil {
		linter.Policy = files.policy(ctx)
	}
	progress := l.Progress("Checking documents")
	report, err := linter.Run(ctx, files.each(ctx), progress.Update)
	progress.Done()
	switch {
	case ctx.Err() != nil:
		return failure.ErrInterrupted
	case err != nil:
		return failure.Usage("%w", err)
	}
	return l.write(files, report)
}

// write writes the report, and returns the error for its exit code.
func (l *linting) write(files *lintFiles, report *lint.Report) error {
	if report.Summary.Objects() == 0 && len(report.Findings) == 0 {
		return files.nothing()
	}
	if err := l.output.Write(l.Terminal, newLintReport(report)); err != nil {
		return err
	}
	switch {
	case report.Summary.Unread > 0:
		return l.unread(report)
	case l.failOn != failOnNever && report.Has(lint.Level(l.failOn)):
		return failure.ErrNo
	default:
		return nil
	}
}

// unread is the error about documents that could not be checked. If there are several, it writes a line for each.
func (l *linting) unread(report *lint.Report) error {
	for i := range report.Findings {
		f := &report.Findings[i]
		if !f.IsUnread() {
			continue
		}
		problem := &manifest.SyntaxError{File: f.File, Line: f.Line, Problem: f.Message}
		if report.Summary.Unread == 1 {
			return failure.Usage("%w", problem)
		}
		l.Say("error", terminal.Escape(problem.Error()))
	}
	return failure.Usage("%d documents cannot be read", report.Summary.Unread)
}

func (l *linting) writeGitHub(w io.Writer, r output.Result) error {
	return lint.WriteGitHub(w, r.(*lintReport).Findings) //nolint:errcheck,forcetypeassert // the command's own result
}

func (l *linting) writeSARIF(w io.Writer, r output.Result) error {
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	return lint.WriteSARIF(w, r.(*lintReport).Findings, l.version, folder) //nolint:errcheck,forcetypeassert // the command's own result
}

// lintReport is what the command prints.
type lintReport struct {
	metav1.TypeMeta `json:",inline"`
	*lint.Report    `json:",inline"`
}

func newLintReport(report *lint.Report) *lintReport {
	return &lintReport{TypeMeta: output.TypeMeta("LintReport"), Report: report}
}

// Names are the objects with findings, as kubectl names them.
func (r *lintReport) Names() []string {
	var names []string
	seen := make(map[string]bool)
	for i := range r.Findings {
		f := &r.Findings[i]
		name := fmt.Sprintf("%s.stakeholders.dev/%s", strings.ToLower(f.Kind), f.Name)
		if f.Name != "" && !seen[name] {
			names = append(names, name)
		}
		seen[name] = true
	}
	return names
}
