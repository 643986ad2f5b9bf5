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
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/render"
)

// digestKey is where a digest stands in the place of a ConfigMap's data. The API server lets nobody have a
// key with a slash.
const digestKey = "digest/sha256"

// Strip is what the cache does with a ConfigMap before it keeps it: of the copies of routing tables in
// target namespaces, and of whatever else carries our label, it keeps no more than a digest of the data. A
// table can have a megabyte, and a map hundreds of copies; and anybody who may write ConfigMaps could fill
// the operator's memory with what only looks like ours. Of annotations it keeps our own, of any object.
func Strip(object any) (any, error) {
	stripAnnotations(object)
	cm, ok := object.(*corev1.ConfigMap)
	if !ok || isOriginal(cm) || cm.Data[digestKey] != "" {
		return object, nil
	}
	cm.Data, cm.BinaryData = map[string]string{digestKey: digestOf(cm.Data, cm.BinaryData)}, nil
	return cm, nil
}

// stripAnnotations leaves an object with our own annotation, if it has it.
func stripAnnotations(object any) {
	o, ok := object.(metav1.Object)
	if !ok || len(o.GetAnnotations()) == 0 {
		return
	}
	var ours map[string]string
	if uid, ok := o.GetAnnotations()[render.AnnotationMapUID]; ok {
		ours = map[string]string{render.AnnotationMapUID: uid}
	}
	o.SetAnnotations(ours)
}

// isOriginal says whether a ConfigMap is a map's own routing table, by its labels.
func isOriginal(cm *corev1.ConfigMap) bool {
	return cm.Labels[render.LabelMapNamespace] == cm.Namespace && cm.Name == render.ConfigMapName(cm.Labels[render.LabelMap])
}

// digest is that of a ConfigMap's data, which may be a digest already.
func digest(cm *corev1.ConfigMap) string {
	if kept := cm.Data[digestKey]; kept != "" {
		return kept
	}
	return digestOf(cm.Data, cm.BinaryData)
}

func digestOf(data map[string]string, binaryData map[string][]byte) string {
	if len(data) == 0 {
		data = nil
	}
	if len(binaryData) == 0 {
		binaryData = nil
	}
	// The encoder sorts keys, and cannot fail on strings and bytes.
	encoded, _ := json.Marshal([]any{data, binaryData}) //nolint:errchkjson // see above
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:])
}
