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
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// atOnce bounds the requests at the same time, and patience each of them.
	atOnce   = 4
	patience = 30 * time.Second
	// attempts is how often a server is asked that does not answer, or not well.
	attempts = 3
)

// externalProblems are the links to other sites whose servers do not answer, or do not have the page.
func (s *site) externalProblems(ctx context.Context) []string {
	places := s.externalLinks()
	links := slices.Sorted(maps.Keys(places))
	problems := make([]string, len(links))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, link := range links {
		group.Go(func() error {
			if err := reach(ctx, link); err != nil {
				problems[i] = fmt.Sprintf("%s: %v", strings.Join(places[link], ", "), err)
			}
			return nil
		})
	}
	// No function returns an error.
	_ = group.Wait()
	return slices.DeleteFunc(problems, func(problem string) bool { return problem == "" })
}

// externalLinks are the addresses of other sites, without anchors, with the places that link to them.
func (s *site) externalLinks() map[string][]string {
	places := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(s.pages)) {
		for _, link := range s.pages[name].Links {
			target, err := url.Parse(link.Target)
			if err != nil || (target.Scheme != "http" && target.Scheme != "https") {
				continue
			}
			target.Fragment = ""
			places[target.String()] = append(places[target.String()], fmt.Sprintf("%s:%d", name, link.Line))
		}
	}
	return places
}

// reach asks the server of an address, several times if need be.
func reach(ctx context.Context, link string) (err error) {
	for range attempts {
		if err = ask(ctx, http.MethodHead, link); err != nil {
			// Some servers answer only to GET.
			err = ask(ctx, http.MethodGet, link)
		}
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func ask(ctx context.Context, method, link string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, link, http.NoBody)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "check-links")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s", method, link, response.Status)
	}
	return nil
}
