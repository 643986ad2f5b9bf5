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

package cli

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestDryRuns asks the same with --dry-run=client and --dry-run=server. The client has only the CRD, and says the same.
func TestDryRuns(t *testing.T) {
	m := suite.NewMap(env.NewNamespace(t), "checkout")
	env.Create(t, suite.Editor(m.Namespace))
	env.Create(t, m)
	env.WaitReady(t, m)
	long := func(n int) string { return strings.Repeat("x", n) }
	const page = "https://shop.example/changelog"
	links := func(n int) []string { return slices.Repeat([]string{"--link=" + page}, n) }
	cases := map[string]struct {
		reason string
		flags  []string
		code   int
		says   string
	}{
		"plain":            {"the least that a request has", nil, 0, ""},
		"full":             {"every flag", []string{"--name=r2", "--subject=a@sha256:01", "--description=a\nb", "--link=Changelog=" + page, "--expires-after=72h", "--valid-for=1h30m"}, 0, ""},
		"longest":          {"every bound", append(links(8), "--title="+long(128), "--subject="+long(512), "--description="+long(8192), "--name="+long(253)), 0, ""},
		"title":            {"a title is short", []string{"--title=" + long(129)}, 2, "title: may not be more than 128 "},
		"title of lines":   {"a title is one line", []string{"--title=a\nb"}, 2, "title must be one line of printable characters"},
		"invisible":        {"people read what is there", []string{"--title=a\u200bb"}, 2, "title must be one line of printable characters"},
		"description":      {"a description is bounded", []string{"--description=" + long(8193)}, 2, "description: may not be more than 8192 "},
		"subject":          {"tools compare it byte by byte", []string{"--subject=a b"}, 2, "subject must be one word of visible ASCII characters"},
		"long subject":     {"a subject is bounded", []string{"--subject=" + long(513)}, 2, "subject: may not be more than 512 "},
		"plain link":       {"a link is not changed on its way", []string{"--link=http://shop.example"}, 2, "url must be an https address"},
		"script":           {"a link runs no script", []string{"--link=javascript:alert(1)"}, 2, "url must be an https address"},
		"long link":        {"a link is bounded", []string{"--link=" + page + long(1024)}, 2, "links[0].url: may not be more than 1024 "},
		"link without URL": {"the URL has a least length", []string{"--link=a"}, 2, "links[0].url: should be at least 9 chars long"},
		"links":            {"a list is bounded", links(9), 2, "links: must have at most 8 items"},
		"days":             {"a duration is one that Go reads", []string{"--expires-after=3d"}, 2, "expiresAfter must be a duration such as 72h"},
		"no time":          {"a duration is positive", []string{"--valid-for=0s"}, 2, "validFor must be a duration such as 72h"},
		"long duration":    {"a duration is bounded", []string{"--valid-for=" + long(19)}, 2, "validFor: may not be more than 18 "},
		"name":             {"an object has a DNS name", []string{"--name=Release_1"}, 2, "name: a lowercase RFC 1123 subdomain"},
		"several":          {"all problems in one line", []string{"--title=a\nb", "--link=http://x.example", "--valid-for=2d"}, 2, "title must be one line of printable characters: remove line breaks, control and invisible characters; url must be"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			ask := func(dryRun string) (code int, errOut string) {
				args := append([]string{"request", "checkout", "release", "--title=Release 1.4.0", "--as=" + suite.Asker, "--dry-run=" + dryRun}, tc.flags...)
				code, _, errOut = run(t, func(*http.Request) {}, m.Namespace, args...)
				return code, errOut
			}
			code, says := ask("client")
			if code != tc.code || !strings.Contains(says, tc.says) || strings.Count(says, "\n") > 1 {
				t.Errorf("%s: the client ends with %d: %q, want %d and one line with %q", tc.reason, code, says, tc.code, tc.says)
			}
			codeOfServer, saysServer := ask("server")
			if codeOfServer != code {
				t.Errorf("%s: the client ends with %d, and the server with %d", tc.reason, code, codeOfServer)
			}
			if diff := cmp.Diff(saysServer, says); diff != "" {
				t.Errorf("%s (-server +client):\n%s", tc.reason, diff)
			}
		})
	}
}
