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

package main

import (
	"context"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

func (d *demo) showRouting(ctx context.Context) error {
	d.out.heading("2. Whom to ask about Checkout? The routing table says, in a ConfigMap beside the map")
	get := []string{"get", "configmap", "checkout-routing", "-n", "payments", "-o"}
	args := slices.Concat(get, []string{`jsonpath={.data.routing\.json}`})
	d.out.command(args)
	document, err := d.plane.Kubectl(ctx, args...)
	if err != nil {
		return err
	}
	table, err := routing.Parse([]byte(document))
	if err != nil {
		return err
	}
	d.out.line("  %s", d.out.dim("(prints JSON; below is what Parse and Resolve of the Go package api/routing/v1alpha1 make of it)"))
	d.showTopics(table)

	d.out.line("  A shell reads a single value, such as the channel to post an approval to:")
	value, err := d.kubectl(ctx, slices.Concat(get, []string{"jsonpath=" + flatKey.jsonPath})...)
	if err != nil {
		return err
	}
	d.check(flatKey.jsonPath, value, flatKey.value)
	return nil
}

// showTopics shows a column for each topic.
func (d *demo) showTopics(table *routing.RoutingTable) {
	rows := [][]string{{""}, {"goes to"}, {"copied"}, {"decides"}}
	for _, want := range routes {
		topic := table.Resolve(want.topic)
		rows[0] = append(rows[0], topic.Name+" ("+topic.Class+")")
		rows[1] = append(rows[1], describe(topic.To))
		rows[2] = append(rows[2], describe(topic.CC))
		rows[3] = append(rows[3], describe(topic.DecidedBy))
	}
	d.out.table(rows, 1)
	for _, want := range routes {
		topic := table.Resolve(want.topic)
		d.check("class of "+want.topic, topic.Class, want.class)
		d.check(want.topic+" goes to", names(topic.To), want.goesTo)
		d.check(want.topic+" copied", names(topic.CC), want.copied)
		d.check(want.topic+" decides", names(topic.DecidedBy), want.decide)
	}
}

// names are those of parties in the map.
func names(parties []routing.Party) string {
	list := make([]string, len(parties))
	for i := range parties {
		list[i] = parties[i].Name
	}
	return strings.Join(list, " ")
}

// describe lists parties by their display names.
func describe(parties []routing.Party) string {
	list := make([]string, len(parties))
	for i := range parties {
		name := parties[i].DisplayName
		if name == "" {
			name = parties[i].Name
		}
		list[i] = name + ", " + roleNames[parties[i].Role]
	}
	return strings.Join(list, "; ")
}

var roleNames = map[string]string{
	"Customer": "customer", "EndUser": "end user", "ProductOwner": "product owner", "DevelopmentTeam": "development team",
}
