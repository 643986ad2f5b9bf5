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
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

func newWithdrawCommand(env *environment) *cobra.Command {
	var flags output.Flags
	cmd := &cobra.Command{
		Use:   "withdraw REQUEST",
		Short: "Withdraw a request that you have made",
		Long: `Withdraw a request that you have made. It ends without an answer, and that is final. Only the user who asked can do it, and only
as long as there is no outcome. REQUEST is a name, or namespace/name.`,
		Example: `  kubectl stakeholders withdraw checkout-1-4-0
  kubectl stakeholders withdraw payments/checkout-1-4-0`,
		Args:              takes("REQUEST", 1, 1, "`kubectl stakeholders requests` lists the open ones"),
		ValidArgsFunction: completeArgs(env.completeRequests()),
		RunE: func(cmd *cobra.Command, args []string) error {
			result, err := env.withdraw(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return flags.Write(env.Terminal, result)
		},
	}
	flags.AddTo(cmd, nil, output.Name)
	return cmd
}

func (e *environment) withdraw(ctx context.Context, name string) (*withdrawn, error) {
	c, err := e.connect(false)
	if err != nil {
		return nil, err
	}
	key, err := requestKey(c, name)
	if err != nil {
		return nil, err
	}
	r, err := c.Request(ctx, key)
	if err != nil {
		return nil, err
	}
	result := &withdrawn{request: r, name: inquiry.Name(r, c.Namespace)}
	switch {
	case r.Spec.Withdrawn != nil && *r.Spec.Withdrawn:
		result.before = true
		return result, nil
	case r.Status.Outcome != "" && r.Status.Outcome != v1alpha1.OutcomePending:
		return nil, failure.No("cannot withdraw %s: it has ended. %s", key, inquiry.Ending(r))
	}
	patch, err := inquiry.WithdrawPatch(r)
	if err != nil {
		return nil, err
	}
	return result, explainWrite(c, r, "withdraw "+key.String(), c.Patch(ctx, r, client.RawPatch(types.JSONPatchType, patch)))
}

// withdrawn is what `withdraw` prints.
type withdrawn struct {
	request *v1alpha1.StakeholderRequest
	name    string
	// before says that it was withdrawn before.
	before bool
}

// MarshalJSON writes the request as the API server has it.
func (w *withdrawn) MarshalJSON() ([]byte, error) {
	return json.Marshal(&requested{request: w.request})
}

// Names implements output.Named.
func (w *withdrawn) Names() []string { return []string{inquiry.Kind + "/" + w.request.Name} }

// Text implements output.Result.
func (w *withdrawn) Text(t *terminal.Terminal, _ output.TextOptions) error {
	line := "withdrawn " + w.name + ": " + w.request.Spec.Title
	if w.before {
		line = "unchanged: " + w.name + " was withdrawn already"
	}
	_, err := fmt.Fprintln(t.Out, terminal.Escape(line))
	return err
}
