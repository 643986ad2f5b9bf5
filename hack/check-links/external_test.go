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
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestExternalProblems(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/gone", r.URL.Path == "/no-head" && r.Method == http.MethodHead:
			http.Error(w, "no", http.StatusNotFound)
		case r.URL.Path == "/moved":
			http.Redirect(w, r, "/there", http.StatusFound)
		}
	}))
	t.Cleanup(server.Close)
	page := "# A\n\n[b](b.md) [there](URL/there#anchor)\n\n[gone](URL/gone)\n[moved](URL/moved) [no head](URL/no-head)\n\n<URL/gone>\n"
	s, err := readSite(fstest.MapFS{"docs/README.md": {Data: []byte(strings.ReplaceAll(page, "URL", server.URL))}}, []string{"docs/README.md"})
	if err != nil {
		t.Fatal(err)
	}
	got := s.externalProblems(t.Context())
	want := "docs/README.md:5, docs/README.md:8: GET " + server.URL + "/gone: 404 Not Found"
	if len(got) != 1 || got[0] != want {
		t.Errorf("problems: got %q, want %q", got, want)
	}
}
