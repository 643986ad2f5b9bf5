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
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// refuseEmpty refuses empty arguments and flags, and a namespace that cannot be one. A script whose variable is not set passes them, and would get the answer to another
// question.
func refuseEmpty(cmd *cobra.Command, args []string) error {
	if cmd.DisableFlagParsing {
		return nil // These are the words that a shell completes, and the last can be empty.
	}
	if i := slices.Index(args, ""); i >= 0 {
		return failure.Usage("argument %d of %s is empty: give it a value, or leave it out", i+1, cmd.Name())
	}
	var err error
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if hasEmpty(flag.Value) && !mayBeEmpty(cmd, flag.Name) {
			err = emptyFlag(flag.Name)
		}
	})
	if err != nil {
		return err
	}
	return checkNamespaces(cmd)
}

// checkNamespaces refuses a -n that is no namespace. Commands that list take several.
func checkNamespaces(cmd *cobra.Command) error {
	flag := cmd.Flag("namespace")
	if flag == nil || flag.Value.String() == "" {
		return nil
	}
	namespaces := []string{flag.Value.String()}
	if cmd.Flag(allNamespaces) != nil {
		namespaces = splitNamespaces(flag.Value.String())
	}
	for _, namespace := range namespaces {
		if namespace == "" {
			return emptyFlag(flag.Name)
		}
		if len(validation.IsDNS1123Label(namespace)) > 0 {
			return failure.Usage("--namespace: %q is no namespace: a name has lower case letters, digits and -, at most 63", namespace)
		}
	}
	return nil
}

func emptyFlag(name string) error {
	return failure.Usage("--%s is empty: give it a value, or leave it out", name)
}

// hasEmpty reports whether a value, or one of several, is empty.
func hasEmpty(value pflag.Value) bool {
	if list, ok := value.(pflag.SliceValue); ok {
		values := list.GetSlice()
		return len(values) == 0 || slices.Contains(values, "")
	}
	return value.String() == ""
}

// mayBeEmpty reports whether a flag is one of the connection, such as --context, which kubectl takes for left out if it is empty. Not
// so the flags that begin with "as": the command would act for the caller, and not for the user who is meant.
func mayBeEmpty(cmd *cobra.Command, name string) bool {
	return cmd.Root().PersistentFlags().Lookup(name) != nil && !strings.HasPrefix(name, "as")
}
