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

package apply

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// StripAccount is the cache transform for ServiceAccounts. It keeps what Strip keeps. If the ServiceAccount can be an
// output, it also keeps the annotations that determine who acts as it.
func StripAccount(object any) (any, error) {
	account, ok := object.(*corev1.ServiceAccount)
	if !ok {
		return object, nil
	}
	claims, claimed := account.Annotations[render.KargoClaims]
	adds := render.AddsClaims(account.Annotations)
	stripMetadata(account)
	account.Secrets, account.ImagePullSecrets = nil, nil
	if !names.IsAccountName(account.Name) || account.Annotations[names.AnnotationMapUID] == "" {
		return account, nil
	}
	if claimed {
		account.Annotations[render.KargoClaims] = claims
	}
	if adds {
		// It only matters whether there is any other claim.
		account.Annotations[render.AddedClaim] = ""
	}
	return account, nil
}
