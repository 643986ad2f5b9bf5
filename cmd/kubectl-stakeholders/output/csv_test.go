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

package output_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
)

func TestCSV(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason, cell, want string
	}{
		"plain":      {"most cells stay as they are", "Release 1.4", "Release 1.4"},
		"quoted":     {"a comma and a quote belong to the cell", `a, "b"`, `"a, ""b"""`},
		"lines":      {"a cell is one visible line", "a\nb", `a\nb`},
		"formula":    {"a spreadsheet would run it", `=HYPERLINK("http://evil.example")`, `"'=HYPERLINK(""http://evil.example"")"`},
		"plus":       {"a spreadsheet would evaluate it", "+1+cmd", "'+1+cmd"},
		"minus":      {"a spreadsheet would evaluate it", "-1", "'-1"},
		"at":         {"old spreadsheets call functions so", "@SUM(A1)", "'@SUM(A1)"},
		"tab":        {"a spreadsheet drops it and reads what follows", "\t=1", `\t=1`},
		"full width": {"some spreadsheets take it for an equals sign", "＝1", "'＝1"},
		"inside":     {"only the first character matters", "a=1", "a=1"},
		"semicolon":  {"in some countries a spreadsheet splits cells there", `x;=HYPERLINK(1); "-2`, `"x;'=HYPERLINK(1); ""'-2"`},
		"empty":      {"an empty cell stays empty", "", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if err := output.CSV(&out, []string{"ASKED BY", "TO"}, [][]string{{tc.cell, "x"}}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("askedBy,to\n"+tc.want+",x\n", out.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}
