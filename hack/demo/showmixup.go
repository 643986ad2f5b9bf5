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
)

func (d *demo) showMixUp(ctx context.Context) error {
	d.out.heading("4. What is wrong with room-booking? Every broken rule is reported, and nobody gained a right")
	args := []string{
		"get", "stakeholdermap", "room-booking", "-n", "bookings", "-o", `jsonpath={range .status.findings[*]}{.code}: {.message}{"\n"}{end}`,
	}
	d.out.command(args)
	output, err := d.plane.Kubectl(ctx, args...)
	if err != nil {
		return err
	}
	findings := lines(output)
	for _, finding := range findings {
		d.out.paragraph(finding)
	}
	for i := range max(len(findings), len(mixUps)) {
		if i >= len(mixUps) {
			d.check("findings", findings[i], "")
			continue
		}
		got, want := at(findings, i), mixUps[i].code+": ... "+mixUps[i].about+" ..."
		if strings.HasPrefix(got, mixUps[i].code+": ") && strings.Contains(got, mixUps[i].about) {
			got = want
		}
		d.check("findings", got, want)
	}

	made, err := d.kubectl(ctx, "get", "configmaps,roles,rolebindings", "-n", "bookings", "-o", "name")
	if err != nil {
		return err
	}
	if made == "" {
		d.out.line("  %s", d.out.dim("(prints nothing: there is no routing table, and there are no rights)"))
	}
	d.check("what was made of the mixed-up map", strings.Join(lines(made), " "), "")
	return nil
}
