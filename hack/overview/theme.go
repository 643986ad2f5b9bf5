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

import "fmt"

// theme has the colours of a picture.
type theme struct {
	file string
	page, box, edge, text, note,
	customer, endUser, productOwner string
}

// themes are those of GitHub, which shows the README.
var themes = []theme{
	{
		file: "overview.svg",
		page: "#ffffff", box: "#f6f8fa", edge: "#8c959f", text: "#1f2328", note: "#59636e",
		customer: "#0969da", endUser: "#1a7f37", productOwner: "#8250df",
	},
	{
		file: "overview-dark.svg",
		page: "#0d1117", box: "#161b22", edge: "#6e7681", text: "#e6edf3", note: "#9198a1",
		customer: "#58a6ff", endUser: "#3fb950", productOwner: "#a371f7",
	},
}

// style returns the style sheet. It has no fonts of its own and no variables, which some renderers do not know.
func (t *theme) style() string {
	return fmt.Sprintf(`
.overview text{font-family:-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:%dpx;fill:%s}
.overview .heading{font-weight:600}
.overview .title{font-size:%dpx;font-weight:600;fill:%s}
.overview .page{fill:%s}
.overview .box{fill:%s;stroke:%[7]s}
.overview .group{fill:none;stroke:%[7]s;stroke-dasharray:4 4}
.overview .line{fill:none;stroke:%[7]s;stroke-width:2}
.overview .mark{fill:%[7]s}
`, noteSize, t.note, titleSize, t.text, t.page, t.box, t.edge) +
		roleStyle(customer, t.customer) + roleStyle(endUser, t.endUser) + roleStyle(productOwner, t.productOwner)
}

// roleStyle colours the lines and marks of a role.
func roleStyle(role, colour string) string {
	return fmt.Sprintf(".overview .line.%[1]s{stroke:%[2]s}\n.overview .mark.%[1]s{fill:%[2]s}\n", role, colour)
}
