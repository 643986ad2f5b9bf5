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
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// windowLength is how long the window of the demo is open.
const windowLength = 4 * time.Second

var errStillMay = errors.New("the right is still there")

// showWindow gives a user a right that ends by itself.
func (d *demo) showWindow(ctx context.Context) error {
	d.out.heading("5. Access that ends by itself: an auditor is a customer of checkout for a few seconds")
	until := time.Now().Add(windowLength).Truncate(time.Second).UTC().Format(time.RFC3339)
	if _, err := d.kubectl(ctx, "patch", "stakeholdermap", "checkout", "-n", "payments", "--type=json", "-p="+fmt.Sprintf(auditor, until)); err != nil {
		return err
	}
	budget := rights[0]
	as := []string{"--as=" + auditorName}
	answer, err := d.ask(ctx, budget, as, "yes")
	if err != nil {
		return err
	}
	d.out.command(question(budget, as))
	d.out.line("  %s", answer)
	d.check("the auditor before "+until, answer, "yes")

	err = controlplane.WaitFor(ctx, windowLength+grantsTimeout, "the window is closed", func() error {
		if answer, err = d.ask(ctx, budget, as, "no"); err == nil && answer == "yes" {
			return errStillMay
		}
		return err
	})
	if err != nil && !errors.Is(err, errStillMay) {
		return err
	}
	d.out.line("  %s", d.out.dim("after "+until))
	d.out.line("  %s", answer)
	d.check("the auditor after "+until, answer, "no")
	var told string
	err = controlplane.WaitFor(ctx, grantsTimeout, "the event is there", func() error {
		told, err = d.plane.Kubectl(ctx, revokedEvents...)
		if err == nil && !strings.Contains(told, auditorName) {
			err = errors.New("there is no event yet")
		}
		return err
	})
	if err != nil {
		return err
	}
	d.out.command(revokedEvents)
	d.out.output(told)
	d.check("the event", strings.TrimSpace(told), "User "+auditorName+" lost the rights of customer: the window has closed")
	return nil
}
