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

func (d *demo) showMaps(ctx context.Context) error {
	d.out.heading("1. Three products, each with its map")
	output, err := d.kubectl(ctx, "get", "stakeholdermaps", "-A")
	if err != nil {
		return err
	}
	rows := lines(output)
	for i := range max(len(rows), len(maps)) {
		// The last column is the age.
		columns := strings.Fields(at(rows, i))
		got := strings.Join(columns[:max(0, len(columns)-1)], " ")
		d.check("the maps", got, at(maps, i))
	}
	return nil
}
