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
	"path/filepath"
	"strings"
)

func (d *demo) showMixUp(ctx context.Context) error {
	d.out.heading("4. A fourth team has conflicting roles. The API server rejects its map, and lists every error and its correction")
	d.out.command([]string{"apply", "-f", "config/samples/broken"})
	_, err := d.plane.Kubectl(ctx, "apply", "-f", filepath.Join(d.root, "config", "samples", "broken"))
	refusal := ""
	if err != nil {
		refusal = err.Error()
	}
	// The API server's own words come before the findings.
	said := refusal
	if _, after, found := strings.Cut(refusal, "denied request: "); found {
		said = after
	}
	for _, finding := range strings.SplitAfter(strings.TrimSpace(said), ". ") {
		d.out.paragraph(finding)
	}
	for _, m := range mixUps {
		got, want := refusal, m.code+": ... "+m.about+" ..."
		if strings.Contains(refusal, m.code+": ") && strings.Contains(refusal, m.about) {
			got = want
		}
		d.check("the refusal", got, want)
	}
	made, err := d.kubectl(ctx, "get", "stakeholdermaps,roles,rolebindings", "-n", "bookings", "-o", "name")
	if err != nil {
		return err
	}
	if made == "" {
		d.out.line("  %s", d.out.dim("(prints nothing: there is no map and no right)"))
	}
	d.check("outputs of the refused map", strings.Join(lines(made), " "), "")
	return nil
}
