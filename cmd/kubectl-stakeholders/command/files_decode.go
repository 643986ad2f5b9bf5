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

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/effectivepolicy"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// isPolicy reports whether a document is the StakeholderPolicy of a platform team, in any version, or the one that the operator keeps
// in force. No other has an effect. Of several in the same files, the last one counts, as if kubectl applied them.
func isPolicy(d *manifest.Document) bool {
	return d.IsPolicy() && (d.Name == v1alpha1.PolicyName || d.Name == v1alpha1.PolicyInForceName)
}

// decodeMap reads a map.
func decodeMap(ctx context.Context, d *manifest.Document) (*v1alpha1.StakeholderMap, error) {
	m := &v1alpha1.StakeholderMap{}
	return m, decode(ctx, d, m)
}

// refusal returns the problems for which the API server refuses an object. One in a cluster needs no check.
func refusal(ctx context.Context, d *manifest.Document) ([]schema.Problem, error) {
	return schema.Check(ctx, d.Kind, d.JSON)
}

// decode reads a map or a policy. It refuses one that is larger than the API server accepts: evaluating it could take hours.
func decode(ctx context.Context, d *manifest.Document, into any) error {
	if err := d.CheckVersion(); err != nil {
		return err
	}
	problem, err := schema.Exceeded(d.Kind, d.JSON)
	if err != nil {
		return err
	}
	if problem != nil {
		return refusedAt(d, problem)
	}
	unreadable := d.Decode(into)
	if unreadable == nil {
		return nil
	}
	// The schema names the field and the type as lint does.
	problems, err := refusal(ctx, d)
	if err != nil || len(problems) == 0 {
		return cmp.Or(err, unreadable)
	}
	return refusedAt(d, &problems[0])
}

// refusedAt is the error about an object that the API server refuses.
func refusedAt(d *manifest.Document, problem *schema.Problem) error {
	return &manifest.SyntaxError{
		File: d.File, Line: d.Locator().Find(problem.Field).Line,
		Problem: fmt.Sprintf("the API server refuses this %s: %s: %s", d.Kind, problem.Place(), problem.Message),
	}
}

// policyInFile reads the policy of --policy. Nil means that there is no such flag.
func (e *environment) policyInFile(ctx context.Context, file string) (*v1alpha1.StakeholderPolicySpec, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // nil means that there is none
	}
	var policy *v1alpha1.StakeholderPolicySpec
	files := manifest.Files{Names: []string{file}}
	err := files.Read(ctx, e.In, func(d *manifest.Document) (err error) {
		if isPolicy(d) {
			policy, err = decodePolicy(ctx, d)
		}
		return err
	})
	if err != nil {
		return nil, failure.Usage("%w", err)
	}
	if policy == nil {
		return nil, failure.Usage("no StakeholderPolicy named default in %s, which --policy names", fileName(file))
	}
	return policy, nil
}

// decodePolicy returns what a policy in a file puts in force, which is never nil. One that is already in a cluster says so in its status.
func decodePolicy(ctx context.Context, d *manifest.Document) (*v1alpha1.StakeholderPolicySpec, error) {
	policy := &v1alpha1.StakeholderPolicy{}
	if err := decode(ctx, d, policy); err != nil {
		return nil, err
	}
	problems, err := refusal(ctx, d)
	if err != nil {
		return nil, err
	}
	if len(problems) > 0 {
		return nil, refusedAt(d, &problems[0])
	}
	spec := policy.Spec
	if effectivepolicy.HasStatus(policy) && policy.Name == v1alpha1.PolicyInForceName {
		spec = policy.Status.InForce.Spec
	}
	if spec == nil {
		return &v1alpha1.StakeholderPolicySpec{}, nil
	}
	if broken := validate.Policy(spec); len(broken) > 0 {
		return nil, &manifest.SyntaxError{
			File: d.File, Line: d.Begin(),
			Problem: "the StakeholderPolicy is invalid, so the operator would not put it in force: " + broken[0].Error(),
		}
	}
	return spec, nil
}
