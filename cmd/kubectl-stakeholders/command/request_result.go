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
	"encoding/json"
	"fmt"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// requested is what `request` prints.
type requested struct {
	request *v1alpha1.StakeholderRequest
	// namespace in which the user works.
	namespace string
	dryRun    string
	// existed says that the same was asked before.
	existed bool
}

// MarshalJSON writes the request as the API server has it.
func (r *requested) MarshalJSON() ([]byte, error) {
	object := r.request.DeepCopy()
	object.APIVersion, object.Kind = v1alpha1.GroupVersion.String(), "StakeholderRequest"
	object.ManagedFields = nil
	return json.Marshal(object)
}

// Names are those that `kubectl get` and the commands that answer take.
func (r *requested) Names() []string { return []string{inquiry.Kind + "/" + r.request.Name} }

// headline says what was done, as kubectl does.
func (r *requested) headline() string {
	name := r.request.Name
	if name == "" {
		name = r.request.GenerateName + "…"
	}
	done := "created"
	if r.existed {
		done = "unchanged"
	}
	line := inquiry.Kind + "/" + name + " " + done
	switch r.dryRun {
	case "client":
		line += " (dry run)"
	case "server":
		line += " (server dry run)"
	}
	return terminal.Escape(line)
}

// Text says which parties got the request, what it waits for, and how to answer it.
func (r *requested) Text(t *terminal.Terminal, _ output.TextOptions) error {
	lines := []string{t.Paint(terminal.Bold, r.headline())}
	status := &r.request.Status
	if r.dryRun == "none" {
		progress := inquiry.ProgressOf(r.request)
		switch {
		case len(status.To) > 0:
			lines = append(lines, labelled(t, "Went to", strings.Join(status.To, ", ")), labelled(t, "Status", progress.Message))
		case progress.Message != "":
			lines = append(lines, t.Paint(terminal.Yellow, labelled(t, "Status", progress.Message)))
		default:
			lines = append(lines, labelled(t, "Status", "not known yet. `kubectl stakeholders requests` shows it"))
		}
		if deciding := inquiry.Deciding(status.Class); status.Class != "" && !progress.Ended {
			lines = append(lines, terminal.Escape(fmt.Sprintf("Answer:   kubectl stakeholders %s %s/%s", inquiry.Commands(deciding[:1]), r.request.Namespace, r.request.Name)))
			if len(deciding) > 1 {
				lines[len(lines)-1] += "   (or " + inquiry.Commands(deciding[1:]) + ")"
			}
		}
	}
	_, err := fmt.Fprintln(t.Out, strings.Join(lines, "\n"))
	return err
}
