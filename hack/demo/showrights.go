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

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

func (d *demo) showRights(ctx context.Context) error {
	d.out.heading("3. Who may? Each topic is a right on the map, so any tool can ask the API server")
	d.out.command(question(rights[0], persons[0].as))
	d.out.line("  %s", d.out.dim(`(prints yes or no, and exits with 1 on "no"; asked here for all of them)`))
	rows := [][]string{{"may this person ..."}, {""}}
	for _, r := range rights {
		rows[0], rows[1] = append(rows[0], r.verb), append(rows[1], r.topic+"?")
	}
	type answered struct{ what, got, want string }
	var answers []answered
	for _, p := range persons {
		row := []string{p.who}
		for i, r := range rights {
			answer, err := d.ask(ctx, r, p.as, p.may[i])
			if err != nil {
				return err
			}
			row = append(row, answer)
			answers = append(answers, answered{p.who + ": " + r.verb + " " + r.topic, answer, p.may[i]})
		}
		rows = append(rows, row)
	}
	d.out.table(rows, 2)
	for _, a := range answers {
		d.check(a.what, a.got, a.want)
	}
	return nil
}

// question asks whether a user has a right.
func question(r right, as []string) []string {
	return slices.Concat([]string{
		"auth", "can-i", r.verb, "stakeholdermaps.stakeholders.dev/checkout", "--subresource=" + r.topic, "-n", "payments",
	}, as)
}

// grantsTimeout bounds the wait for an expected grant.
const grantsTimeout = 10 * time.Second

// ask is the API server's answer, yes or no. The API server learns of new grants by a watch, a moment after they were
// written, so ask waits for a yes.
func (d *demo) ask(ctx context.Context, r right, as []string, want string) (string, error) {
	var answer string
	err := controlplane.WaitFor(ctx, grantsTimeout, "the right is there", func() error {
		output, err := d.plane.Kubectl(ctx, question(r, as)...)
		answer = strings.TrimSpace(output)
		if answer == "no" && want == "no" {
			// kubectl also reports the answer by its exit status, which is no failure.
			return nil
		}
		return err
	})
	if answer != "yes" && answer != "no" {
		return "", fmt.Errorf("kubectl auth can-i answers %q: %w", answer, err)
	}
	return answer, ctx.Err()
}
