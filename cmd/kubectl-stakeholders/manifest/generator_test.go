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
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes streams of documents. The same seed makes the same stream.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator { return generator{rand.New(rand.NewPCG(seed, 1))} } //nolint:gosec // no secret

func (g generator) pick(texts ...string) string { return texts[g.IntN(len(texts))] }

// some returns a text some times.
func (g generator) some(text func() string) string {
	var out strings.Builder
	for range g.IntN(6) {
		out.WriteString(text())
	}
	return out.String()
}

// kubectlStream is a stream of Lists in forms of kubectl and of small objects.
func (g generator) kubectlStream() string {
	var out strings.Builder
	for i := range 1 + g.IntN(3) {
		if i > 0 {
			out.WriteString(g.pick("---\n", "--- # comment\n", "---\n---\n", "---\n\n---\n"))
		}
		switch g.IntN(4) {
		case 0:
			out.WriteString(g.some(func() string { return g.jsonList(g.pick("  ", "    ", " ")) + g.pick("", "\n", "\n\n") }))
		case 1:
			out.WriteString(g.pick("", "\n", "# comment\n") + g.yamlObject(""))
		default:
			out.WriteString(g.yamlList())
		}
	}
	stream := out.String()
	if g.IntN(4) == 0 {
		stream = strings.ReplaceAll(stream, "\n", "\r\n")
	}
	return g.pick("", "", "\ufeff") + stream
}

// stream is a stream that has also what only looks like a List of kubectl.
func (g generator) stream() string {
	stream := g.kubectlStream()
	if g.IntN(2) == 0 {
		stream += "---\n" + g.misleading()
	}
	if g.IntN(2) == 0 {
		at := g.IntN(len(stream) + 1)
		with := g.pick("\"", "'", "{", "}", "[", "]", "-", "#", ":", "&a", "*a", " ", "\n", "\t", "\r", "\u2028", "|", ",", "\r---\r", "\u2029...\n", "\nitems:\n- ", "\nkind: A\n")
		stream = stream[:at] + with + stream[min(at+g.IntN(3), len(stream)):]
	}
	return stream
}

func (g generator) misleading() string {
	objects := g.yamlItems()
	return g.pick(
		"apiVersion: v1\nkind: ConfigMap\nitems:\n"+objects,
		"apiVersion: v1\nitems:\n"+objects+"kind: ConfigMap\n",
		"apiVersion: v1\nkind: List\nitems:\n"+objects+"items:\n"+g.yamlItems(),
		"apiVersion: v1\nkind: List\nitems:\n"+objects+"\"items\": []\n",
		"apiVersion: v1\nkind: List\nx: &x items\nitems:\n"+objects+"*x : []\n",
		"apiVersion: v1\nkind: List\nitems:\n"+objects+"!!binary aXRlbXM=: []\n",
		"apiVersion: v1\nkind: List\nItems: []\nitems:\n"+objects,
		"apiVersion: v1\nkind: List\nitems: []\nx: \"\nitems:\n"+objects+"\"\n",
		"apiVersion: v1\nkind: List\nitems: []\nx: '\nitems:\n"+objects+"'\n",
		"{apiVersion: v1, kind: List, items: [\nitems:\n"+objects+"]}\n",
		"apiVersion: v1\nkind: List\nitems:\n"+objects+"...\nkind: ConfigMap\n",
		"apiVersion: v1\nitems:\n"+objects+"...\nkind: List\n",
		"apiVersion: v1\nkind: List\nitems:\n"+strings.ReplaceAll(objects, "- ", "- &a "),
		"apiVersion: v1\nkind: List\nitems:\n"+objects+"- *a\n",
		"apiVersion: v1\nkind: List\nitems:\n"+objects+"\r---\r"+objects,
		strings.Replace(g.jsonList("  "), "\"kind\": \"List\"", "\"kind\": \"A\"", 1),
		strings.Replace(g.jsonList("  "), "\"kind\": \"List\"", "\"items\": []", 1),
		strings.Replace(g.jsonList("  "), "},\n", "}\n", 1),
		strings.Replace(g.jsonList("  "), "\n  ]", ",\n  ]", 1),
		"{\n \"apiVersion\": \"v1\", \"kind\": \"B\", \"x\": "+g.jsonList("  ")+"}\n",
		g.jsonList("  ")+"# comment\n"+g.jsonList("  "),
		g.jsonList("  ")+g.yamlList(),
		g.jsonList("  ")+"}\n",
		g.jsonList("  ")+"---\n"+g.jsonList("  ")+"{\"kind\": \"A\", \"apiVersion\": \"v1\"}",
	)
}

func (g generator) yamlList() string {
	meta := g.pick("", "metadata:\n  resourceVersion: \"\"\n", "metadata: {a: 1}\nmetadata: {}\n")
	kind := "kind: " + g.pick("List", "AList") + "\n"
	if g.IntN(2) == 0 {
		return g.pick("", "# comment\n") + "apiVersion: v1\n" + kind + meta + g.pick("items:\n", "items:  \n") + g.yamlItems()
	}
	return "apiVersion: v1\nitems:\n" + g.yamlItems() + kind + meta
}

func (g generator) yamlItems() string {
	return "- " + g.yamlObject("  ") + g.some(func() string {
		return g.pick("", "", "# comment\n", "\n", "  # - comment\n") + "-" + g.pick(" ", "\n  ") + g.yamlObject("  ")
	})
}

// yamlObject is an object after its indentation.
func (g generator) yamlObject(indent string) string {
	if g.IntN(5) == 0 {
		return "{kind: A, apiVersion: v1,\n  x: [1, {y: 2}]}\n"
	}
	lines := []string{"apiVersion: v1", "kind: " + g.pick("A", "B"), fmt.Sprintf("metadata: {name: n%d, namespace: ns}", g.IntN(9))}
	for range g.IntN(4) {
		lines = append(lines, g.pick(
			"x: &a [1, {y: 2}]\n"+indent+"z: *a", "text: |\n"+indent+"  - one\n\n"+indent+"  items:\n"+indent+"   - two", "\"x\": 1", "x: 2",
			"x:\n"+indent+"- y: 1\n"+indent+"  z: 2", "text: \"a\n"+indent+"  - b\"", "# comment", "text: |+\n"+indent+"  a\n\n",
			"text: \"a\u2028\n"+indent+"  b\"", "<<: {y: 1}", "x: {a: 1, a: 2}", "'é': 'ü' # comment", "items: [1]",
		))
	}
	g.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	return strings.TrimPrefix(indent+strings.Join(lines, "\n"+indent)+"\n", indent)
}

func (g generator) jsonList(indent string) string {
	var out strings.Builder
	out.WriteString("{\n" + indent + "\"apiVersion\": \"v1\",\n" + indent + "\"items\": [\n")
	n := g.IntN(6)
	for i := range n + 1 {
		deep := indent + indent
		fmt.Fprintf(&out, "%s{\n%s%s\"apiVersion\": \"v1\",\n%s%s\"kind\": %q,\n", deep, deep, indent, deep, indent, g.pick("A", "B"))
		out.WriteString(g.pick("", deep+indent+"\"x\": {\"a\": 1, \"a\": 2},\n", deep+indent+"\"x\": [\n"+deep+deep+"{\"y\": 1}\n"+deep+indent+"],\n"))
		fmt.Fprintf(&out, "%s%s\"metadata\": {\"name\": \"n%d\"}\n%s}%s\n", deep, indent, i, deep, map[bool]string{true: ","}[i < n])
	}
	out.WriteString(indent + "],\n" + indent + "\"kind\": \"List\"" + g.pick("", ",\n"+indent+"\"metadata\": {}", ", \"x\": 1, \"x\": 2") + "\n}\n")
	return out.String()
}
