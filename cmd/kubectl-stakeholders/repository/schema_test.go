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

package repository_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
)

const (
	formPath   = repository.IssueTemplates + "/feature-request.yml"
	configPath = repository.IssueConfigPath
)

// publishedSchemas are SchemaStore's, by the path of the file that they are about.
func publishedSchemas(tb testing.TB) map[string]*jsonschema.Schema {
	tb.Helper()
	return map[string]*jsonschema.Schema{
		formPath: publishedSchema(tb, "github-issue-forms.json"), configPath: publishedSchema(tb, "github-issue-config.json"),
	}
}

func publishedSchema(tb testing.TB, name string) *jsonschema.Schema {
	tb.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "schema", name))
	if err != nil {
		tb.Fatal(err)
	}
	// SchemaStore's form of a login lacks those of an enterprise's users and those from before GitHub refused such hyphens.
	content = bytes.ReplaceAll(content, []byte(`"^[a-zA-Z0-9](-?[a-zA-Z0-9])*$"`), []byte(`"^[a-zA-Z0-9][a-zA-Z0-9_-]{0,38}$"`))
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		tb.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, document); err != nil {
		tb.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return schema
}

// judge is what a schema says about a YAML document.
func judge(tb testing.TB, schema *jsonschema.Schema, content []byte) error {
	tb.Helper()
	asJSON, err := yaml.YAMLToJSONStrict(content)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		tb.Fatal(err)
	}
	return schema.Validate(value)
}

// TestPublishedSchemas validates the samples' issue forms, and invalid ones, with SchemaStore's schemas.
func TestPublishedSchemas(t *testing.T) {
	schemas := publishedSchemas(t)
	for _, name := range []string{"b2b", "b2c", "internal"} {
		out := renderAll(t, tableOf(t, sample(t, name)))
		for path, schema := range schemas {
			if err := judge(t, schema, contentOf(t, out, path)); err != nil {
				t.Errorf("%s: %s: %v", name, path, err)
			}
		}
	}
	for path, refused := range map[string]string{
		formPath:   "name: Yes\ndescription: no\nbody: []\n",
		configPath: "contact_links: [{name: a, about: b, url: 'mailto:a@b.example'}]\n",
	} {
		if judge(t, schemas[path], []byte(refused)) == nil {
			t.Errorf("the schema of %s accepts %s", path, refused)
		}
	}
}
