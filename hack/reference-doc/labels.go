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
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// keyPart is a part of the page, from the constants of a folder whose names start with prefix.
type keyPart struct {
	title, folder string
	prefixes      []string
}

var keyParts = []keyPart{
	{"Labels and annotations of what the operator writes", "controllers/names", []string{"Label", "AnnotationMap"}},
	{"Annotations and finalizers that users meet", "api/v1alpha1", []string{"AcceptMapsFrom", "TargetsFinalizer", "OutputsFinalizer"}},
	{"Labels of admission policies", "controllers/admissionpolicy", []string{"Label"}},
	{"Annotations in a Backstage catalog", "cmd/kubectl-stakeholders/repository", []string{"Annotation"}},
}

// manifestKey is a key that only manifests have.
type manifestKey struct{ key, file, text string }

var manifestKeys = []manifestKey{
	{"stakeholders.dev/aggregate-to-customer", "config/stakeholder-roles/customer.yaml", "On a ClusterRole, with the value `\"true\"`: customers get its rules."},
	{"stakeholders.dev/aggregate-to-end-user", "config/stakeholder-roles/end_user.yaml", "The same for end users."},
	{"stakeholders.dev/aggregate-to-product-owner", "config/stakeholder-roles/product_owner.yaml", "The same for the product owner."},
	{"stakeholders.dev/needs-approval", "config/components/admission-gate", "On a workload or a Namespace: its images need an approval. " +
		"[The admission gate](../integrations/admission-gate.md) describes the values."},
}

// labelsPage is docs/reference/labels.md.
func labelsPage(root string) ([]byte, error) {
	var page bytes.Buffer
	page.WriteString(generated + "# Labels, annotations and keys\n")
	for _, part := range keyParts {
		fmt.Fprintf(&page, "\n## %s\n\n| key | meaning |\n| --- | --- |\n", part.title)
		if err := part.write(&page, root); err != nil {
			return nil, err
		}
	}
	page.WriteString("\n## Labels and annotations of rights and approvals\n\nA platform team sets them.\n\n| key | meaning |\n| --- | --- |\n")
	for _, key := range manifestKeys {
		if !isIn(os.DirFS(root), key.file, key.key) {
			return nil, fmt.Errorf("%s has no %s", key.file, key.key)
		}
		fmt.Fprintf(&page, "| `%s` | %s |\n", key.key, key.text)
	}
	writeNames(&page)
	if err := writeTableKeys(&page, root); err != nil {
		return nil, err
	}
	return page.Bytes(), nil
}

func (p *keyPart) write(page *bytes.Buffer, root string) error {
	constants, err := constantsIn(filepath.Join(root, p.folder))
	if err != nil {
		return err
	}
	for _, prefix := range p.prefixes {
		found := false
		for i := range constants {
			c := &constants[i]
			if !strings.HasPrefix(c.name, prefix) || !strings.Contains(c.value, "/") {
				continue
			}
			found = true
			fmt.Fprintf(page, "| `%s` | %s |\n", c.value, cell(c.sentence()))
		}
		if !found {
			return fmt.Errorf("%s has no constant %s…", p.folder, prefix)
		}
	}
	return nil
}

// isIn reports whether a file, or a file of a folder, has a text.
func isIn(repository fs.FS, path, text string) bool {
	found := false
	_ = fs.WalkDir(repository, path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(repository, file)
		found = found || bytes.Contains(content, []byte(text))
		return err
	})
	return found
}

// writeNames lists the names of the objects of a map, from the functions that make them.
func writeNames(page *bytes.Buffer) {
	owner := names.Owner{Namespace: "payments", Name: "checkout"}
	page.WriteString("\n## Names of objects\n\nOf the map `checkout` in the namespace `payments`, with the role customer as an example:\n\n" +
		"| object | name |\n| --- | --- |\n")
	for _, row := range [][2]string{
		{"the routing table, in the map's namespace", names.ConfigMapName(owner.Name)},
		{"a copy of it, in a target namespace", names.TargetConfigMapName(owner)},
		{"Role and RoleBinding of a role, in the map's namespace", names.GrantName(owner.Name, names.RoleCustomer, "")},
		{"Role and RoleBinding of a party that narrows its topics", names.GrantName(owner.Name, names.RoleCustomer, "acme-board")},
		{"RoleBinding of a role, in a target namespace", names.TargetBindingName(owner, names.RoleCustomer)},
		{"Role and RoleBinding for what approvals open", names.ApprovedName(owner)},
		{"ServiceAccount for Kargo, in a target namespace", names.AccountName(owner, names.RoleCustomer)},
	} {
		fmt.Fprintf(page, "| %s | `%s` |\n", row[0], row[1])
	}
}

// writeTableKeys writes the keys of the routing ConfigMap, from the comment of the function that renders it.
func writeTableKeys(page *bytes.Buffer, root string) error {
	comment, err := commentOf(filepath.Join(root, "controllers", "render"), "ConfigMap")
	if err != nil {
		return err
	}
	var keys []string
	for line := range strings.Lines(comment) {
		if key, ok := strings.CutPrefix(line, "\t"); ok {
			keys = append(keys, strings.TrimRight(key, "\n"))
		}
	}
	if len(keys) == 0 {
		return errors.New("the comment of render.ConfigMap lists no keys")
	}
	page.WriteString("\n## Keys of the routing ConfigMap\n\n`routing.json` holds the routing table; its " +
		"[JSON Schema](../../api/routing/v1alpha1/routingtable.schema.json) is in the repository. Flat keys have one value a line:\n\n```text\n" +
		strings.Join(keys, "\n") + "\n```\n")
	return nil
}
