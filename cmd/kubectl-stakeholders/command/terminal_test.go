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

package command_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stakeholders-dev/stakeholder-operator/test/script"
)

// TestProgressOnTerminal runs commands that wait for an API server that accepts requests and does not answer. $SILENT_SERVER is its URL.
func TestProgressOnTerminal(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(server.Close)
	params := script.Params(t, "testdata/terminal")
	params.Setup = func(e *testscript.Env) error {
		e.Setenv("SILENT_SERVER", server.URL)
		return nil
	}
	testscript.Run(t, params)
}
