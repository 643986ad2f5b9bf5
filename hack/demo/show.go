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
	"fmt"
	"slices"
	"strings"
	"time"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// check notes what is not as expected, right below what was shown.
func (d *demo) check(what, got, want string) {
	if got != want {
		problem := fmt.Sprintf("%s: expected %q, got %q", what, want, got)
		d.problems = append(d.problems, problem)
		d.out.failure("%s", problem)
	}
}

// kubectl shows a command as a person would type it, and its output.
func (d *demo) kubectl(ctx context.Context, args ...string) (string, error) {
	d.out.command(args)
	output, err := d.plane.Kubectl(ctx, args...)
	if err != nil {
		return "", err
	}
	d.out.output(output)
	return output, nil
}

func (d *demo) showMaps(ctx context.Context) error {
	d.out.heading("The maps: one is mixed up on purpose")
	if _, err := d.kubectl(ctx, "get", "stakeholdermaps", "-A"); err != nil {
		return err
	}
	for _, m := range readiness {
		got, err := d.plane.Kubectl(ctx, "get", "stakeholdermap", m.name, "-n", m.namespace,
			"-o", `jsonpath={.status.conditions[?(@.type=="Ready")].status} {.status.conditions[?(@.type=="Ready")].reason}`)
		if err != nil {
			return err
		}
		d.check("Ready of "+m.name, got, m.ready+" "+m.reason)
	}
	return nil
}

func (d *demo) showRouting(ctx context.Context) error {
	d.out.heading("Whom to ask: the routing table, in a ConfigMap beside the map")
	document, err := d.plane.Kubectl(ctx, "get", "configmap", "checkout-routing", "-n", "payments", "-o", `jsonpath={.data.routing\.json}`)
	if err != nil {
		return err
	}
	table, err := routing.Parse([]byte(document))
	if err != nil {
		return err
	}
	for _, want := range routes {
		topic := table.Resolve(want.topic)
		d.out.line("  %s of %s (class %s)", d.out.strong(topic.Name), table.Product.DisplayName, topic.Class)
		for _, part := range []struct {
			how  string
			list []routing.Party
			want []string
		}{{"goes to", topic.To, want.goesTo}, {"copied", topic.CC, want.copied}, {"decides", topic.DecidedBy, want.decide}} {
			d.out.line("    %-8s %s", part.how, describe(part.list))
			d.check(want.topic+" "+part.how, strings.Join(names(part.list), " "), strings.Join(part.want, " "))
		}
	}
	d.out.line("")
	d.out.line("  A shell reads a single value, such as where to post an approval:")
	channel, err := d.kubectl(ctx, "get", "configmap", "checkout-routing", "-n", "payments", "-o", `jsonpath={.data.budget\.to\.slack}`)
	if err != nil {
		return err
	}
	d.check("budget.to.slack", channel, "#acme-approvals")
	return nil
}

func names(parties []routing.Party) []string {
	out := make([]string, len(parties))
	for i := range parties {
		out[i] = parties[i].Name
	}
	return out
}

func describe(parties []routing.Party) string {
	out := make([]string, len(parties))
	for i := range parties {
		p := &parties[i]
		name := p.DisplayName
		if name == "" {
			name = p.Name
		}
		out[i] = name + ", " + strings.ToLower(roleNames[p.Role])
		if len(p.Handles) > 0 {
			out[i] += " (" + p.Handles[0].System + " " + p.Handles[0].Value + ")"
		}
	}
	return strings.Join(out, "; ")
}

var roleNames = map[string]string{
	"Customer": "Customer", "EndUser": "End user", "ProductOwner": "Product owner", "DevelopmentTeam": "Development team",
}

func (d *demo) showRights(ctx context.Context) error {
	d.out.heading("Who may: any tool can ask the API server, because topics are subresources of the map")
	question := func(r right, as []string) []string {
		return slices.Concat([]string{"auth", "can-i", r.verb, "stakeholdermaps.stakeholders.dev/checkout", "--subresource=" + r.topic, "-n", "payments"}, as)
	}
	// The API server's authorizer learns of new grants by a watch, a moment after they were written.
	err := controlplane.WaitFor(ctx, 10*time.Second, "the grants are in force", func() error {
		_, err := d.plane.Kubectl(ctx, question(rights[0], persons[0].as)...)
		return err
	})
	if err != nil {
		return err
	}
	d.out.command(question(rights[0], persons[0].as))
	header := make([]string, len(rights))
	for i, r := range rights {
		header[i] = r.verb + " " + r.topic
	}
	rows := [][]string{append([]string{"may"}, header...)}
	var wrong [][3]string
	for _, p := range persons {
		row := []string{p.who}
		for i, r := range rights {
			// kubectl answers "no" with exit status 1 too.
			answer, err := d.plane.Kubectl(ctx, question(r, p.as)...)
			answer = strings.TrimSpace(answer)
			if answer != "yes" && answer != "no" {
				return fmt.Errorf("kubectl auth can-i answers %q: %w", answer, err)
			}
			want := "no"
			if p.may[i] {
				want = "yes"
			}
			wrong = append(wrong, [3]string{"may " + p.who + " " + header[i], answer, want})
			row = append(row, answer)
		}
		rows = append(rows, row)
	}
	d.out.table(rows)
	for _, w := range wrong {
		d.check(w[0], w[1], w[2])
	}
	return nil
}

func (d *demo) showMixUp(ctx context.Context) error {
	d.out.heading("A mix-up is reported, rule by rule, and changes nothing")
	args := []string{
		"get", "stakeholdermap", "room-booking", "-n", "bookings", "-o", `jsonpath={range .status.findings[*]}{.code}: {.message}{"\n"}{end}`,
	}
	d.out.command(args)
	findings, err := d.plane.Kubectl(ctx, args...)
	if err != nil {
		return err
	}
	var codes []string
	for finding := range strings.Lines(findings) {
		d.out.paragraph(finding)
		code, _, _ := strings.Cut(finding, ":")
		codes = append(codes, code)
	}
	slices.Sort(codes)
	d.check("findings of room-booking", strings.Join(codes, " "), strings.Join(mixUps, " "))
	made, err := d.kubectl(ctx, "get", "configmaps,roles,rolebindings", "-n", "bookings", "-l", "stakeholders.dev/map=room-booking", "-o", "name")
	if err != nil {
		return err
	}
	if made == "" {
		d.out.line("  (nothing: no routing table, no rights)")
	}
	d.check("outputs of room-booking", made, "")
	return nil
}
