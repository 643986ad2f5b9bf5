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

package argocd

import (
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/render/rbaccsv"
)

// ErrNoConfigMap means that the policy names a namespace without Argo CD.
var ErrNoConfigMap = errors.New("there is no ConfigMap " + rbaccsv.ConfigMapName)

func readError(key client.ObjectKey, err error) error {
	if apierrors.IsNotFound(err) {
		return fmt.Errorf("%w in namespace %s: Argo CD makes one when it is installed", ErrNoConfigMap, key.Namespace)
	}
	return fmt.Errorf("read ConfigMap %s: %w", key, err)
}

func projectsError(namespace string, err error) error {
	if apierrors.IsForbidden(err) {
		return fmt.Errorf("the operator may not read Argo CD's projects in namespace %s: install the component argocd-rbac "+
			"for that namespace, in which its Role and RoleBinding have to be: %w", namespace, err)
	}
	return fmt.Errorf("read Argo CD's projects in namespace %s: %w", namespace, err)
}

// PersistentCause returns a cause that stays until a user changes the cluster, or "" if all problems may pass. The text
// must be stable, because each new text makes the operator write the status of many maps. So it leaves out the server's
// own words: those of a webhook can differ each time.
func PersistentCause(problems apply.Result) string {
	refused := ""
	for _, o := range problems {
		switch {
		case errors.Is(o.Err, ErrNoConfigMap):
			return "it has no ConfigMap " + rbaccsv.ConfigMapName
		case meta.IsNoMatchError(o.Err):
			return "the cluster has no AppProjects"
		case o.State == apply.Refused && refused == "":
			refused = fmt.Sprintf("the API server refuses the operator's request (%s)", apierrors.ReasonForError(o.Err))
		}
	}
	return refused
}
