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
	"fmt"
	"net/http"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Record is a request that is over, and how it ended on either side of the proxy. A watch is in the
// records as soon as it is open.
type Record struct {
	Request
	// Code is the HTTP status with which the API server answered. It is 0 if the request never reached it, or if it did
	// not answer; then a write may or may not have happened.
	Code int
	// Answered is the HTTP status that was relayed to the client: Code, that of a fault, or 0 if it got no answer. The
	// proxy does not know whether the client read the answer.
	Answered int
	// Reason is why the API server refused, as "Conflict" or "AlreadyExists", or empty.
	Reason metav1.StatusReason
	// UID is that of the object in the API server's answer, or in the answer about a deletion. Empty for
	// reads.
	UID types.UID
	// ResourceVersion is that of the object in the answer. Empty for reads, and if a deletion's answer is no object. A
	// write that changed nothing leaves it as it was.
	ResourceVersion string
}

// Succeeded reports whether the API server did what was requested.
func (r Record) Succeeded() bool { return r.Code >= 200 && r.Code < 300 }

// Created reports whether the request has created the object. A patch does, if it is an apply.
func (r Record) Created() bool { return r.Code == http.StatusCreated }

// String is the record on a line, as in "patch rolebindings tenant/checkout: 201, lost".
func (r Record) String() string {
	line := r.Request.String() + ":"
	if r.Code == 0 {
		line += " no answer"
	} else {
		line += fmt.Sprintf(" %d", r.Code)
	}
	if r.Reason != "" {
		line += " " + string(r.Reason)
	}
	switch r.Answered {
	case r.Code:
	case 0:
		line += ", lost"
	default:
		line += fmt.Sprintf(", answered %d", r.Answered)
	}
	return line
}

// readAnswer stores the relevant parts of the API server's answer.
func readAnswer(record *Record, body []byte) {
	if status, ok := decodeStatus(body); ok {
		record.Reason = status.Reason
		if status.Details != nil {
			record.UID = status.Details.UID
		}
		return
	}
	if object, ok := decodeMetadata(body); ok && record.mutating() {
		record.UID, record.ResourceVersion = object.UID, object.ResourceVersion
		if record.Name == "" {
			record.Name = object.Name
		}
	}
}

// records is the list of requests, in the order of the API server's answers.
type records struct {
	mu   sync.Mutex
	list []*Record
}

// add appends a record.
func (l *records) add(record *Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, record)
}

// answered stores what was relayed.
func (l *records) answered(record *Record, code int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	record.Answered = code
}

// Records are the requests so far that match picks, in the order in which the API server answered them. For a client
// that waits for each answer, that is the order of its commits. Requests that never reached the API server are listed
// where that was decided.
func (p *Proxy) Records(match Match) []Record {
	p.records.mu.Lock()
	copied := make([]Record, 0, len(p.records.list))
	for _, record := range p.records.list {
		copied = append(copied, *record)
	}
	p.records.mu.Unlock()
	return slices.DeleteFunc(copied, func(r Record) bool { return !match.picks(r.Request) })
}

// Forget drops the records so far. Requests that are under way will still be recorded.
func (p *Proxy) Forget() {
	p.records.mu.Lock()
	defer p.records.mu.Unlock()
	p.records.list = nil
}
