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

// Package markdown reads from a page in GitHub's Markdown what tests and checks need: blocks of code, links and anchors.
package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Page is what a page has.
type Page struct {
	// Lead is the text of the first paragraph or quotation below the title.
	Lead     string
	Blocks   []Block
	Links    []Link
	Comments []Comment
	// Anchors are what a link to this page can have after its #.
	Anchors map[string]bool
}

// Block is a fenced block of code.
type Block struct {
	// Line is the number of the first line of code.
	Line           int
	Language, Text string
	// Headings are those above it, the title first.
	Headings []string
	// Comments are the HTML comments directly above it.
	Comments []Comment
}

// Comment is an HTML comment.
type Comment struct {
	Line int
	Text string
}

// Link is a link, or an image.
type Link struct {
	Line   int
	Target string
}

// Parse reads a page.
func Parse(source []byte) *Page {
	r := &reader{source: source, page: &Page{Anchors: map[string]bool{}}, anchors: map[string]int{}, comments: map[ast.Node][]Comment{}}
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	// visit returns no error.
	_ = ast.Walk(root, r.visit)
	return r.page
}

// reader collects what a page has, in the order in which it has it.
type reader struct {
	source []byte
	page   *Page
	// headings are those above what is read now.
	headings []*ast.Heading
	// anchors counts the headings of each name.
	anchors map[string]int
	// comments are those of blocks of HTML that have nothing else.
	comments map[ast.Node][]Comment
}

func (r *reader) visit(node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	switch n := node.(type) {
	case *ast.Heading:
		r.addHeading(n)
	case *ast.FencedCodeBlock:
		r.addBlock(n)
	case *ast.HTMLBlock:
		r.comments[n] = r.readHTML(r.lineOf(n), r.htmlOf(n))
	case *ast.RawHTML:
		r.readHTML(r.lineOf(n), n.Segments.Value(r.source))
	case *ast.Link:
		r.addLink(r.lineOf(n), string(n.Destination))
	case *ast.Image:
		r.addLink(r.lineOf(n), string(n.Destination))
	case *ast.AutoLink:
		if n.AutoLinkType == ast.AutoLinkURL {
			r.addLink(r.lineOf(n), string(n.URL(r.source)))
		}
	}
	return ast.WalkContinue, nil
}

func (r *reader) addHeading(n *ast.Heading) {
	for len(r.headings) > 0 && r.headings[len(r.headings)-1].Level >= n.Level {
		r.headings = r.headings[:len(r.headings)-1]
	}
	r.headings = append(r.headings, n)
	r.page.Anchors[r.anchorOf(r.plain(n))] = true
	if next := n.NextSibling(); n.Level == 1 && next != nil && r.page.Lead == "" {
		r.page.Lead = r.plain(next)
	}
}

func (r *reader) addBlock(n *ast.FencedCodeBlock) {
	block := Block{Line: r.lineOf(n), Language: string(n.Language(r.source)), Text: string(n.Lines().Value(r.source))}
	for _, heading := range r.headings {
		block.Headings = append(block.Headings, r.plain(heading))
	}
	for above := n.PreviousSibling(); above != nil && len(r.comments[above]) > 0; above = above.PreviousSibling() {
		block.Comments = append(r.comments[above], block.Comments...)
	}
	r.page.Blocks = append(r.page.Blocks, block)
}

func (r *reader) addLink(line int, target string) {
	r.page.Links = append(r.page.Links, Link{Line: line, Target: target})
}

// plain is the text of a part of the page, without marks.
func (r *reader) plain(node ast.Node) string {
	var out strings.Builder
	_ = ast.Walk(node, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := node.(type) {
		case *ast.Text:
			out.Write(util.UnescapePunctuations(n.Segment.Value(r.source)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.String:
			out.Write(n.Value)
		case *ast.AutoLink:
			out.Write(n.Label(r.source))
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

// lineOf is the number of the line on which the text of a node begins.
func (r *reader) lineOf(node ast.Node) int {
	return 1 + bytes.Count(r.source[:r.offsetOf(node)], []byte("\n"))
}

func (r *reader) offsetOf(node ast.Node) int {
	for n := node; n != nil; n = n.FirstChild() {
		if words, ok := n.(*ast.Text); ok {
			return words.Segment.Start
		}
	}
	for n := node; n != nil; n = n.Parent() {
		if n.Type() != ast.TypeInline && n.Lines().Len() > 0 {
			return n.Lines().At(0).Start
		}
	}
	return 0
}
