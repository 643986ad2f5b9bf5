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
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/terminal"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/visible"
)

// TestDocumentsAreVisible checks on random texts that documents for programs have no invisible character, and that programs read the
// texts as they were.
func TestDocumentsAreVisible(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(14, 2026)) //nolint:gosec // the same texts in each run
	letters := []string{
		"a", " ", "\n", "\t", "\r", "\"", "'", "\\", "\\u202e", ":", "#", "-", "é", "世", "🙂", "text", "text0.", "\x1b[31m", "\x7f", "\u0085", "\u009b",
		"\u00a0", "\u00ad", "\u200b", "\u200d", "\u202e", "\u2028", "\u2029", "\u2066", "\ufeff", "\ufe0f", "\uffff", "\U000e0001", "\U0001d159",
	}
	text := func() string {
		var out strings.Builder
		for range random.IntN(8) {
			out.WriteString(letters[random.IntN(len(letters))])
		}
		return out.String()
	}
	for range 300 {
		result := keyed{output.TypeMeta("Found"), []string{text(), text()}, map[string]string{text(): text(), text(): text()}}
		rows := []row{{Name: text()}, {Name: text()}}
		for format, parse := range map[string]func([]byte, any) error{"json": json.Unmarshal, "yaml": yamlInto, "kyaml": yamlInto, "jsonpath-as-json={}": firstOf} {
			var read keyed
			checkDocument(t, printed(t, format, result), &read, parse)
			if diff := cmp.Diff(result, read); diff != "" {
				t.Fatalf("-o %s loses something (-want +got):\n%s", format, diff)
			}
			var list list
			streamed, err := streamed(t, []string{"-o", strings.Replace(format, "{}", "{.items}", 1)}, rows...)
			if err != nil {
				t.Fatal(err)
			}
			if format == "jsonpath-as-json={}" {
				var items [][]row
				checkDocument(t, streamed, &items, json.Unmarshal)
				list.Items = items[0]
			} else {
				checkDocument(t, streamed, &list, parse)
			}
			if diff := cmp.Diff(rows, list.Items); diff != "" {
				t.Fatalf("-o %s loses something (-want +got):\n%s", format, diff)
			}
		}
	}
}

// keyed is a result with keys that other people have chosen.
type keyed struct {
	metav1.TypeMeta `json:",inline"`

	Items []string          `json:"items"`
	Keys  map[string]string `json:"keys"`
}

func (keyed) Text(*terminal.Terminal, output.TextOptions) error { return nil }

func printed(t *testing.T, format string, result output.Result) string {
	t.Helper()
	var out strings.Builder
	var flags output.Flags
	cmd := &cobra.Command{}
	flags.AddTo(cmd, nil)
	if err := cmd.ParseFlags([]string{"-o", format}); err != nil {
		t.Fatal(err)
	}
	term := terminal.New(genericiooptions.IOStreams{Out: &out, ErrOut: &out}, func(string) string { return "" })
	if err := flags.Write(term, result); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func checkDocument(t *testing.T, document string, into any, parse func([]byte, any) error) {
	t.Helper()
	for _, r := range document {
		if r != '\n' && r != '\t' && !visible.Rune(r) {
			t.Fatalf("%U is in the document:\n%q", r, document)
		}
	}
	if err := parse([]byte(document), into); err != nil {
		t.Fatalf("%v:\n%s", err, document)
	}
}

func yamlInto(document []byte, into any) error { return yaml.Unmarshal(document, into) }

// firstOf reads the only item of a list.
func firstOf(document []byte, into any) error {
	var all []json.RawMessage
	if err := json.Unmarshal(document, &all); err != nil {
		return err
	}
	return json.Unmarshal(all[0], into)
}
