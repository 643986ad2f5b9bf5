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

// Command routing-schema writes the JSON Schema of the routing table, reflected from its Go types
// and their comments.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/invopop/jsonschema"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

func main() {
	out := flag.String("o", "", "file to write the schema to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "routing-schema:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	reflector := &jsonschema.Reflector{DoNotReference: false}
	const pkg = "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	// The types' own comments are the only place where the fields are described.
	if err := reflector.AddGoComments(pkg, "../../api/routing/v1alpha1", jsonschema.WithFullComment()); err != nil {
		return fmt.Errorf("read comments: %w", err)
	}
	schema := reflector.Reflect(&routing.RoutingTable{})
	content, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	if err := os.WriteFile(out, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
