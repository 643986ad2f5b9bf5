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

package importer

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/handleforms"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// ownerAliases matches the names of aliases whose members may speak for a product.
var ownerAliases = regexp.MustCompile(`(?i)(^|-)(product|po|owners?|leads?|steering|governance|pm)(-|$)`)

// maxOwnerAliases is the number of aliases up to which their names tell anything about the product owner.
const maxOwnerAliases = 5

// OwnersAliases makes a draft of OWNERS_ALIASES files. An alias lists people, and no party has a list of people on
// GitHub, so the aliases are in comments. Those that export has written are about roles.
func OwnersAliases(files []File, o Options) (*Draft, error) {
	d := &Draft{Source: "OWNERS_ALIASES"}
	aliases := map[string][]string{}
	for _, file := range files {
		var content struct {
			Aliases map[string][]string `json:"aliases"`
		}
		if err := yaml.Unmarshal(file.Content, &content); err != nil {
			return nil, fmt.Errorf("%s is not an OWNERS_ALIASES file: %s", file.Name, problem(err))
		}
		if content.Aliases == nil {
			return nil, fmt.Errorf("%s is not an OWNERS_ALIASES file: it has no aliases", file.Name)
		}
		maps.Copy(aliases, content.Aliases)
	}
	if d.takeSource(files, o.Name) && d.takeAliases(aliases) {
		d.apply(o)
		return d, nil
	}
	names := chosen(aliases, o.Name)
	if len(names) > maxListed {
		d.Notes = append(d.Notes, fmt.Sprintf("The file has %d aliases, and a map is about one product: choose those that begin with the same words with --name, such as %s.",
			len(names), firstWords(names)))
	}
	owners := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !ownerAliases.MatchString(name) })
	d.Team.Notes = append([]string{
		"TODO: Which team on GitHub, or which channel, do these people have? A party has one handle for each system. For example:",
		`- {system: github, value: "@org/team"}`,
		"Or remove developmentTeam. The aliases are:",
	}, described(names, aliases)...)
	if len(owners) == 1 && len(aliases[owners[0]]) == 1 {
		member := aliases[owners[0]][0]
		if _, ok := handleforms.ParseGitHub(member); ok {
			d.ProductOwner.Handles = []v1alpha1.Handle{{System: handleforms.GitHub, Value: "@" + strings.TrimPrefix(member, "@")}}
		}
	}
	if n := len(owners); n > 0 && n <= maxOwnerAliases {
		d.ProductOwner.Notes = append([]string{"The names of these aliases sound like it:"}, described(owners, aliases)...)
	}
	d.apply(o)
	return d, nil
}

// problem says why a file cannot be read, in words for its author.
func problem(err error) string {
	if field, problem, ok := manifest.Mistyped(err); ok {
		return manifest.About(field, problem)
	}
	return line(strings.TrimPrefix(err.Error(), "error converting YAML to JSON: "), 300)
}

// chosen returns the names of the aliases that begin with the name of the map, or all if none does.
func chosen(aliases map[string][]string, name string) []string {
	all := slices.Sorted(maps.Keys(aliases))
	out := slices.DeleteFunc(slices.Clone(all), func(alias string) bool { return name == "" || !strings.HasPrefix(alias, name+"-") })
	if len(out) > 0 {
		return out
	}
	return all
}

// firstWords returns the beginning that the most names share, up to the last hyphen.
func firstWords(names []string) string {
	count := map[string]int{}
	best := ""
	for _, name := range names {
		if i := strings.LastIndex(name, "-"); i > 0 {
			words := name[:i]
			count[words]++
			if best == "" || count[words] > count[best] {
				best = words
			}
		}
	}
	return best
}

// described lists aliases with their members, one a line.
func described(names []string, aliases map[string][]string) []string {
	out := make([]string, 0, min(len(names), maxListed+1))
	for i, name := range names {
		if i == maxListed {
			return append(out, fmt.Sprintf("  and %s", messages.Count(len(names)-maxListed, "alias more", "aliases more")))
		}
		out = append(out, "  "+name+": "+messages.And(aliases[name], maxListed))
	}
	return out
}
