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

package repository

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

type contactLink struct {
	Name  string `json:"name"`
	URL   string `json:"url"`
	About string `json:"about"`
}

// plainURL matches URLs without quotes, brackets and spaces.
var plainURL = regexp.MustCompile(`^https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+$`)

// maxURL is the maximum length of a link, in characters.
const maxURL = 1024

// links returns a link for each end user that receives the topic and has a web page. GitHub accepts only http and
// https.
func (o *Output) links(table *routing.RoutingTable, topic *routing.Topic, bases map[string]string) []contactLink {
	var pages []string
	parties := map[string][]routing.Party{}
	for i := range topic.To {
		party := &topic.To[i]
		if party.Role != roleEndUser {
			continue
		}
		page := pageOf(party, bases)
		if page == "" {
			o.found(IssueConfigPath, CodeNotLinked, who(party)+" has no handle that leads to a web page, and GitHub links to nothing else, no e-mail address either: "+
				"add a handle that is a URL, or a base of links to the options, such as https://slack.com/app_redirect?team=T0123&channel= for slack")
			continue
		}
		if parties[page] == nil {
			pages = append(pages, page)
		}
		parties[page] = append(parties[page], *party)
	}
	out := make([]contactLink, 0, len(pages))
	for _, page := range pages {
		name := cmp.Or(names(parties[page]), "users of "+product(table))
		about := "Where users of " + product(table) + " talk about what they need." + decidedBy(topic)
		out = append(out, contactLink{Name: "Talk to " + name, URL: page, About: about})
	}
	return out
}

// pageOf returns the web page of the first handle that has one, or "". Handles that are URLs come first.
func pageOf(party *routing.Party, bases map[string]string) string {
	for _, handle := range party.Handles {
		if page := webPage(handle.Value); page != "" {
			return page
		}
	}
	for _, handle := range party.Handles {
		base, there := bases[handle.System]
		value := strings.TrimLeft(handle.Value, "#@")
		// A browser resolves a path of dots to a parent folder.
		if !there || strings.Trim(value, ".") == "" || oneLine(value) != value {
			continue
		}
		// Escape for a query, in which more characters have a meaning. But use %20 for spaces: in a path a + stays a +.
		if page := webPage(base + strings.ReplaceAll(url.QueryEscape(value), "+", "%20")); page != "" {
			return page
		}
	}
	return ""
}

// webPage returns the URL if it leads to a web page and has no user, or "".
func webPage(s string) string {
	if len(s) > maxURL || !plainURL.MatchString(s) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return ""
	}
	return s
}
