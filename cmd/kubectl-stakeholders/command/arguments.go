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
	"strings"

	"github.com/spf13/cobra"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// takes checks the number of arguments. Names says what they are: "PRODUCT [TOPIC]". A hint says what to do instead of reading the help.
func takes(names string, least, most int, hint ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		advice := "See `" + cmd.CommandPath() + " --help`"
		if len(hint) > 0 {
			advice = strings.Join(hint, " ")
		}
		switch {
		case len(args) < least:
			return failure.Usage("%s needs %s. %s", cmd.Name(), names, advice)
		case len(args) > most && most == 0:
			return failure.Usage("%s takes no argument, but there is %q. %s", cmd.Name(), args[0], advice)
		case len(args) > most:
			return failure.Usage("%s takes %s and no more, but there is %q, too. %s", cmd.Name(), names, args[most], advice)
		}
		return nil
	}
}

// unknownValue says that a flag or an argument cannot have a value, and suggests one that is near.
func unknownValue(name, value string, known []string) error {
	return failure.Usage("%s cannot be %q: use one of %s.%s", name, value, strings.Join(known, ", "), product.Suggest(value, known))
}

// note tells a user something beside the answer.
func (e *environment) note(text string) { e.Note(text) }

// notes is note for several texts.
func (e *environment) notes(texts []string) {
	for _, text := range texts {
		e.Note(text)
	}
}
