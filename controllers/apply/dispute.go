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
	"fmt"
	"time"
)

// DisputeError says that an output does not stay, or did not even become, as the operator has written it. It is written
// again after a while only, or when something else of it changes.
type DisputeError struct {
	// Kind, Namespace and Name of the output.
	Kind, Namespace, Name string
	// Altered says what admission has made of it as it was written. It is "" if another writer changes it afterwards.
	Altered string
	// RetryAfter is after how long it is to be looked at again.
	RetryAfter time.Duration
}

func (e *DisputeError) Error() string {
	name := e.Name
	if e.Namespace != "" {
		name = e.Namespace + "/" + e.Name
	}
	if e.Altered != "" {
		return fmt.Sprintf("admission changes %s %s as the operator writes it: %s; exempt it from that", e.Kind, name, e.Altered)
	}
	return fmt.Sprintf("another writer keeps changing %s %s, so the operator puts it right after a delay; find the writer in its managedFields, and stop it", e.Kind, name)
}
