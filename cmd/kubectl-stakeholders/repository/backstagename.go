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

package repository

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
)

const (
	// maxEntityName is the maximum length in Backstage, in characters.
	maxEntityName = 63
	// digestLength is the number of hexadecimal digits that make a cut name unique.
	digestLength = 10
)

// entityName matches the names that Backstage accepts, in lower case, because it ignores case.
var entityName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$`)

// notInEntityName matches the characters that a cut name does not keep.
var notInEntityName = regexp.MustCompile(`[^a-z0-9.-]`)

// nameOf joins names to the name of an entity. The result is unique, because the names of maps and parties have no '_'.
func nameOf(names ...string) string {
	name := strings.Join(names, "_")
	if len(name) <= maxEntityName && entityName.MatchString(name) && strings.Count(name, "_") == len(names)-1 {
		return name
	}
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	prefix := notInEntityName.ReplaceAllString(name, "-")
	prefix = strings.TrimLeft(prefix, "-.")
	// Two underscores in a row occur only in names that were cut.
	return "n" + prefix[:min(len(prefix), maxEntityName-digestLength-3)] + "__" + hex.EncodeToString(sum[:])[:digestLength]
}
