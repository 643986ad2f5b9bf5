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

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// DisputeError means that another writer or admission changed an output that the operator wrote. The operator writes it
// again only after RetryAfter, or when the wanted state changes.
type DisputeError struct {
	// Part is the output.
	Part
	// Altered describes how admission changed the write. It is "" if another writer changed the output afterwards.
	Altered string
	// RetryAfter is how long to wait before the next write.
	RetryAfter time.Duration
}

func (e *DisputeError) Error() string {
	if e.Altered != "" {
		return fmt.Sprintf("admission changes %s as the operator writes it: %s; exempt it from that", e.Part, e.Altered)
	}
	return fmt.Sprintf("another writer keeps changing %s, so the operator puts it right after a delay; find the writer in its managedFields, and stop it", e.Part)
}

// ForeignError means that an object has the name of one of a map's outputs but does not belong to the map. The operator
// does not touch it.
type ForeignError struct {
	// Part names the object.
	Part
	// Earlier is true if the object belonged to an earlier map of the same name, or to one in another namespace. The
	// operator is about to remove it.
	Earlier bool
	// Held is true if the object is being deleted and another finalizer keeps it.
	Held bool
}

func newForeignError(object client.Object, owner names.Owner) *ForeignError {
	return &ForeignError{Part: partOf(object), Earlier: isOrphan(owner, object)}
}

func (e *ForeignError) Error() string {
	if e.Earlier {
		return fmt.Sprintf("%s is left over from another map: waiting until it is removed", e.Part)
	}
	if e.Held {
		return fmt.Sprintf("%s is not as this map made it and is being deleted: waiting until its finalizers are taken away", e.Part)
	}
	return fmt.Sprintf("%s exists and is not owned by this map: it is left alone; delete or rename it, or rename the map", e.Part)
}
