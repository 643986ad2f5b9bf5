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
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/hack/markdown"
)

const (
	// folder has the documentation, and start is the page from which a reader has to find all others.
	folder = "docs"
	start  = "docs/README.md"
	// front is the page of the repository, which leads to start or to the pages themselves.
	front = "README.md"
)

// site is the files of a checkout, and the pages among them by their paths.
type site struct {
	files fs.FS
	// sources are the paths of the files, and exists has these and their folders.
	sources []string
	exists  map[string]bool
	pages   map[string]*markdown.Page
}

// readSite reads the pages among the sources: those in the root of a checkout, and all of the documentation.
func readSite(files fs.FS, sources []string) (*site, error) {
	s := &site{files: files, sources: sources, exists: withFolders(sources), pages: map[string]*markdown.Page{}}
	for _, name := range sources {
		if path.Ext(name) != ".md" || (path.Dir(name) != "." && !strings.HasPrefix(name, folder+"/")) {
			continue
		}
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		s.pages[name] = markdown.Parse(source)
	}
	return s, nil
}

// problems are the links within the checkout that lead nowhere, and the pages to which none leads.
func (s *site) problems() []string {
	var out []string
	leads := make(map[string][]string, len(s.pages))
	for _, name := range slices.Sorted(maps.Keys(s.pages)) {
		for _, link := range s.pages[name].Links {
			target, err := s.follow(name, link.Target)
			if err != nil {
				out = append(out, fmt.Sprintf("%s:%d: %v", name, link.Line, err))
			}
			leads[name] = append(leads[name], target)
		}
	}
	for _, name := range s.lost(leads) {
		out = append(out, fmt.Sprintf("%s: no way leads from %s to this page: link to it", name, start))
	}
	return out
}

// lost are the pages that a reader does not find.
func (s *site) lost(leads map[string][]string) []string {
	found := map[string]bool{front: true, start: true}
	for next := []string{start}; len(next) > 0; {
		name := next[0]
		next = next[1:]
		for _, target := range leads[name] {
			if !found[target] {
				found[target] = true
				next = append(next, target)
			}
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.pages)), func(name string) bool { return found[name] })
}

// follow returns the path to which a link of a page leads. It is empty if the link leads to another site or nowhere. The error says what is
// wrong with the link.
func (s *site) follow(page, link string) (string, error) {
	target, err := url.Parse(link)
	switch {
	case err != nil:
		return "", err
	case target.Scheme != "" || target.Host != "":
		return "", nil
	case strings.HasPrefix(target.Path, "/"):
		return "", errors.New(link + " is absolute: write a path that is relative to this page")
	}
	name := page
	if target.Path != "" {
		name = path.Join(path.Dir(page), target.Path)
	}
	if !fs.ValidPath(name) {
		return "", errors.New(link + " leads out of the repository")
	}
	if !s.exists[name] {
		if _, err := fs.Stat(s.files, name); err == nil {
			return "", errors.New(link + " leads to " + name + ", which git ignores: readers do not have it")
		}
		return "", errors.New(link + " leads to " + name + ", which does not exist")
	}
	if target.Fragment != "" {
		other, read := s.pages[name]
		if !read {
			return "", errors.New(link + " names an anchor, and " + name + " is no page of the documentation")
		}
		if !other.Anchors[target.Fragment] {
			return name, errors.New(link + " names an anchor that " + name + " does not have")
		}
	}
	return name, nil
}
