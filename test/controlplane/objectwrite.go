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
	"hash/fnv"
	"strings"
	"time"
)

// objectKey is the object of a request. A status is part of its object.
type objectKey struct{ group, resource, namespace, name string }

// String is the object as kubectl names it.
func (k objectKey) String() string {
	resource := k.resource
	if k.group != "" {
		resource += "." + k.group
	}
	return resource + " " + k.namespace + "/" + k.name
}

// objectWrite is one request to change an object.
type objectWrite struct {
	AuditEvent
	// version is the resulting resourceVersion, and content the object without the fields that change with every write.
	// Both are empty if the log does not hold the object, as for a refused request.
	version string
	content any
	// state is a hash of content, or 0.
	state uint64
}

// newObjectWrite reads a line of the audit log about a write of a single object.
func newObjectWrite(line *auditLine) (objectKey, objectWrite, error) {
	w := objectWrite{AuditEvent: line.event()}
	key := objectKey{w.Group, w.Resource, w.Namespace, w.Name}
	if len(line.ResponseObject) == 0 || w.Code >= 300 || w.Verb == "delete" {
		return key, w, nil
	}
	var object struct {
		Metadata struct {
			Name            string `json:"name"`
			ResourceVersion string `json:"resourceVersion"`

			DeletionTimestamp *time.Time `json:"deletionTimestamp"`
			Finalizers        []string   `json:"finalizers"`
		} `json:"metadata"`
	}
	var content map[string]any
	for _, into := range []any{&object, &content} {
		if err := json.Unmarshal(line.ResponseObject, into); err != nil {
			return key, w, fmt.Errorf("object of %s %s: %w", w.Verb, w.URI, err)
		}
	}
	// A create may have left the name to the API server.
	key.name = object.Metadata.Name
	if object.Metadata.DeletionTimestamp != nil && len(object.Metadata.Finalizers) == 0 {
		// Removing the last finalizer has deleted it, and the answer is the object before that.
		return key, w, nil
	}
	w.version = object.Metadata.ResourceVersion
	w.content = stableContent(content, w.Completed)
	canonical, err := json.Marshal(w.content)
	if err != nil {
		return key, w, err
	}
	hash := fnv.New64a()
	_, _ = hash.Write(canonical)
	w.state = hash.Sum64()
	return key, w, nil
}

// stableContent is an object without the fields that no writer decides on, and with all times in the past made equal:
// an object that only differs in when it was written counts as the same. Times in the future count, such as when the
// next change is due.
func stableContent(object map[string]any, written time.Time) any {
	if metadata, ok := object["metadata"].(map[string]any); ok {
		for _, field := range []string{"uid", "resourceVersion", "generation", "managedFields", "selfLink"} {
			delete(metadata, field)
		}
	}
	return levelTimes(object, written)
}

func levelTimes(value any, now time.Time) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = levelTimes(v[key], now)
		}
	case []any:
		for i := range v {
			v[i] = levelTimes(v[i], now)
		}
	case string:
		if len(v) < len("2006-01-02T15:04:05Z") || !strings.Contains(v, "T") {
			return v
		}
		if moment, err := time.Parse(time.RFC3339Nano, v); err == nil && !moment.After(now) {
			return "(past)"
		}
	}
	return value
}
