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

package v1alpha1

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrNotARoutingTable is in the chain of every error of Parse: the input is not a RoutingTable of
// this version.
var ErrNotARoutingTable = errors.New("not a " + Kind + " of " + APIVersion)

// ErrRevision is in the chain of Parse's error if the document was changed after it was written: its
// revision is not the digest of its content.
var ErrRevision = errors.New("revision does not match the content")

// Encode is the canonical form of the table: its Document as JSON, without spaces between its parts, and a line
// break at the end. The same table gives the same bytes.
func (t *RoutingTable) Encode() ([]byte, error) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	// The document is read by people and shells, never embedded in HTML.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(t.document()); err != nil {
		return nil, fmt.Errorf("encode routing table: %w", err)
	}
	return buf.Bytes(), nil
}

// Seal gives the table its revision, and returns its canonical form. The revision is the SHA-256 of the canonical form
// with an empty revision, as "sha256:" and 64 hexadecimal digits.
func (t *RoutingTable) Seal() (document string, err error) {
	t.Revision = ""
	bare, err := t.Encode()
	if err != nil {
		return "", err
	}
	t.Revision = digest(bare)
	before, after, _ := bytes.Cut(bare, []byte(revisionKey+`""`))
	return string(before) + revisionKey + `"` + t.Revision + `"` + string(after), nil
}

// HasRevision says whether a document is unchanged since it was written with the given revision. It takes much less memory
// than Parse, so it suits a document from an unknown writer. No document has the empty revision.
func HasRevision(document []byte, revision string) bool {
	return revision != "" && digest(blankRevision(document, revision)) == revision
}

// Parse reads a table from the content of the ConfigMap's key routing.json and checks that it is one. It checks
// the apiVersion and kind, that every party that a topic names is listed under its own key, and that the revision is
// the digest of the content. It ignores fields that this version of the package does not know, but they are part of
// the digest. The error says which check failed.
func Parse(document []byte) (*RoutingTable, error) {
	read := &Document{}
	if err := json.Unmarshal(document, read); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotARoutingTable, err)
	}
	if read.APIVersion != APIVersion || read.Kind != Kind {
		return nil, fmt.Errorf("%w: it says apiVersion %q and kind %q", ErrNotARoutingTable, read.APIVersion, read.Kind)
	}
	table, err := read.table()
	if err != nil {
		return nil, err
	}
	if want := digest(blankRevision(document, table.Revision)); table.Revision != want {
		return nil, fmt.Errorf("%w: %w: it says %q, the content gives %q", ErrNotARoutingTable, ErrRevision, table.Revision, want)
	}
	return table, nil
}

// revisionKey precedes the revision in a canonical document. It occurs nowhere before that, because quotes in texts are
// escaped.
const revisionKey = `"revision":`

// blankRevision removes the revision from a canonical document. The digest is that of the result.
func blankRevision(document []byte, revision string) []byte {
	return bytes.Replace(document, []byte(revisionKey+`"`+revision+`"`), []byte(revisionKey+`""`), 1)
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}
