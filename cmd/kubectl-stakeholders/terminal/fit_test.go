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

package terminal_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
)

// written is a table for a terminal of some width.
func written(t *testing.T, table *terminal.Table, width int) string {
	t.Helper()
	var out strings.Builder
	if err := table.Write(&out, width, false); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTableFits(t *testing.T) {
	t.Parallel()
	const title = "Grüße: a title of so many words that no usual line has room for all"
	long := strings.Repeat("checkout-", 6) + "x7k2p"
	cases := map[string]struct {
		reason, name, title, parties string
		width                        int
		want                         string
	}{
		"no terminal": {
			"programs get whole values", long, title, "acme-board", 0,
			"REQUEST                                                       TITLE                                                                 FOR          DUE\n" +
				long + "   " + title + "   acme-board   in 3h\n" +
				"x                                                             short                                                                 -            -\n",
		},
		"120": {
			"a cell that may be shortened loses what is too much", long, title, "acme-board", 120,
			"REQUEST                                                       TITLE                                   FOR          DUE\n" +
				long + "   Grüße: a title of so many words that…   acme-board   in 3h\n" +
				"x                                                             short                                   -            -\n",
		},
		"80": {
			"a name that leaves no room for the rest has a line of its own", long, title, "acme-board", 80,
			"REQUEST   TITLE                                               FOR          DUE\n" +
				long + "\n" +
				"          Grüße: a title of so many words that no usual li…   acme-board   in 3h\n" +
				"x         short                                               -            -\n",
		},
		"40": {
			"the longest cells are shortened first", "r1", title, "acme-board-of-shops", 40,
			"REQUEST   TITLE       FOR          DUE\n" +
				"r1        Grüße: a…   acme-boar…   in 3h\n" +
				"x         short       -            -\n",
		},
		"wide characters": {
			"characters of East Asia and emoji take two columns, marks none", "e\u0301", "世界世界世界世界世界世界🙂🙂🙂", "a", 40,
			"REQUEST   TITLE              FOR   DUE\n" +
				"e\u0301         世界世界世界世…    a     in 3h\n" +
				"x         short              -     -\n",
		},
		"too narrow": {
			"a line ends at the edge", "r1", title, "acme-board", 20,
			"REQUEST   TITLE    …\nr1        Grüße: … …\nx         short    …\n",
		},
		"name wider than the terminal": {
			"a name is shortened if nothing else is left to do", long, title, "acme-board", 40,
			"REQUEST   TITLE       FOR          DUE\n" +
				"checkout-checkout-checkout-checkout-che…\n" +
				"          Grüße: a…   acme-board   in 3h\n" +
				"x         short       -            -\n",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			table := &terminal.Table{Header: []string{"REQUEST", "TITLE", "FOR", "DUE"}, Shorten: []string{"TITLE", "FOR"}}
			table.Add(tc.name, tc.title, tc.parties, "in 3h")
			table.Add("x", "short", "", "")
			if diff := cmp.Diff(tc.want, written(t, table, tc.width)); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", tc.reason, diff, written(t, table, tc.width))
			}
		})
	}
}

// TestTableProperty checks on random tables that no line is wider than the terminal, and that first cells which fit stay whole.
func TestTableProperty(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(14, 2026)) //nolint:gosec // the same tables in each run
	letters := []string{"a", "-", "é", "e\u0301", "世", "🙂", "👍🏽", "🇩🇪", "\u0301", "\u202e", " "}
	text := func(longest int) string {
		return strings.Join(func() (out []string) {
			for range random.IntN(longest) {
				out = append(out, letters[random.IntN(len(letters))])
			}
			return out
		}(), "")
	}
	headers := []string{"NAME", "TITLE", "FOR", "DUE", "STATUS OF IT"}
	for range 3000 {
		columns := 1 + random.IntN(len(headers))
		table := &terminal.Table{Header: headers[:columns], Shorten: headers[:random.IntN(columns+1)]}
		for range 1 + random.IntN(6) {
			row := make([]string, columns)
			for i := range row {
				row[i] = text([]int{5, 20, 100}[random.IntN(3)])
			}
			table.Add(row...)
		}
		width := []int{10, 40, 80, 120}[random.IntN(4)]
		out := written(t, table, width)
		for line := range strings.SplitSeq(out, "\n") {
			if got := displaywidth.String(line); got > width {
				t.Fatalf("%d columns on a terminal of %d: %q\n%s", got, width, line, out)
			}
		}
		for _, row := range table.Rows {
			if displaywidth.String(row[0]) <= width && !strings.Contains(out, row[0]) {
				t.Fatalf("%q is not whole on a terminal of %d:\n%s", row[0], width, out)
			}
		}
	}
}
