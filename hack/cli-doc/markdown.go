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

package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
)

// anchor of a title, as GitHub makes it.
func anchor(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }

// show shows a file once.
func show(out *bytes.Buffer, f file, where string, shown map[file]bool) {
	if shown[f] {
		return
	}
	shown[f] = true
	language := strings.TrimPrefix(filepath.Ext(f.name), ".")
	if strings.Count(f.content, "\n") > manyLines {
		fmt.Fprintf(out, "\n<details><summary><code>%s</code>%s</summary>\n\n%s\n</details>\n", f.name, where, block(language, f.content))
	} else {
		fmt.Fprintf(out, "\n`%s`%s:\n\n%s", f.name, where, block(language, f.content))
	}
}

// block shows a text as it is. The output of a command can be Markdown itself.
func block(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + text + fence + "\n"
}

// flagsWidth is the width of the lists of flags.
const flagsWidth = 110

func flagUsages(flags *pflag.FlagSet) string { return flags.FlagUsagesWrapped(flagsWidth) }

func exitCodes(out *bytes.Buffer) error {
	all, err := explain.All()
	if err != nil {
		return err
	}
	out.WriteString("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n")
	for i := range all {
		if all[i].Type == explain.Exit {
			fmt.Fprintf(out, "| %s | %s |\n", all[i].Code, all[i].Meaning)
		}
	}
	return nil
}

// long returns the text of a command. An indented paragraph is a list in columns.
func long(cmd *cobra.Command) string {
	paragraphs := strings.Split(cmd.Long, "\n\n")
	for i, paragraph := range paragraphs {
		if strings.HasPrefix(paragraph, " ") {
			paragraphs[i] = "```text\n" + paragraph + "\n```"
		} else {
			paragraphs[i] = escape(paragraph)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// escape returns a text of a command, which is plain, as Markdown.
func escape(text string) string {
	parts := strings.Split(text, "`")
	for i := range parts {
		if i%2 == 0 || i == len(parts)-1 {
			parts[i] = strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`).Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}
