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

package stakeholdermap

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/namespaces"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/optionalwatch"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// accountPlanner says which ServiceAccounts for Kargo a map should have.
type accountPlanner struct {
	namespaces client.Reader
	// reader has the ServiceAccounts that carry our label, or says why they are not known. Nil without an error: they are not
	// watched.
	reader func() (client.Reader, error)
}

// plan returns what a map should have of ServiceAccounts in those of some namespaces that are Kargo projects. It is nil if
// the policy asks for none and there are none. Claims is called only if it is needed.
func (p *accountPlanner) plan(
	ctx context.Context, policy *v1alpha1.StakeholderPolicySpec, targets []string, claims func() map[string]render.Claims,
) *apply.Accounts {
	wanted := policy != nil && policy.Outputs.Kargo == v1alpha1.Enabled
	reader, err := p.reader()
	if reader == nil && err == nil {
		if !wanted {
			return nil
		}
		// The policy's reconciler is about to start the watch.
		err = optionalwatch.ErrNotSynced
	}
	if errors.Is(err, optionalwatch.ErrNotSynced) {
		err = apply.ErrAccountsUnknown
	}
	out := &apply.Accounts{Cache: reader, Err: err}
	if !wanted {
		return out
	}
	out.Namespaces = make(map[string]bool)
	source := namespaces.Source{Context: ctx, Reader: p.namespaces}
	for _, name := range targets {
		// A namespace that was deleted since is no project.
		if ns, err := source.ByName(name); err == nil && ns != nil && render.IsKargoProject(ns) {
			out.Namespaces[name] = true
		}
	}
	if len(out.Namespaces) > 0 {
		out.Claims = claims()
	}
	return out
}
