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

package faultproxy

import (
	"bytes"
	"encoding/json"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// protobufPrefix marks a body in Kubernetes' protobuf envelope, which typed clients use for built-in
// kinds.
var protobufPrefix = []byte("k8s\x00")

// decodeProtobuf opens the envelope. ok is false for a body without one.
func decodeProtobuf(body []byte) (envelope runtime.Unknown, ok bool) {
	content, found := bytes.CutPrefix(body, protobufPrefix)
	return envelope, found && envelope.Unmarshal(content) == nil
}

// decodeMetadata reads the metadata of an object in JSON or protobuf, without knowing its kind: in every kind's
// protobuf message the metadata is field 1, as in PartialObjectMetadata. ok is false for anything but an object.
func decodeMetadata(body []byte) (object metav1.PartialObjectMetadata, ok bool) {
	if envelope, found := decodeProtobuf(body); found {
		if envelope.Kind == statusKind || object.Unmarshal(envelope.Raw) != nil {
			return metav1.PartialObjectMetadata{}, false
		}
		return object, true
	}
	if json.Unmarshal(body, &object) != nil || object.Kind == statusKind {
		return metav1.PartialObjectMetadata{}, false
	}
	return object, true
}

// statusKind is what the API server answers when it has no object to answer with.
const statusKind = "Status"

// decodeStatus reads such an answer. ok is false for anything else.
func decodeStatus(body []byte) (status metav1.Status, ok bool) {
	if envelope, found := decodeProtobuf(body); found {
		return status, envelope.Kind == statusKind && status.Unmarshal(envelope.Raw) == nil
	}
	return status, json.Unmarshal(body, &status) == nil && status.Kind == statusKind
}
