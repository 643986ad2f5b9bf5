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

const preface = `
There is no release yet, so build it. You need git, make and Go 1.26 or later. In a clone of the repository:

` + "```sh" + `
make build
export PATH="$PATH:$PWD/bin"
` + "```" + `

The folder ` + "`bin`" + ` then has ` + "`kubectl-stakeholders`" + `, which kubectl runs as ` + "`kubectl stakeholders`" + `, and
` + "`kubectl_complete-stakeholders`" + ` for [completion](#completion). To keep them, copy both into a folder of your ` + "`PATH`" + `. After the first
release, krew will have the plugin, too: ` + "`kubectl krew install stakeholders`" + `.

It works with a context of your kubeconfig and in a Pod. Commands that take ` + "`-f`" + ` need no cluster.

With ` + "`-o json`" + ` and ` + "`-o yaml`" + `, what a command lists is in the field ` + "`items`" + `, as in the lists of Kubernetes.
`

const completionText = `
## completion

Complete commands, flags and names with the Tab key. Products, topics, parties and requests come from the cluster, or from the files
of ` + "`-f`" + `.

For ` + "`kubectl stakeholders`" + `, put ` + "`kubectl_complete-stakeholders`" + ` into a folder of your ` + "`PATH`" + `, and set up completion for kubectl itself
(` + "`kubectl completion --help`" + `). kubectl 1.26 and later asks that program. ` + "`make build`" + ` writes it into the folder ` + "`bin`" + `.

After the first release, it will also be in the archive of the plugin. krew does not link it into your ` + "`PATH`" + `, so link it once:

` + "```sh" + `
ln -s ~/.krew/store/stakeholders/*/kubectl_complete-stakeholders ~/.krew/bin/kubectl_complete-stakeholders
` + "```" + `

For ` + "`kubectl-stakeholders`" + ` with a hyphen, load the script of your shell, for example in ` + "`~/.bashrc`" + `:

` + "```sh" + `
source <(kubectl-stakeholders completion bash)
` + "```" + `

` + "`completion zsh`, `completion fish` and `completion powershell`" + ` print those of other shells. ` + "`completion SHELL --help`" + ` says where to put them.
`

const outputText = `
## Output

On a terminal, long sentences are wrapped, and tables are made to fit: some cells are shortened, and end in ` + "`…`" + `. The first column stays
whole. A name that leaves no room for the other cells has a line of its own. ` + "`-o wide`" + ` shows every cell whole, and has more columns. In a
file or a pipe, nothing is shortened or wrapped, except for help and ` + "`explain`" + `.

Names and titles come from other people. They may have characters that are invisible, reorder text or control the terminal:

| output | such a character |
| --- | --- |
| text, messages, ` + "`-o wide`, `-o name` and `-o csv`" + ` | is shown as in ` + "`\\x1b` or `\\u202e`" + `. A name in a cluster has none |
| ` + "`-o json`, `-o yaml`, `-o kyaml`, `-o jsonpath-as-json`" + ` | is an escape of the format: programs read the same text |
| ` + "`-o jsonpath`" + ` | is shown as above on a terminal. In a file or a pipe, it stays as it is, because programs need the text itself |
`

const environmentText = `
## Environment

| variable | meaning |
| --- | --- |
| ` + "`KUBECONFIG`" + ` | the kubeconfig files, as for kubectl |
| ` + "`NO_COLOR`" + ` | if it is set, the output has no colours. It never has any if it goes to a file or a pipe |
| ` + "`COLUMNS`" + ` | the width of the terminal, if it is not the real one. It does not count for a file or a pipe |
| ` + "`TERM`" + ` | ` + "`dumb`" + ` means a terminal without colours, and without lines about progress |
| ` + "`CI`" + ` | if it is set, no lines about progress are shown. They never are if standard error goes to a file or a pipe |
| ` + "`POD_NAMESPACE`" + ` | in a Pod without a kubeconfig: the current namespace, in place of that of the ServiceAccount |
| ` + "`STAKEHOLDERS_DEBUG`" + ` | if it is set, a crash prints a stack trace, for a report to the authors |
`
