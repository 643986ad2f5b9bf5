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

package cluster

import (
	"context"

	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// atOnce is how many reviews run at the same time.
const atOnce = 8

// Confirm asks the API server about each subject that should have a verb on a topic. It reports whether the user may ask about others. If
// not, the subjects stay as they are.
func (c *Cluster) Confirm(ctx context.Context, subjects []product.GrantedSubject, m client.ObjectKey, topic, verb string) (allowed bool, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range subjects {
		s := &subjects[i]
		confirm := func() error {
			verdict, err := Right{Map: m, Topic: topic, Verb: verb}.review(ctx, c.reviewOther(s.Identity()))
			if err == nil {
				s.Confirmed = &verdict.Allowed
			}
			return err
		}
		if i > 0 {
			group.Go(confirm)
			continue
		}
		// The first shows whether the user may ask at all.
		if err := confirm(); err != nil {
			if IsForbidden(err) {
				return false, nil
			}
			return false, c.Explain("ask the API server about rights", err)
		}
	}
	return true, c.Explain("ask the API server about rights", group.Wait())
}
