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
	"fmt"
	"os"
	"path/filepath"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
)

// The document is the value of the key routing.json of the routing ConfigMap.
func ExampleRender() {
	document, err := os.ReadFile(filepath.Join("..", "..", "..", "controllers", "route", "testdata", "b2b.json"))
	if err != nil {
		fmt.Println(err)
		return
	}
	table, err := routing.Parse(document)
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := repository.Render(table, repository.Options{
		CodeOwners: &repository.CodeOwnersOptions{
			Rules: []repository.CodeOwnersRule{
				{Pattern: "/docs/budget.md", Topic: "budget"},
				{Pattern: "/docs/requirements/", Topic: "requirements"},
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, file := range out.Files {
		fmt.Printf("%s:\n%s", file.Path, file.Content)
	}
	for _, finding := range out.Findings {
		fmt.Println(finding.Code, "in", finding.Path+":", finding.Message)
	}
	// Output:
	// .github/CODEOWNERS:
	// # Rendered from the StakeholderMap payments/checkout. Edit the map, not this file.
	// # The last line that matches a file counts.
	//
	// # those who decide about budget
	// /docs/budget.md @acme/procurement
	// NoGitHubUser in .github/CODEOWNERS: Customer "globex-cio" has no handle of the system github: add one
	// NoGitHubUser in .github/CODEOWNERS: Customer "initech-it" has no handle of the system github: add one
	// NoGitHubUser in .github/CODEOWNERS: ProductOwner "dana" has no handle of the system github: add one
	// Nobody in .github/CODEOWNERS: the rule for "/docs/requirements/" has no owner on GitHub (those who decide about requirements): it is left out, and an earlier rule that matches counts; add handles of the system github, or a fallback
}
