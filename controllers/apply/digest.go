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
	"encoding/base64"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// digestPrefix starts the digest that replaces a ConfigMap's data in the cache. The digest is stored in generateName,
// which takes less memory than a map with one key. No real object has such a value, because the API server rejects a
// slash there.
const digestPrefix = "digest/sha256/"

// isDigest reports whether a ConfigMap has a digest in place of its data.
func isDigest(cm *corev1.ConfigMap) bool { return strings.HasPrefix(cm.GenerateName, digestPrefix) }

// digest returns the digest of a ConfigMap's data. If the object already has a digest in place of its data, that is
// returned.
func digest(cm *corev1.ConfigMap) string {
	if isDigest(cm) {
		return cm.GenerateName
	}
	return digestOf(cm.Data, cm.BinaryData)
}

// digestOf hashes the data without encoding it as JSON first: a routing table is JSON itself, so quoting it would be
// slow.
func digestOf(data map[string]string, binaryData map[string][]byte) string {
	hash := sha256.New()
	write := func(parts ...string) {
		for _, part := range parts {
			// A hash never fails. The length keeps parts apart.
			_, _ = io.WriteString(hash, strconv.Itoa(len(part))+":"+part)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(data)) {
		write("data", key, data[key])
	}
	for _, key := range slices.Sorted(maps.Keys(binaryData)) {
		write("binaryData", key, string(binaryData[key]))
	}
	return digestPrefix + base64.RawStdEncoding.EncodeToString(hash.Sum(nil))
}
