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

package suite

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/admissionpolicy"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// Masters is a group whose members may do everything. Admission still holds them to their own names.
const Masters = "system:masters"

// As returns a client of a user, who is in some groups.
func (s *Suite) As(t testing.TB, user string, groups ...string) client.Client {
	t.Helper()
	config := rest.CopyConfig(s.Plane.Config)
	config.Impersonate = rest.ImpersonationConfig{UserName: user, Groups: groups}
	// Each client would ask the API server for the resources that it serves.
	c, err := client.New(config, client.Options{Scheme: s.Admin.Scheme(), Mapper: s.Admin.RESTMapper()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// WaitAuthorsChecked waits until the admission policy of requests has been in force for so long that a request made now is
// certainly younger.
func (s *Suite) WaitAuthorsChecked(t testing.TB) {
	t.Helper()
	checker := &admissionpolicy.Checker{Cache: s.Admin, Live: s.Admin}
	controlplane.Eventually(t, Patience, "the admission policy is old enough", func() error {
		since, err := checker.ChangedAt(t.Context())
		if err != nil {
			return err
		}
		if age := time.Since(since); age <= admissionpolicy.Settles+time.Second {
			return fmt.Errorf("it was changed %s ago", age)
		}
		return nil
	})
}
