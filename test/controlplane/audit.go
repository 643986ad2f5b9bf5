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
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

// auditPolicy records who asked for what and how it ended, for every request, without bodies. The rules with exceptions
// come first.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
omitManagedFields: true
rules:
%s- level: Metadata
`

// auditObjects is the rule for some users' writes of maps and of the outputs of maps: those are recorded with the
// resulting object. There is no level for responses without requests. An empty list of users would mean all users.
const auditObjects = `- level: RequestResponse
  users: %s
  verbs: [create, update, patch]
  resources:
  - resources: [configmaps]
  - group: rbac.authorization.k8s.io
    resources: [roles, rolebindings]
  - group: ` + mapsGroup + `
    resources: [` + mapsResource + `, ` + mapsResource + `/status]
`

// auditFiles are the paths of an audit policy and of the log that is written by it.
type auditFiles struct {
	policy string
	log    string
}

// writeAuditPolicy prepares an audit log in dir. What objectsOf write is recorded with the object.
func writeAuditPolicy(dir string, objectsOf []string) (*auditFiles, error) {
	rule := ""
	if len(objectsOf) > 0 {
		// JSON is also YAML, with any characters in a name.
		users, err := json.Marshal(objectsOf)
		if err != nil {
			return nil, err
		}
		rule = fmt.Sprintf(auditObjects, users)
	}
	files := &auditFiles{policy: filepath.Join(dir, "audit-policy.yaml"), log: filepath.Join(dir, "audit.log")}
	return files, os.WriteFile(files.policy, fmt.Appendf(nil, auditPolicy, rule), 0o600)
}

// configure sets the API server's flags. A nil receiver leaves the audit log off.
func (a *auditFiles) configure(flags *envtest.Arguments) {
	if a == nil {
		return
	}
	flags.Set("audit-policy-file", a.policy)
	flags.Set("audit-log-path", a.log)
	flags.Set("audit-log-format", "json")
	// A request's line is in the file before its response ends, so a client that has its response
	// finds the line.
	flags.Set("audit-log-mode", "blocking")
	// Never rotate: an offset stays good for as long as the control plane runs.
	flags.Set("audit-log-maxsize", "0")
}
