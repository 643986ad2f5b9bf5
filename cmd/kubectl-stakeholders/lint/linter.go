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

package lint

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Linter checks documents. It is safe for concurrent use.
type Linter struct {
	// Policy that applies to maps. Nil means the defaults.
	Policy *v1alpha1.StakeholderPolicySpec
	// Now is the time for which windows are judged.
	Now time.Time
	// Namespace is that of objects that name none.
	Namespace string
}

// Document returns the findings of an object, in the order of the file: none if it is not of the operator's API group.
func (l *Linter) Document(ctx context.Context, d *manifest.Document) ([]Finding, error) {
	switch {
	case !d.IsOurs():
		return nil, nil
	case !d.IsKnown():
		return l.located(d, []Finding{{Level: Error, Code: UnknownVersion, Field: "apiVersion", Message: d.UnknownVersion()}}), nil
	case !slices.Contains(schema.Kinds, d.Kind):
		return l.located(d, []Finding{{
			Level: Error, Code: UnknownKind, Field: "kind",
			Message: fmt.Sprintf("%s has no kind %s: use one of %s", v1alpha1.GroupVersion.Group, d.Kind, strings.Join(schema.Kinds, ", ")),
		}}), nil
	}
	problems, err := schema.Check(ctx, d.Kind, d.JSON)
	if err != nil {
		return nil, err
	}
	// The rules take time that the bounds of the lists keep short.
	var ofRules []Finding
	if !slices.ContainsFunc(problems, func(p schema.Problem) bool { return p.TooMany }) {
		ofRules = l.rules(d, len(problems) > 0)
	}
	findings := merge(problems, ofRules)
	return append(l.located(d, findings), l.repeated(d)...), nil
}

// rules returns the findings of the operator. An object with the wrong types has none: the schema says what is wrong.
func (l *Linter) rules(d *manifest.Document, refused bool) []Finding {
	switch d.Kind {
	case names.KindMap:
		var declared struct {
			Spec v1alpha1.StakeholderMapSpec `json:"spec"`
		}
		if err := d.Decode(&declared); err != nil {
			return unreadable(err, refused)
		}
		m := &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Name: d.Name, Namespace: l.namespaceOf(d)}, Spec: declared.Spec}
		return bounded(validate.Map(m, l.Policy, l.Now))
	case names.KindPolicy:
		var declared struct {
			Spec *v1alpha1.StakeholderPolicySpec `json:"spec"`
		}
		if err := d.Decode(&declared); err != nil {
			return unreadable(err, refused)
		}
		return policyFindings(declared.Spec)
	default:
		return nil
	}
}

func policyFindings(spec *v1alpha1.StakeholderPolicySpec) []Finding {
	problems := validate.Policy(spec)
	findings := make([]Finding, 0, len(problems))
	for _, problem := range problems {
		code, message := splitCode(problem.Detail)
		if code == "" {
			code = InvalidPolicy
		}
		findings = append(findings, Finding{Level: Error, Code: code, Field: problem.Field, Message: message})
	}
	return findings
}

// unreadable is the finding about an object that the operator could not read, unless the schema has said so.
func unreadable(err error, refused bool) []Finding {
	if refused {
		return nil
	}
	return []Finding{{Level: Error, Code: Schema, Message: err.Error()}}
}

// bounded converts findings. Those of a rule that are only counted become one.
func bounded(findings []v1alpha1.Finding) []Finding {
	out := make([]Finding, 0, len(findings))
	more := 0
	for i, f := range findings {
		if f.Message != "" {
			out = append(out, Finding{Level: levelOf(f.Level), Code: string(f.Code), Field: f.Field, Message: f.Message})
			continue
		}
		more++
		if i+1 == len(findings) || findings[i+1].Code != f.Code || findings[i+1].Message != "" {
			out = append(out, Finding{Level: levelOf(f.Level), Code: string(f.Code), Message: fmt.Sprintf("%d more places break this rule", more)})
			more = 0
		}
	}
	return out
}

// maxRepeated bounds the findings about keys of an object that stand twice.
const maxRepeated = 500

// repeated returns the findings about keys that stand twice.
func (l *Linter) repeated(d *manifest.Document) []Finding {
	repeated := d.Repeated()
	findings := make([]Finding, 0, min(len(repeated), maxRepeated+1))
	for i, again := range repeated {
		f := l.about(d, Finding{
			Level: Error, Code: DuplicateField, Field: again.Field,
			Message: "the field stands here again, and kubectl would only use one of the values: remove the others",
		})
		f.Line, f.Column = again.Position.Line, again.Position.Column
		if i == maxRepeated {
			f.Field, f.Message = "", fmt.Sprintf("%d more fields stand twice", len(repeated)-maxRepeated)
			return append(findings, f)
		}
		findings = append(findings, f)
	}
	return findings
}

// located adds to findings where they are.
func (l *Linter) located(d *manifest.Document, findings []Finding) []Finding {
	if len(findings) == 0 {
		return nil
	}
	locator := d.Locator()
	for i := range findings {
		at := locator.Find(findings[i].Field)
		findings[i] = l.about(d, findings[i])
		findings[i].Line, findings[i].Column = at.Line, at.Column
	}
	sortFindings(findings)
	return findings
}

// about adds to a finding which object it is in.
func (l *Linter) about(d *manifest.Document, f Finding) Finding {
	f.File, f.Kind, f.Name = d.File, d.Kind, d.Name
	if d.Kind != names.KindPolicy {
		f.Namespace = l.namespaceOf(d)
	}
	return f
}

func (l *Linter) namespaceOf(d *manifest.Document) string { return cmp.Or(d.Namespace, l.Namespace) }
