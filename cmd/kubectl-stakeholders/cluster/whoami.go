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

	authenticationv1 "k8s.io/api/authentication/v1"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

// WhoAmI returns the user name and groups that the API server has for the caller. Every authenticated user may ask that.
func (c *Cluster) WhoAmI(ctx context.Context) (product.Identity, error) {
	review := &authenticationv1.SelfSubjectReview{}
	err := c.Create(ctx, review)
	user := review.Status.UserInfo
	return product.Identity{User: user.Username, Groups: user.Groups}, c.Explain("find out who you are", err)
}
