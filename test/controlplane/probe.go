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

package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// ready asks a probe once, and fails if it does not answer 200.
func ready(ctx context.Context, url string) error {
	status, err := statusOf(ctx, url)
	if err == nil && status != http.StatusOK {
		return fmt.Errorf("%s: %d %s", url, status, http.StatusText(status))
	}
	return err
}

// answers fails if no server answers at a URL, whatever it says: one that wants HTTPS says 400.
func answers(ctx context.Context, url string) error {
	_, err := statusOf(ctx, url)
	return err
}

// statusOf asks once. It keeps no connection, so that it leaves nothing behind in a test that counts goroutines.
func statusOf(ctx context.Context, url string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}
