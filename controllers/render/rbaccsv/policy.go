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

package rbaccsv

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
)

// Keys of Argo CD's ConfigMap argocd-rbac-cm.
const (
	// ConfigMapName is the name of that ConfigMap.
	ConfigMapName = "argocd-rbac-cm"
	// PolicyKey is our key. Argo CD appends every key of the form policy.<name>.csv to its policy.
	PolicyKey = "policy.stakeholders.csv"
	// defaultKey names the role of every user.
	defaultKey = "policy.default"
	// matchModeKey selects how Argo CD reads patterns.
	matchModeKey = "policy.matchMode"
	// regexMode is the value of matchModeKey for regular expressions. Any other value means globs.
	regexMode = "regex"
)

// MaxBytes is the maximum size of the ConfigMap with our key. The API server refuses more than 1 MiB; the rest is for
// edits of the other keys.
const MaxBytes = 900 << 10

const nearlyFull = 700 << 10

// ErrTooLarge is the error of Render if the policy does not fit.
var ErrTooLarge = errors.New("the policy does not fit into Argo CD's ConfigMap")

// Block has the lines of one map: one for each right and each group.
type Block struct {
	Entry Entry
	CSV   string
	// Reduced is set if lines were left out because they do not fit and are not in our key yet.
	Reduced bool
}

func (b *Block) reduce(lines map[string]bool) {
	kept := keepLines(b.CSV, func(line string) bool { return lines[line] })
	b.Reduced, b.CSV = b.Reduced || len(kept) != len(b.CSV), kept
}

// Refusal is a group that a map names and that the policy leaves out.
type Refusal struct {
	Entry Entry
	// Group is empty if the whole map was left out, because no project can have the name that it gives.
	Group string
	// Why completes a sentence whose subject is the group.
	Why string
}

// Policy is the content of our key.
type Policy struct {
	// Blocks has the lines of each map that has any, sorted by map. The value of the key is their concatenation.
	Blocks []Block
	// Bytes is the size of the whole ConfigMap with our key. NearlyFull is set if it is close to MaxBytes.
	Bytes      int
	NearlyFull bool
	// Refused are the groups that were left out, in the order of the maps; at most maxRefused of each map.
	Refused []Refusal
}

// CSV returns the value of the key, which can be empty.
func (p Policy) CSV() string {
	var out strings.Builder
	for i := range p.Blocks {
		out.WriteString(p.Blocks[i].CSV)
	}
	return out.String()
}

// Render renders the policy of all maps. The other keys of the ConfigMap decide how Argo CD reads it. Each entry with a
// project gets one role for each stakeholder role that has groups:
//
//	role:stakeholders:<namespace>:<map>:<role>
//
// All of these may get the applications of the project. Customers may also do the given actions. A group that has a
// meaning in the other keys is left out, so that what they grant never changes.
//
// The error is ErrTooLarge, together with the part of the policy that our key has already. Any other error is a bug: a
// line that Argo CD would read differently, or an invalid action.
func Render(entries []Entry, actions []v1alpha1.ArgoCDAction, others map[string]string) (Policy, error) {
	entries = slices.SortedFunc(slices.Values(entries), Compare)
	r := &renderer{syntax: globs, actions: slices.Clone(readActions), otherKeys: parseOtherKeys(others)}
	for _, action := range slices.Sorted(slices.Values(actions)) {
		if !validate.IsArgoCDAction(action) {
			return Policy{}, fmt.Errorf("%q is no action in Argo CD that a policy can list: use sync, or action/<group>/<kind>/<action>", action)
		}
		r.actions = append(r.actions, string(action))
	}
	if others[matchModeKey] == regexMode {
		r.syntax = regexes
	}
	policy := Policy{Bytes: len(PolicyKey)}
	for key, value := range others {
		if key != PolicyKey {
			policy.Bytes += len(key) + len(value)
		}
	}
	budget := &sizeBudget{policy: &policy, current: others[PolicyKey], bytes: make(map[string]int)}
	for i := range entries {
		csv, err := r.block(entries[i])
		if err != nil {
			return Policy{}, err
		}
		if csv != "" {
			budget.add(Block{Entry: entries[i], CSV: csv})
		}
	}
	policy.Refused, policy.NearlyFull = r.refused, policy.Bytes > nearlyFull
	if policy.Bytes > MaxBytes {
		return policy, fmt.Errorf("%w: with %d maps it would have %d bytes, and at most %d are allowed%s; list fewer groups, "+
			"list fewer actions in the policy, or use fewer maps with an Argo CD project",
			ErrTooLarge, len(policy.Blocks), policy.Bytes, MaxBytes, budget.largest())
	}
	return policy, nil
}

// The CRD has the same expression. A star or a brace would make a pattern.
var projectForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

// Kept returns the lines that are both in the current policy and in one that cannot be written. No user keeps rights
// that they should no longer have.
func Kept(current, desired string) string {
	lines := linesOf(desired)
	return keepLines(current, func(line string) bool { return lines[line] })
}

// KeptMembers returns the desired policy without members that the current policy does not have.
func KeptMembers(current, desired string) string {
	lines := linesOf(current)
	return keepLines(desired, func(line string) bool { return !strings.HasPrefix(line, "g,") || lines[line] })
}

func keepLines(policy string, keep func(line string) bool) string {
	lines := slices.Collect(strings.Lines(policy))
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return !keep(line) }), "")
}

func linesOf(policy string) map[string]bool {
	lines := make(map[string]bool)
	for line := range strings.Lines(policy) {
		lines[line] = true
	}
	return lines
}
