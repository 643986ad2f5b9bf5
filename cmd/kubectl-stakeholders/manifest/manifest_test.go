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

package manifest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
)

// read returns what a stream holds, a line for each object, and the error.
func read(stream string) (objects []string, err error) {
	err = manifest.Parse("f.yaml", strings.NewReader(stream), func(d *manifest.Document) error {
		objects = append(objects, fmt.Sprintf("%d %s %s/%s %s", d.Locator().Find("").Line, d.Kind, d.Namespace, d.Name, d.JSON))
		return nil
	})
	return objects, err
}

func TestParse(t *testing.T) {
	const a, b = "kind: A\napiVersion: v1\n", "kind: B\napiVersion: v1\n"
	const jsonA, jsonB = `{"apiVersion":"v1","kind":"A"}`, `{"apiVersion":"v1","kind":"B"}`
	for name, tc := range map[string]struct {
		reason, stream string
		want           []string
		err            string
	}{
		"One":            {reason: "A file has an object.", stream: a, want: []string{"1 A / " + jsonA}},
		"NoNewline":      {reason: "The last line need not end.", stream: strings.TrimSuffix(a, "\n"), want: []string{"1 A / " + jsonA}},
		"Empty":          {reason: "An empty file has no objects."},
		"OnlySeparators": {reason: "Neither has one of empty documents.", stream: "---\n---\n\n---"},
		"OnlyComments":   {reason: "A comment is no object.", stream: "# nothing\n---\n# here\n"},
		"BeginsWithSeparator": {
			reason: "Lines are counted from the beginning of the file.", stream: "---\n" + a, want: []string{"2 A / " + jsonA},
		},
		"Several": {
			reason: "The lines of separators are counted.", stream: "# first\n" + a + "---\n" + b + "--- # again\n" + a,
			want: []string{"2 A / " + jsonA, "5 B / " + jsonB, "8 A / " + jsonA},
		},
		"EmptyBetween": {
			reason: "The lines of empty documents are counted.", stream: a + "---\n---\n\n---\n# comment\n---\n" + b,
			want: []string{"1 A / " + jsonA, "9 B / " + jsonB},
		},
		"CRLF": {
			reason: "Windows ends lines with two characters.", stream: strings.ReplaceAll(a+"---\n"+b, "\n", "\r\n"),
			want: []string{"1 A / " + jsonA, "4 B / " + jsonB},
		},
		"ByteOrderMark": {
			reason: "Windows begins files with it.", stream: "\ufeff" + a, want: []string{"1 A / " + jsonA},
		},
		"ByteOrderMarkInside": {
			reason: "A file that was put together of several has it.", stream: a + "---\n\ufeff" + b,
			want: []string{"1 A / " + jsonA, "4 B / " + jsonB},
		},
		"UTF16": {
			reason: "PowerShell redirects in UTF-16.", stream: "\xff\xfe" + wide(a), want: []string{"1 A / " + jsonA},
		},
		"CarriageReturnInText": {
			reason: "A block keeps its lines, without the characters that Windows adds.", stream: "kind: A\r\napiVersion: v1\r\nx: |\r\n  a\r\n  b\r\n",
			want: []string{`1 A / {"apiVersion":"v1","kind":"A","x":"a\nb\n"}`},
		},
		"Aliases": {
			reason: "Aliases and merged keys are expanded.", stream: a + "x: &x {u: 1}\nz: *x\nw: {<<: *x, v: 2}\n",
			want: []string{`1 A / {"apiVersion":"v1","kind":"A","w":{"u":1,"v":2},"x":{"u":1},"z":{"u":1}}`},
		},
		"OldYAML": {
			reason: "kubectl reads YAML 1.1.", stream: a + "on: yes\nm: 010\nt: 2026-01-01\n1: x\n",
			want: []string{`1 A / {"1":"x","apiVersion":"v1","kind":"A","m":8,"t":"2026-01-01","true":true}`},
		},
		"RepeatedKey": {
			reason: "kubectl takes the last.", stream: "kind: X\n" + a, want: []string{"1 A / " + jsonA},
		},
		"JSON": {
			reason: "JSON is read as JSON.", stream: "\n\n" + jsonA + "\n", want: []string{"3 A / " + jsonA},
		},
		"JSONObjects": {
			reason: "JSON objects need no separator.", stream: jsonA + "\n" + jsonB + jsonA + "\n---\n" + jsonB,
			want: []string{"1 A / " + jsonA, "2 B / " + jsonB, "2 A / " + jsonA, "4 B / " + jsonB},
		},
		"OtherSpelling": {
			reason: "The API server knows kind only in lower case.", stream: `{"apiVersion":"v1","kind":"A","Kind":"List","items":[],"metadata":{"name":"a","Name":"b"}}`,
			want: []string{`1 A /a {"apiVersion":"v1","kind":"A","Kind":"List","items":[],"metadata":{"name":"a","Name":"b"}}`},
		},
		"JSONBeforeYAML": {
			reason: "A stream can have both.", stream: jsonA + "\n---\n" + b, want: []string{"1 A / " + jsonA, "3 B / " + jsonB},
		},
		"JSONWithComment": {
			reason: "Like kubectl, read the rest as YAML.", stream: jsonA + "\n# comment\n", want: []string{"1 A / " + jsonA},
		},
		"FlowYAML": {
			reason: "YAML can look like JSON.", stream: "{kind: A, apiVersion: v1}", want: []string{"1 A / " + jsonA},
		},
		"FlowYAMLAfterSeparator": {
			reason: "Also in a later document.", stream: a + "---\n{kind: B, apiVersion: v1}\n---\n{kind: A, apiVersion: v1}\n",
			want: []string{"1 A / " + jsonA, "4 B / " + jsonB, "6 A / " + jsonA},
		},
		"FlowYAMLAfterJSON": {
			reason: "JSON does not change that.", stream: jsonA + "\n---\n{kind: B, apiVersion: v1}\n",
			want: []string{"1 A / " + jsonA, "3 B / " + jsonB},
		},
		"FlowNoObject": {
			reason: "It is YAML, and the error says what it is not.", stream: a + "---\n{kind: B}\n", want: []string{"1 A / " + jsonA},
			err: "f.yaml:4: not a Kubernetes object: apiVersion or kind is missing",
		},
		"JSONWithBraceTooMuch": {
			reason: "What follows an object is read, too.", stream: jsonA + "}\n", want: []string{"1 A / " + jsonA},
			err: "f.yaml:1: not JSON: invalid character '}' looking for beginning of value",
		},
		"List": {
			reason: "A List has objects, with their own lines.", stream: "kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: A\n-\n  kind: List\n  apiVersion: v1\n  items:\n  - " + jsonB + "\n",
			want: []string{"4 A / " + jsonA, "10 B / " + jsonB},
		},
		"EmptyList": {reason: "A List can have none.", stream: "kind: StakeholderMapList\napiVersion: v1\nitems: []\n"},
		"NameAndNamespace": {
			reason: "They say which object it is.", stream: a + "metadata: {name: m, namespace: ns}\n",
			want: []string{`1 A ns/m {"apiVersion":"v1","kind":"A","metadata":{"name":"m","namespace":"ns"}}`},
		},
		"NameIsABoolean": {
			reason: "In YAML 1.1, it is. The schema refuses it.", stream: a + "metadata: {name: n, namespace: ns}\n",
			want: []string{`1 A ns/ {"apiVersion":"v1","kind":"A","metadata":{"name":false,"namespace":"ns"}}`},
		},
		"Documents end": {
			reason: "Like kubectl, pass over what follows the end of a document.", stream: a + "...\n", want: []string{"1 A / " + jsonA},
		},

		"BadIndent": {
			reason: "The line is that of the mistake.", stream: a + "x: y: z\n", err: "f.yaml:3: not YAML: mapping values are not allowed in this context",
		},
		"BadKey": {
			reason: "The line is that of the mistake, and not the one before.", stream: a + "x:\n  m: 1\n o: 1\nz: 1\n", err: "f.yaml:5: not YAML: did not find expected key",
		},
		"BadLast": {
			reason: "There is no line after the last.", stream: a + "x: \"abc\n", err: "f.yaml:3: not YAML: found unexpected end of stream",
		},
		"BadSecond": {
			reason: "The lines of documents before are counted.", stream: a + "---\n" + a + "x: y: z\n", want: []string{"1 A / " + jsonA},
			err: "f.yaml:6: not YAML: mapping values are not allowed in this context",
		},
		"BadSeparator": {
			reason: "kubectl refuses text after a separator.", stream: a + "--- " + b, err: `f.yaml:3: not YAML: "kind: B" after ---, where only a comment may follow`,
		},
		"BadJSON": {
			reason: "JSON has an error of its own.", stream: "{\n  \"kind\": \"A\",\n  \"apiVersion\" \"v1\"\n}\n",
			err: `f.yaml:3: not JSON: invalid character '"' after object key`,
		},
		"BadSecondJSON": {
			reason: "The lines of objects before are counted.", stream: jsonA + "\n\n{\n]", want: []string{"1 A / " + jsonA},
			err: `f.yaml:4: not JSON: invalid character ']' looking for beginning of object key string`,
		},
		"TextAfterJSON": {
			reason: "JSON goes on with JSON.", stream: "{\n\"kind\": \"A\", \"apiVersion\": \"v1\"\n}\ntext\n", want: []string{"1 A / {\n\"kind\": \"A\", \"apiVersion\": \"v1\"\n}"},
			err: "f.yaml:4: not JSON: invalid character 'e' in literal true (expecting 'r')",
		},
		"UnfinishedJSON": {
			reason: "The file was cut off.", stream: "{\n\"kind\": \"A\"", err: "f.yaml:2: not JSON: unexpected EOF",
		},
		"Tab": {
			reason: "YAML is not indented by tabs.", stream: a + "x:\n\ty: z\n", err: "f.yaml:4: not YAML: found character that cannot start any token",
		},
		"Binary": {
			reason: "Say what it is.", stream: "ELF\n\x00\x01", err: "f.yaml:2: not YAML: the file has control characters, as binary files do",
		},
		"Latin1": {
			reason: "kubectl would read another name.", stream: a + "---\n" + a + "name: Jos\xe9\n", want: []string{"1 A / " + jsonA},
			err: "f.yaml:6: the text is not UTF-8: save the file as UTF-8",
		},
		"Latin1JSON": {
			reason: "JSON is UTF-8, too.", stream: "{\"kind\": \"A\",\n\"apiVersion\": \"\xe9\"}", err: "f.yaml:2: the text is not UTF-8: save the file as UTF-8",
		},
		"Latin1AfterMark": {
			reason: "The mark of UTF-8 can be wrong.", stream: "\xef\xbb\xbf" + a + "name: Jos\xe9", err: "f.yaml:3: the text is not UTF-8: save the file as UTF-8",
		},
		"UnknownAlias": {
			reason: "An alias needs an anchor.", stream: a + "x: *y\n", err: "f.yaml:1: not YAML: unknown anchor 'y' referenced",
		},
		"AliasToItself": {
			reason: "It has no end.", stream: a + "x: &x [*x]\n", err: "f.yaml:1: not YAML: anchor 'x' value contains itself",
		},
		"Infinity": {
			reason: "JSON has no such number.", stream: a + "x: .inf\n", err: "f.yaml:1: not YAML: json: unsupported value: +Inf",
		},
		"MappingAsKey": {
			reason: "JSON has no such key.", stream: a + "x: {[1]: 2}\n", err: "f.yaml:1: not YAML: invalid map key: []interface {}{1}",
		},
		"Text": {
			reason: "Say what is missing.", stream: "\nhello\n", err: "f.yaml:2: not a Kubernetes object: apiVersion or kind is missing",
		},
		"NoKind": {
			reason: "Say what is missing.", stream: "# values\nreplicas: 1\n", err: "f.yaml:2: not a Kubernetes object: apiVersion or kind is missing",
		},
		"ListsInLists": {
			reason: "Each level is read again.", stream: strings.Repeat(`{"apiVersion":"v1","kind":"List","items":[`, 10) + strings.Repeat("]}", 10),
			err: "f.yaml:1: not a Kubernetes object: there are too many Lists in Lists",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := read(tc.stream)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			message := ""
			if err != nil {
				message = err.Error()
			}
			if diff := cmp.Diff(tc.err, message); diff != "" {
				t.Errorf("%s error (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// wide is a text in UTF-16.
func wide(ascii string) string {
	var out strings.Builder
	for _, c := range []byte(ascii) {
		out.Write([]byte{c, 0})
	}
	return out.String()
}

// TestBounds reads documents that would need too much memory or time.
func TestBounds(t *testing.T) {
	const object = "kind: A\napiVersion: v1\n"
	var laughs strings.Builder
	laughs.WriteString(object + "a0: &a0 [lol]\n")
	for i := range 30 {
		fmt.Fprintf(&laughs, "a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	for name, tc := range map[string]struct{ stream, err string }{
		"Laughs": {laughs.String(), "f.yaml:1: with its aliases expanded, the document is larger than 3 MiB"},
		"LongTextOften": {
			object + "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a,", 500) + strings.Repeat("1,", 500) + "]\n",
			"f.yaml:1: with its aliases expanded, the document is larger than 3 MiB",
		},
		"LongLine": {
			"---\n---\n" + object + "a: " + strings.Repeat("x", manifest.MaxDocument),
			"f.yaml:3: the document is larger than 3 MiB, which the API server refuses: split it, or format a List as kubectl does",
		},
		"ManyLines": {
			object + strings.Repeat("# comment\n", manifest.MaxDocument/10),
			"f.yaml:1: the document is larger than 3 MiB, which the API server refuses: split it, or format a List as kubectl does",
		},
		"Deep": {object + "a: " + strings.Repeat("[", 20_000), "f.yaml:3: not YAML: exceeded max depth of 10000"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := read(tc.stream); err == nil || err.Error() != tc.err {
				t.Errorf("got %v, want %s", err, tc.err)
			}
		})
	}
	if got, err := read(strings.Repeat(object+"a: "+strings.Repeat("x", 1<<20)+"\n---\n", 40)); err != nil || len(got) != 40 {
		t.Errorf("a stream of many documents gives %d objects and %v", len(got), err)
	}
}

// TestErrorOfCaller : the caller's error is returned as it is, in whichever form the object is written.
func TestErrorOfCaller(t *testing.T) {
	want := errors.New("stop")
	for _, stream := range []string{"kind: A\napiVersion: v1\n", `{"kind":"A","apiVersion":"v1"}`, "{kind: A, apiVersion: v1}"} {
		if err := manifest.Parse("f.yaml", strings.NewReader(stream), func(*manifest.Document) error { return want }); !errors.Is(err, want) {
			t.Errorf("%s: got %v", stream, err)
		}
	}
}

func TestReadAll(t *testing.T) {
	const most = 1 << 20
	full := strings.Repeat("x", most)
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, []byte(full+"x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ reason, path, stdin, err string }{
		{"As much as allowed.", manifest.Stdin, full, ""},
		{"More than allowed.", manifest.Stdin, full + "x", "<stdin> cannot be read: it is larger than 1 MiB"},
		{"A file of more than allowed.", path, "", path + " cannot be read: it is larger than 1 MiB"},
		{"No file.", path + "/x", "", path + "/x cannot be read: not a directory"},
	} {
		content, err := manifest.Source{Path: tc.path}.ReadAll(strings.NewReader(tc.stdin), most)
		if err == nil && string(content) != tc.stdin || err != nil && err.Error() != tc.err || err == nil && tc.err != "" {
			t.Errorf("%s: %d bytes and %v, want %q", tc.reason, len(content), err, tc.err)
		}
	}
}

func TestRepeated(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, stream string
		want           []manifest.Repeated
	}{
		"None":  {reason: "Nothing stands twice.", stream: "kind: A\napiVersion: v1\nx: [{a: 1}, {a: 1}]\n"},
		"Merge": {reason: "A key may override a merged one.", stream: "kind: A\napiVersion: v1\nx: &x {a: 1}\ny: {<<: *x, a: 2}\nz: {<<: *x, <<: *x}\n"},
		"YAML": {
			reason: "Each further place is one.", stream: "---\nkind: A\napiVersion: v1\nspec:\n  items:\n  - a: 1\n    b: 1\n    a: 2\nkind: A\n",
			want: []manifest.Repeated{{Field: "spec.items[0].a", Position: manifest.Position{Line: 8, Column: 5}}, {Field: "kind", Position: manifest.Position{Line: 9, Column: 1}}},
		},
		"JSON": {
			reason: "JSON is not different.", stream: "{\"apiVersion\":\"v1\",\n \"kind\":\"A\", \"kind\":\"A\"}",
			want: []manifest.Repeated{{Field: "kind", Position: manifest.Position{Line: 2, Column: 14}}},
		},
		"List": {
			reason: "Only the object's own ones count.", stream: "kind: List\napiVersion: v1\nmetadata: {}\nmetadata: {}\nitems:\n- kind: A\n  apiVersion: v1\n  kind: A\n",
			want: []manifest.Repeated{{Field: "kind", Position: manifest.Position{Line: 8, Column: 3}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []manifest.Repeated
			if err := manifest.Parse("f.yaml", strings.NewReader(tc.stream), func(d *manifest.Document) error {
				got = d.Repeated()
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFind(t *testing.T) {
	const stream = `# comment
kind: A
apiVersion: v1
metadata:
  name: m
  labels:
    app.kubernetes.io/name: x
    "team": x
spec: &spec
  "quoted": 1
  list:
  - a: 1
  -   b: 2
      c: {d: 3, e: [4, 5]}
  text: |
    one
    two
  after: 1
copy:
  <<: *spec
  own: 1
alias: *spec
`
	for _, tc := range []struct {
		reason, field string
		want          manifest.Position
	}{
		{"The object.", "", manifest.Position{Line: 2, Column: 1}},
		{"A key.", "metadata.name", manifest.Position{Line: 5, Column: 3}},
		{"A label in the form of Kubernetes.", "metadata.labels[app.kubernetes.io/name]", manifest.Position{Line: 7, Column: 5}},
		{"A label in the form of the CRD's validation.", "metadata.labels.app.kubernetes.io/name", manifest.Position{Line: 7, Column: 5}},
		{"A quoted key.", "metadata.labels[team]", manifest.Position{Line: 8, Column: 5}},
		{"A missing label.", "metadata.labels[no.such/label]", manifest.Position{Line: 6, Column: 3}},
		{"An item.", "spec.list[1]", manifest.Position{Line: 13, Column: 7}},
		{"A key of an item.", "spec.list[1].c", manifest.Position{Line: 14, Column: 7}},
		{"In flow style.", "spec.list[1].c.e[1]", manifest.Position{Line: 14, Column: 24}},
		{"A missing item.", "spec.list[7].c", manifest.Position{Line: 11, Column: 3}},
		{"A missing field.", "status.x", manifest.Position{Line: 2, Column: 1}},
		{"After a text.", "spec.after", manifest.Position{Line: 18, Column: 3}},
		{"A merged key is where it is written.", "copy.list[0].a", manifest.Position{Line: 12, Column: 5}},
		{"A key beside it.", "copy.own", manifest.Position{Line: 21, Column: 3}},
		{"An alias.", "alias.text", manifest.Position{Line: 15, Column: 3}},
		{"No path.", "[[..]]", manifest.Position{Line: 2, Column: 1}},
		{"No path either.", "spec.x[", manifest.Position{Line: 9, Column: 1}},
	} {
		if err := manifest.Parse("f.yaml", strings.NewReader(stream), func(d *manifest.Document) error {
			if diff := cmp.Diff(tc.want, d.Locator().Find(tc.field)); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", tc.reason, tc.field, diff)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLongList reads Lists that are larger than a document may be, in the forms in which kubectl prints them: every object
// has its line.
func TestLongList(t *testing.T) {
	comment := "# " + strings.Repeat("x", 2000) + "\n"
	for name, form := range map[string]struct {
		objects       int
		before, after string
	}{
		"Kubectl":  {4200, "apiVersion: v1\nitems:\n", "kind: List\nmetadata:\n  resourceVersion: \"\"\n"},
		"OwnKind":  {1000, "# maps\n---\napiVersion: v1\nkind: StakeholderMapList\nitems:\n", ""},
		"Followed": {1000, "apiVersion: v1\nkind: List\nitems: \n", "---\nkind: List\napiVersion: v1\nitems:\n- kind: B\n  apiVersion: v1\n"},
	} {
		var stream strings.Builder
		stream.WriteString(form.before)
		line := strings.Count(form.before, "\n")
		want := make(map[string]int)
		for i := range form.objects {
			object := fmt.Sprintf("- apiVersion: v1\n%s  kind: A\n  metadata:\n    name: m%d\n", comment, i)
			want[fmt.Sprintf("m%d", i)] = line + 1
			line += strings.Count(object, "\n")
			stream.WriteString(object)
		}
		stream.WriteString(form.after)
		if name == "Kubectl" && stream.Len() < manifest.MaxDocument {
			t.Fatal("the list is too short")
		}
		got, kinds := make(map[string]int), make(map[string]int)
		if err := manifest.Parse("f.yaml", strings.NewReader(stream.String()), func(d *manifest.Document) error {
			kinds[d.Kind]++
			if d.Kind == "A" {
				got[d.Name] = d.Locator().Find("").Line
			}
			if d.Kind == "B" && d.Locator().Find("kind").Line != line+5 {
				t.Errorf("%s: the object after the list is in the line %d, want %d", name, d.Locator().Find("kind").Line, line+5)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%.2000s", name, diff)
		}
		if kinds["List"]+kinds["StakeholderMapList"] > 0 {
			t.Errorf("%s: the List is an object, too: %v", name, kinds)
		}
	}
}

// TestFindAfterOldLineBreaks has characters that end a line for the YAML library, and for no editor.
func TestFindAfterOldLineBreaks(t *testing.T) {
	stream := "kind: A\napiVersion: v1\na: \"x\u2028  y\u0085  z\"\nb: 1\n"
	if err := manifest.Parse("f.yaml", strings.NewReader(stream), func(d *manifest.Document) error {
		if got := d.Locator().Find("b").Line; got != 4 {
			t.Errorf("b is in line 4, got %d", got)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// FuzzParse reads any bytes: the positions are in the file, and nothing panics.
func FuzzParse(f *testing.F) {
	f.Add([]byte("kind: A\napiVersion: v1\nx: &a [*a, {<<: *a}]\n---\n{\"kind\": \"A\", \"apiVersion\":\"v1\"}{}"))
	f.Add([]byte("\ufeffkind: List\napiVersion: v1\nitems: [{kind: A, apiVersion: v1, kind: B}]\n"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		lines := strings.Count(string(stream), "\n") + 1
		err := manifest.Parse("f.yaml", strings.NewReader(string(stream)), func(d *manifest.Document) error {
			for _, field := range []string{"", "kind", "x[0].y", "a.b.c"} {
				if at := d.Locator().Find(field); at.Line < 1 || at.Line > lines || at.Column < 1 {
					t.Errorf("%q is at %v in a file of %d lines", field, at, lines)
				}
			}
			d.Repeated()
			return nil
		})
		problem, ok := err.(*manifest.SyntaxError) //nolint:errorlint // it is not wrapped
		if err != nil && (!ok || strings.ContainsAny(problem.Problem, "\n\r") || problem.Line < 1 || problem.Line > lines) {
			t.Errorf("%v in a file of %d lines", err, lines)
		}
	})
}
