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

package admission

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// compareLint says how `kubectl stakeholders lint` differs from the API server about a map: it refuses what the API server
// refuses, and nothing else, but for errors that depend on the time or that only the operator finds. It returns "" if it does
// not differ. Errors are those that the rules in Go find in the text of the map; nil means that Go cannot read it.
func compareLint(ctx context.Context, content []byte, v verdict, errors codes) string {
	findings, err := linted(ctx, content)
	if err != nil {
		return fmt.Sprintf("lint fails: %v", err)
	}
	var found codes
	refused := false
	for _, f := range findings {
		if f.Level != lint.Error {
			continue
		}
		code := v1alpha1.FindingCode(f.Code)
		found = append(found, code)
		refused = refused || f.Code == lint.Schema || errors == nil || slices.Contains(errors, code) || standsFor(code, errors)
	}
	if refused != (v.err != nil) {
		return fmt.Sprintf("lint finds %v, and the API server says: %v", found, v.err)
	}
	for _, code := range errors {
		if !slices.Contains(found, code) && !slices.ContainsFunc(found, func(f v1alpha1.FindingCode) bool { return standsFor(f, codes{code}) }) {
			return fmt.Sprintf("lint finds %v, and not %s", found, code)
		}
	}
	return ""
}

// standsFor reports whether lint finds a code where admission, which judges as if every window were open, finds one of
// others: an approval that no party receives now is unroutable, and its quorum is not counted.
func standsFor(code v1alpha1.FindingCode, others codes) bool {
	return code == v1alpha1.UnroutableTopic && slices.Contains(others, v1alpha1.QuorumUnreachable)
}

// linted returns the findings of a map under the policy in force.
func linted(ctx context.Context, content []byte) (findings []lint.Finding, err error) {
	linter := &lint.Linter{Policy: inForce, Now: fixtures.Now, Namespace: metav1.NamespaceDefault}
	err = manifest.Parse("map.json", bytes.NewReader(content), func(d *manifest.Document) error {
		found, err := linter.Document(ctx, d)
		findings = append(findings, found...)
		return err
	})
	return findings, err
}
