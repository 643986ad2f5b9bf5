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
)

// Keys of Argo CD's ConfigMap argocd-rbac-cm.
const (
	// ConfigMapName is the name of that ConfigMap.
	ConfigMapName = "argocd-rbac-cm"
	// PolicyKey is the one that is ours. Argo CD appends every key of the form policy.<name>.csv to its policy.
	PolicyKey = "policy.stakeholders.csv"
	// defaultKey names a role that everybody has.
	defaultKey = "policy.default"
	// matchModeKey says what patterns are: globs, or regular expressions.
	matchModeKey = "policy.matchMode"
	// regexMode is the value of matchModeKey by which they are regular expressions. Any other: globs.
	regexMode = "regex"
)

// MaxBytes is the most that the ConfigMap may come to with our key. The API server refuses more than 1 MiB, and who
// edits the other keys has to have some room left.
const MaxBytes = 900 << 10

// nearlyFull is the size from which on Policy.NearlyFull warns.
const nearlyFull = 700 << 10

// ErrTooLarge is in the chain of Render's error if there is no room for the policy.
var ErrTooLarge = errors.New("the policy does not fit into Argo CD's ConfigMap")

// Block is the lines of one map: one for each right and each group.
type Block struct {
	Entry Entry
	CSV   string
	// Reduced says that lines were left out because they do not stand in our key yet, and there is no room for more.
	Reduced bool
}

// reduce leaves out what is not among some lines.
func (b *Block) reduce(there map[string]bool) {
	kept := keepLines(b.CSV, func(line string) bool { return there[line] })
	b.Reduced, b.CSV = b.Reduced || len(kept) != len(b.CSV), kept
}

// Refusal is a group that stands nowhere in the policy although a map names it.
type Refusal struct {
	Entry Entry
	// Group is empty if all of the map was left out, because no project can be called like its own.
	Group string
	// Why completes a sentence that begins with the group.
	Why string
}

// Policy is what stands in our key.
type Policy struct {
	// Blocks are the lines of each map that has any, sorted by map. One after another they are the key's value.
	Blocks []Block
	// Bytes is the size of the whole ConfigMap with it, and NearlyFull says that this comes close to MaxBytes.
	Bytes      int
	NearlyFull bool
	// Refused are the groups that were left out, in the order of the maps: of each map the first few.
	Refused []Refusal
}

// CSV is the key's value. Empty if there is nothing to say.
func (p Policy) CSV() string {
	var out strings.Builder
	for i := range p.Blocks {
		out.WriteString(p.Blocks[i].CSV)
	}
	return out.String()
}

// Render is the policy for all maps, given the other keys of the ConfigMap, which say how Argo CD will read it. Each
// entry whose Project is not empty has a role for each part that somebody plays there:
//
//	role:stakeholders:<namespace>:<map>:<role>
//
// A group that means something else to the other keys is left out, so that what they grant never changes.
//
// Everybody may look at the applications of the project; customers may do the actions besides, and nothing else.
//
// The error is ErrTooLarge, with what of the policy stands in our key already, or says what could not be read back as it was written or
// what is no action, which would be a mistake in the program.
func Render(entries []Entry, actions []v1alpha1.ArgoCDAction, others map[string]string) (Policy, error) {
	entries = slices.SortedFunc(slices.Values(entries), Compare)
	w := &writer{syntax: globs, acts: slices.Clone(looks), taken: takenNames(others)}
	for _, action := range slices.Sorted(slices.Values(actions)) {
		if action != v1alpha1.ArgoCDSync && !actionForm.MatchString(string(action)) {
			return Policy{}, fmt.Errorf("%q is no action in Argo CD that a policy can list: use sync, or action/<group>/<kind>/<action>", action)
		}
		w.acts = append(w.acts, string(action))
	}
	if others[matchModeKey] == regexMode {
		w.syntax = regexes
	}
	policy := Policy{Bytes: len(PolicyKey)}
	for key, value := range others {
		if key != PolicyKey {
			policy.Bytes += len(key) + len(value)
		}
	}
	room := &room{policy: &policy, there: others[PolicyKey], bytes: make(map[string]int)}
	for i := range entries {
		csv, err := w.block(entries[i])
		if err != nil {
			return Policy{}, err
		}
		if csv != "" {
			room.add(Block{Entry: entries[i], CSV: csv})
		}
	}
	policy.Refused, policy.NearlyFull = w.refused, policy.Bytes > nearlyFull
	if policy.Bytes > MaxBytes {
		return policy, fmt.Errorf("%w: with %d maps it would have %d bytes, and at most %d are allowed%s; list fewer groups, "+
			"list fewer actions in the policy, or use fewer maps with an Argo CD project",
			ErrTooLarge, len(policy.Blocks), policy.Bytes, MaxBytes, room.largest())
	}
	return policy, nil
}

// What the CRDs let in. A star or a brace would be a pattern.
var (
	actionForm  = regexp.MustCompile(`^action/[a-z0-9.-]*/[A-Za-z0-9]+/[A-Za-z0-9_-]+$`)
	projectForm = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
)

// Kept is what stays of a policy that is there when one that should take its place cannot be written: the lines that
// stand in both, so that nobody keeps what he should no longer have.
func Kept(there, wanted string) string {
	return keep(there, wanted, func(string) bool { return false })
}

// KeptMembers is what is wanted without members whom the policy that is there does not have.
func KeptMembers(there, wanted string) string {
	return keep(wanted, there, func(line string) bool { return !strings.HasPrefix(line, "g,") })
}

// keep is the lines of a policy that stand in another one too, or always stay.
func keep(policy, other string, always func(line string) bool) string {
	lines := linesOf(other)
	return keepLines(policy, func(line string) bool { return always(line) || lines[line] })
}

func keepLines(policy string, keep func(line string) bool) string {
	var out strings.Builder
	for line := range strings.Lines(policy) {
		if keep(line) {
			out.WriteString(line)
		}
	}
	return out.String()
}

func linesOf(policy string) map[string]bool {
	lines := make(map[string]bool)
	for line := range strings.Lines(policy) {
		lines[line] = true
	}
	return lines
}
