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

package changes_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/changes"
)

// TestReverse compares generated edits in both directions. What subjects lose in one direction is exactly what they gain in the
// other, and the sentences name it in the same words.
func TestReverse(t *testing.T) {
	t.Parallel()
	gains, everything, kept := 0, 0, 0
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 16)) //nolint:gosec // a test
		var there, back []changes.Pair
		for _, pair := range generate(t, random) {
			// Of a map that was invalid before, no way back leads to what is in force: an invalid map gives nothing.
			if pair.Before == nil || !pair.Before.IsInvalid() {
				there = append(there, pair)
				back = append(back, changes.Pair{Before: changes.InForce(pair.Before, pair.After), After: pair.Before})
			}
		}
		forth, reverse := bySubject(changes.Compare(there, changes.Options{})), bySubject(changes.Compare(back, changes.Options{}))
		if len(forth) != len(reverse) {
			t.Fatalf("seed %d: %d changes of rights, and %d in the other direction", seed, len(forth), len(reverse))
		}
		for key, change := range forth {
			other := reverse[key]
			if other == nil {
				t.Fatalf("seed %d: no change in the other direction: %s", seed, change.Text)
			}
			for _, lists := range [][2]any{
				{change.Gains, other.Loses}, {change.Loses, other.Gains}, {change.Becomes, other.Ceases}, {change.Ceases, other.Becomes},
			} {
				if diff := cmp.Diff(lists[0], lists[1]); diff != "" {
					t.Errorf("seed %d: %s\nin the other direction: %s\n%s", seed, change.Text, other.Text, diff)
				}
			}
			for _, words := range gainsIn(other) {
				gains++
				if !strings.Contains(change.Text, words) {
					t.Errorf("seed %d: %s\nlacks what stands in the other direction: %s", seed, change.Text, words)
				}
			}
			if change.LosesEverything {
				everything++
			}
			kept += len(change.Keeps)
		}
	}
	if gains < 500 || everything < 100 || kept < 100 {
		t.Errorf("%d sentences with gains, %d with all losses, and %d rights that are kept: the test proves too little", gains, everything, kept)
	}
}

type ofSubject struct {
	name    string
	subject changes.Subject
}

// bySubject returns the changes of rights and roles. Rights that are kept have no counterpart.
func bySubject(list []changes.Change) map[ofSubject]*changes.Change {
	out := make(map[ofSubject]*changes.Change)
	for i := range list {
		c := &list[i]
		if c.Subject != nil && len(c.Gains)+len(c.Loses)+len(c.Becomes)+len(c.Ceases) > 0 {
			out[ofSubject{c.Map, *c.Subject}] = c
		}
	}
	return out
}

// gainsIn returns the words for the rights that a sentence says a subject gains.
func gainsIn(change *changes.Change) []string {
	var out []string
	for clause := range strings.SplitSeq(change.Text, "; ") {
		if _, words, found := strings.Cut(clause, "gains "); found && len(change.Gains) > 0 {
			out = append(out, words)
		}
	}
	return out
}
