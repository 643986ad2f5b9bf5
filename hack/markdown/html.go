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

package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// htmlOf is the text of a block of HTML.
func (r *reader) htmlOf(n *ast.HTMLBlock) []byte {
	content := n.Lines().Value(r.source)
	if n.HasClosure() {
		content = append(bytes.Clone(content), n.ClosureLine.Value(r.source)...)
	}
	return content
}

// readHTML reads links, anchors and comments. It returns the comments if there is nothing else.
func (r *reader) readHTML(line int, content []byte) []Comment {
	var comments []Comment
	tags := false
	for tokens := html.NewTokenizer(bytes.NewReader(content)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			// The end.
			r.page.Comments = append(r.page.Comments, comments...)
			if tags {
				return nil
			}
			return comments
		case html.CommentToken:
			comments = append(comments, Comment{Line: line, Text: strings.TrimSpace(tokens.Token().Data)})
		case html.StartTagToken, html.SelfClosingTagToken:
			tags = true
			r.readTag(line, tokens.Token())
		default:
		}
	}
}

func (r *reader) readTag(line int, tag html.Token) {
	for _, attribute := range tag.Attr {
		switch attribute.Key {
		case "id", "name":
			r.page.Anchors[attribute.Val] = true
		case "href", "src":
			r.addLink(line, attribute.Val)
		case "srcset":
			for candidate := range strings.SplitSeq(attribute.Val, ",") {
				// A width may follow.
				target, _, _ := strings.Cut(strings.TrimSpace(candidate), " ")
				r.addLink(line, target)
			}
		}
	}
}
