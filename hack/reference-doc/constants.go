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
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// constant is a string constant of a Go file.
type constant struct{ name, value, doc string }

// constantsIn returns the string constants of the Go files of a folder, except those of tests, in the order of the files. A
// value can be a concatenation with another constant of the folder.
func constantsIn(folder string) ([]constant, error) {
	files, err := parseFolder(folder)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	var out []constant
	// A constant can be declared after one that needs it.
	for range 2 {
		out = nil
		for _, file := range files {
			for _, spec := range constSpecs(file) {
				for i, name := range spec.names {
					value, ok := evaluate(spec.values[i], values)
					if !ok {
						continue
					}
					values[name] = value
					out = append(out, constant{name: name, value: value, doc: spec.doc})
				}
			}
		}
	}
	return out, nil
}

func parseFolder(folder string) ([]*ast.File, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var out []*ast.File
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, entry.Name()), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		out = append(out, file)
	}
	return out, nil
}

type constSpec struct {
	names  []string
	values []ast.Expr
	doc    string
}

// constSpecs returns the constants of a file that have values. A constant without a comment has the comment of the one before it
// in its group, because a comment can be about several.
func constSpecs(file *ast.File) []constSpec {
	var out []constSpec
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		doc := group.Doc.Text()
		for _, spec := range group.Specs {
			value, ok := spec.(*ast.ValueSpec)
			if !ok || len(value.Values) != len(value.Names) {
				continue
			}
			if text := value.Doc.Text(); text != "" {
				doc = text
			}
			one := constSpec{values: value.Values, doc: doc}
			for _, name := range value.Names {
				one.names = append(one.names, name.Name)
			}
			out = append(out, one)
		}
	}
	return out
}

func evaluate(expr ast.Expr, known map[string]string) (string, bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		if e.Kind != token.STRING {
			return "", false
		}
		value, err := strconv.Unquote(e.Value)
		return value, err == nil
	case *ast.Ident:
		value, ok := known[e.Name]
		return value, ok
	case *ast.BinaryExpr:
		left, isLeft := evaluate(e.X, known)
		right, isRight := evaluate(e.Y, known)
		return left + right, e.Op == token.ADD && isLeft && isRight
	}
	return "", false
}

// sentence returns the comment of a constant without its name: "LabelMap is the name of …" becomes "The name of …".
func (c *constant) sentence() string {
	text := strings.Join(strings.Fields(c.doc), " ")
	for _, verb := range []string{" is ", " names ", " : "} {
		rest, found := strings.CutPrefix(text, c.name+verb)
		if !found {
			continue
		}
		if verb == " names " {
			rest = "names " + rest
		}
		return strings.ToUpper(rest[:1]) + rest[1:]
	}
	if rest, found := strings.CutPrefix(text, c.name+" "); found {
		return strings.ToUpper(rest[:1]) + rest[1:]
	}
	return text
}

// commentOf returns the comment of a function in a folder.
func commentOf(folder, function string) (string, error) {
	files, err := parseFolder(folder)
	if err != nil {
		return "", err
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == function {
				return f.Doc.Text(), nil
			}
		}
	}
	return "", fmt.Errorf("%s has no function %s", folder, function)
}
