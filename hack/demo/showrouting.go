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
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

func (d *demo) showRouting(ctx context.Context) error {
	d.out.heading("2. Whom to ask about Checkout? The routing table says, in a ConfigMap beside the map")
	get := []string{"get", "configmap", "checkout-routing", "-n", "payments", "-o"}
	args := append(get[:len(get):len(get)], `jsonpath={.data.routing\.json}`)
	d.out.command(args)
	document, err := d.plane.Kubectl(ctx, args...)
	if err != nil {
		return err
	}
	table, err := routing.Parse([]byte(document))
	if err != nil {
		return err
	}
	d.out.line("  %s", d.out.dim("(JSON; this is what Resolve of the Go package api/routing/v1alpha1 answers from it)"))
	for _, want := range routes {
		topic := table.Resolve(want.topic)
		d.out.line("  %s, class %s", d.out.strong(topic.Name), topic.Class)
		d.check("class of "+want.topic, topic.Class, want.class)
		d.showParties(want.topic, "goes to", topic.To, want.goesTo)
		d.showParties(want.topic, "copied", topic.CC, want.copied)
		d.showParties(want.topic, "decides", topic.DecidedBy, want.decide)
	}
	d.out.line("  A shell reads a single value, such as the channel to post an approval to:")
	value, err := d.kubectl(ctx, append(get, "jsonpath="+flatKey.jsonPath)...)
	if err != nil {
		return err
	}
	d.check(flatKey.jsonPath, value, flatKey.value)
	return nil
}

// showParties shows one side of a topic.
func (d *demo) showParties(topic, side string, parties []routing.Party, want []string) {
	names, shown := make([]string, len(parties)), make([]string, len(parties))
	for i := range parties {
		names[i], shown[i] = parties[i].Name, describe(&parties[i])
	}
	d.out.line("    %-8s %s", side, strings.Join(shown, "; "))
	d.check(topic+" "+side, strings.Join(names, " "), strings.Join(want, " "))
}

// describe is a party for people: who it is, in which role, and how to reach it.
func describe(p *routing.Party) string {
	name := p.DisplayName
	if name == "" {
		name = p.Name
	}
	name += " (" + roleNames[p.Role] + ")"
	if len(p.Handles) > 0 {
		name += ", " + p.Handles[0].System + " " + p.Handles[0].Value
	}
	return name
}

var roleNames = map[string]string{
	"Customer": "customer", "EndUser": "end user", "ProductOwner": "product owner", "DevelopmentTeam": "development team",
}
