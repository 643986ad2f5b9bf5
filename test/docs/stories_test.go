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

package docs

import (
	"path"
	"slices"
	"testing"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
)

// story is what one reader does: parts of pages, one after the other, in a folder that has config and dist of the repository.
type story struct {
	name  string
	parts []part
}

// part is a page, or what stands below one of its headings.
type part struct {
	file, heading string
	// before are commands for what the page takes for granted. EXAMPLES/<name> has the files of the page <name>.md, and those of the
	// script <name>.txtar for docs/reference/kubectl-stakeholders.md.
	before string
	// after are commands that check what the page has left.
	after string
}

func (p part) name() string {
	if p.heading == "" {
		return p.file
	}
	return p.file + "#" + p.heading
}

// has says whether a block belongs to the part.
func (p part) has(b markdown.Block) bool {
	return p.heading == "" || slices.Contains(b.Headings, p.heading)
}

const (
	payments = "kubectl create namespace payments\n"
	// quickstartMap is the map that the quickstart declares.
	quickstartMap = payments + "cp $EXAMPLES/quickstart/checkout.yaml .\nkubectl apply --server-side -f checkout.yaml\n" + ready
	// sampleMap is the map of config/samples.
	sampleMap = "kubectl apply --server-side -f config/samples/v1alpha1_stakeholdermap_b2b.yaml\n" + ready
	ready     = "kubectl wait --for=condition=Ready stakeholdermap/checkout -n payments\n"
	// oldGrants are those of a cluster that had no operator. An administrator may create them in any case.
	oldGrants = "kubectl apply -f $EXAMPLES/migrate-from-rolebindings/rolebindings.yaml\n"
	// githubMap is the map of config/samples, with handles on GitHub for the people who make the product.
	githubMap = `kubectl create --dry-run=client -o json -f config/samples/v1alpha1_stakeholdermap_b2b.yaml | jq '
if .kind == "StakeholderMap" then
  .spec.productOwner.handles += [{system: "github", value: "@dana"}] |
  .spec.developmentTeam.handles += [{system: "github", value: "@vendor/checkout-devs"}]
else . end' | kubectl apply --server-side -f -
` + ready
	// gitMaps is a clone whose main branch has a map, which an edit has changed since.
	gitMaps = "git init -q -b main\nmkdir maps\ncp $EXAMPLES/diff/main.yaml maps/checkout.yaml\ngit add maps\ngit commit -q -m map\n" +
		"git update-ref refs/remotes/origin/main HEAD\ncp $EXAMPLES/diff/checkout.yaml maps/checkout.yaml\n"

	// targets is a map that reaches another namespace.
	targets = "kubectl create namespace payments --dry-run=client -o yaml | kubectl apply -f -\n" +
		"kubectl create namespace checkout-prod --dry-run=client -o yaml | kubectl apply -f -\n" +
		"kubectl annotate --overwrite namespace checkout-prod stakeholders.dev/accept-maps-from=payments\n" +
		"kubectl apply --server-side -f $EXAMPLES/namespaces/targets.yaml\n" + ready
	// allLabelled fails if a CustomResourceDefinition has lost the label by which pages select it.
	allLabelled = `test "$(kubectl get customresourcedefinitions -l app.kubernetes.io/part-of=stakeholder-operator -o name | wc -l)" -eq 3` + "\n"
	// nothingLeft fails if there is still something that a map gave, or a map.
	nothingLeft = `left="$(kubectl get rolebindings,roles,configmaps,serviceaccounts -A -l stakeholders.dev/map -o name)"
left="$left$(kubectl get stakeholdermaps -A -o name 2>/dev/null || true)"
test -z "$left" || { echo "$left"; exit 1; }
`

	install = "docs/operations/install.md"
)

// stories run in this order, each on a cluster with the operator and without maps.
var stories = []story{
	{"readme", []part{{file: "README.md"}}},
	{"quickstart", []part{{file: "docs/quickstart.md"}}},
	{"release", []part{
		{file: "docs/how-to/gate-a-release.md", before: payments},
		{file: "docs/how-to/audit.md"},
		{file: "docs/concepts/requests.md"},
		{file: "docs/operations/troubleshooting.md"},
		{file: "docs/how-to/backup-and-restore.md"},
	}},
	{"gitops", []part{{file: "docs/how-to/gitops.md", before: quickstartMap + gitMaps}}},
	{"migrate-from-rolebindings", []part{{file: "docs/how-to/migrate-from-rolebindings.md", before: payments + oldGrants}}},
	{"expiring-access", []part{{file: "docs/how-to/expiring-access.md", before: quickstartMap}}},
	{"concepts", []part{
		{file: "docs/concepts/grants.md", before: sampleMap},
		{file: "docs/concepts/topics.md"},
		{file: "docs/concepts/roles.md"},
		{file: "docs/concepts/windows.md"},
		{file: "docs/concepts/policy.md"},
	}},
	{"namespaces", []part{{file: "docs/concepts/namespaces.md", before: payments}}},
	{"exports", []part{
		{file: "docs/integrations/codeowners.md", before: githubMap},
		{file: "docs/integrations/github-issue-forms.md"},
		{file: "docs/integrations/backstage.md"},
	}},
	{"components", []part{
		{file: "docs/operations/components.md", before: payments + "kubectl create namespace checkout-prod\ncp $EXAMPLES/quickstart/checkout.yaml map.yaml\n"},
		{file: "docs/operations/monitoring.md"},
	}},
}

// lifecycle removes the operator and installs it again, in each way. It comes last. test/install uninstalls what Helm has installed.
var lifecycle = story{"lifecycle", []part{
	{file: install, heading: "kubectl"},
	{file: "docs/operations/upgrade.md", after: allLabelled},
	{file: "docs/how-to/uninstall.md", heading: "kubectl", before: targets, after: nothingLeft},
	{file: install, heading: "kustomize"},
	{file: "docs/how-to/uninstall.md", heading: "kubectl", before: targets, after: nothingLeft},
	{file: install, heading: "Helm", after: targets},
}}

// partsOf are the parts of a page that stories run.
func partsOf(file string) []part {
	var out []part
	for _, s := range append(slices.Clone(stories), lifecycle) {
		for _, p := range s.parts {
			if p.file == file {
				out = append(out, p)
			}
		}
	}
	return out
}

// TestPages does what the pages say.
func TestPages(t *testing.T) {
	examples := writeExamples(t)
	c := newCluster(t)
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Cleanup(func() { c.reset(t) })
			s.run(t, examples)
		})
	}
	t.Run(lifecycle.name, func(t *testing.T) { lifecycle.run(t, examples) })
}

func (s story) run(t *testing.T, examples string) {
	t.Helper()
	reader := &session{shell: shell{dir: newFolder(t), examples: examples}, t: t}
	for _, p := range s.parts {
		reader.follow(p)
	}
}

// exampleName is the folder of examples for a page or a script.
func exampleName(file string) string {
	base := path.Base(file)
	return base[:len(base)-len(path.Ext(base))]
}
