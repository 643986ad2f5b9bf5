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

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// topicQuestion is what can and who-can share: their flags, and the arguments VERB PRODUCT/TOPIC.
type topicQuestion struct {
	*environment

	source source
	output output.Flags
}

func (q *topicQuestion) addTo(cmd *cobra.Command, features ...string) {
	cmd.Args = takes("VERB PRODUCT/TOPIC", 2, 2)
	cmd.ValidArgsFunction = completeArgs(
		cobra.FixedCompletions(product.Verbs(), cobra.ShellCompDirectiveNoFileComp), q.completeProductTopic(&q.source))
	q.source.addTo(cmd)
	q.output.AddTo(cmd, nil, features...)
}

// verbAndTopic reads the arguments VERB PRODUCT/TOPIC. The product may be namespace/name.
func verbAndTopic(args, verbs []string) (verb, name, topic string, err error) {
	verb = args[0]
	if !slices.Contains(verbs, verb) {
		return "", "", "", unknownValue("the verb", verb, verbs)
	}
	slash := strings.LastIndexByte(args[1], '/')
	if slash <= 0 || slash == len(args[1])-1 {
		return "", "", "", failure.Usage("%q is no PRODUCT/TOPIC, such as checkout/budget or payments/checkout/budget", args[1])
	}
	return verb, args[1][:slash], args[1][slash+1:], nil
}

// checkTopic refuses a topic that the product does not have, if that is certain.
func checkTopic(p *product.Product, topic string) error {
	if !p.Lacks(topic) {
		return nil
	}
	return noTopic(p, topic)
}

// noTopic says which topics the user can have meant.
func noTopic(p *product.Product, topic string) error {
	suggestion := p.NearestTopics(topic).Suggestion()
	if suggestion == "" {
		suggestion = seeTopics(p)
	}
	return failure.Usage("%s has no topic %q.%s", p.Name(), topic, suggestion)
}

// seeTopics says how to list the topics of a product, after a space.
func seeTopics(p *product.Product) string {
	return " `kubectl stakeholders ask " + p.Name() + p.Flags + "` lists its topics"
}

// takeImpersonation returns the user of --as and --as-group, and keeps the flags from the connection. Nil means that they are not set.
func (e *environment) takeImpersonation() (*product.Identity, error) {
	f := e.flags
	who := &product.Identity{User: *f.Impersonate, Groups: *f.ImpersonateGroup, UID: *f.ImpersonateUID}
	extra := len(*f.ImpersonateUserExtra) > 0
	*f.Impersonate, *f.ImpersonateGroup, *f.ImpersonateUID = "", nil, ""
	switch {
	case extra:
		return nil, failure.Usage("--as-user-extra cannot be used here: RBAC does not look at it")
	case who.User != "":
		return who, nil
	case len(who.Groups) > 0 || who.UID != "":
		return nil, cluster.NoImpersonatedUser()
	default:
		return nil, nil //nolint:nilnil // nil means that the flags are not set
	}
}
