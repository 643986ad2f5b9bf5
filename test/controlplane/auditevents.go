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
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// auditChunk is how much of the audit log is read at once in search of its last line break, in bytes. A
// line is a few kilobytes at most, unless it holds objects.
const auditChunk = 64 << 10

// ErrNoAuditLog is what reading the audit log fails with on a control plane that was started without
// Options.AuditLog.
var ErrNoAuditLog = errors.New("the control plane was started without an audit log")

// AuditEvent is one request to the API server that has been answered.
type AuditEvent struct {
	// Received and Completed are when the API server got the request and when it had answered it,
	// to the microsecond. A watch is completed when it ends, and has no event before.
	Received, Completed time.Time
	// User is who sent the request, for instance
	// "system:serviceaccount:stakeholder-system:stakeholder-operator".
	User string
	// ImpersonatedUser is the user on whose behalf it was sent (kubectl --as), or empty.
	ImpersonatedUser string
	// UserAgent is the client's name for itself, such as "kubectl/v1.36.3 (linux/amd64)".
	UserAgent string
	// Verb is the API verb in lower case: get, list, watch, create, update, patch, delete or
	// deletecollection; for URLs outside of the API it is the HTTP method, in lower case too.
	Verb string
	// URI is the path and the query of the request.
	URI string
	// Group, Resource and Subresource say what was asked for, as in RBAC rules: the group of core
	// resources is empty. All three, Namespace and Name are empty for a URL outside of the API.
	Group, Resource, Subresource string
	// Namespace is empty for cluster-scoped resources and for requests across namespaces.
	Namespace string
	// Name is empty for collections, and for a create that left the name to the API server.
	Name string
	// Code is the HTTP status of the response, 403 for instance when RBAC forbids it.
	Code int
	// Panicked is true when the API server panicked while it answered. A panic with http.ErrAbortHandler does not
	// count: the API server uses it to drop a connection.
	Panicked bool
}

// Mutating reports whether the request was to change something: its verb is create, update, patch, delete or
// deletecollection. That includes refused requests, dry runs, leases, events, and reviews such as SubjectAccessReview,
// which are created.
func (e AuditEvent) Mutating() bool {
	switch e.Verb {
	case "create", "update", "patch", "delete", "deletecollection":
		return true
	default:
		return false
	}
}

// AuditMark is the end of the audit log, as an offset for AuditEvents: events of requests that are
// answered from now on come after it. It fails with ErrNoAuditLog.
func (c *ControlPlane) AuditMark() (int64, error) {
	if err := c.audited(); err != nil {
		return 0, err
	}
	info, err := os.Stat(c.AuditLog)
	if err != nil {
		return 0, fmt.Errorf("audit log: %w", err)
	}
	file, err := os.Open(c.AuditLog)
	if err != nil {
		return 0, fmt.Errorf("audit log: %w", err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	// The log keeps growing: the size just read counts.
	mark, err := endOfLines(file, info.Size())
	if err != nil {
		return 0, fmt.Errorf("audit log: %w", err)
	}
	return mark, nil
}

// endOfLines is where the last whole line of a log of this size ends: the line that follows may be half
// written.
func endOfLines(log io.ReaderAt, size int64) (int64, error) {
	chunk := make([]byte, auditChunk)
	for end := size; end > 0; {
		start := max(0, end-auditChunk)
		part := chunk[:end-start]
		if n, err := log.ReadAt(part, start); n < len(part) {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// AuditEvents reads the audit log from since on, in the order in which the requests were answered.
// since is 0 for the beginning, or what AuditMark or an earlier call returned; next is where the
// following call goes on.
//
// Every request is in it, also those of the controllers and of the API server itself. So filter by User, and by Verb
// and Resource to leave out watches, leases and events. When a client has received its response in full, its request is
// in the log.
//
// It fails with ErrNoAuditLog, for an offset that is not the beginning of a line, and for a
// line that is no event; next is then where it failed.
func (c *ControlPlane) AuditEvents(since int64) (events []AuditEvent, next int64, err error) {
	next, err = c.auditLines(since, func(line *auditLine) { events = append(events, line.event()) })
	return events, next, err
}

// auditLines is AuditEvents for callers that need more than an AuditEvent holds. A line is valid only until handle
// returns.
func (c *ControlPlane) auditLines(since int64, handle func(*auditLine)) (next int64, err error) {
	if err := c.audited(); err != nil {
		return since, err
	}
	file, err := os.Open(c.AuditLog)
	if err != nil {
		return since, fmt.Errorf("audit log: %w", err)
	}
	defer file.Close() //nolint:errcheck // nothing was written
	if _, err := file.Seek(since, io.SeekStart); err != nil {
		return since, fmt.Errorf("audit log: %w", err)
	}
	read, err := readAuditLines(file, handle)
	if err != nil {
		return since + read, fmt.Errorf("audit log at byte %d: %w", since+read, err)
	}
	return since + read, nil
}

// audited fails when there is no audit log.
func (c *ControlPlane) audited() error {
	if c.AuditLog == "" {
		return ErrNoAuditLog
	}
	return nil
}

// readAuditLines reads whole lines and returns how many bytes those were. What follows the last
// line break is still being written, and left for the next time.
func readAuditLines(log io.Reader, handle func(*auditLine)) (read int64, err error) {
	lines := bufio.NewReader(log)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return read, nil
		}
		if err != nil {
			return read, err
		}
		var parsed auditLine
		if err := json.Unmarshal(line, &parsed); err != nil {
			return read, err
		}
		handle(&parsed)
		read += int64(len(line))
	}
}

// auditLine is the part of audit.k8s.io/v1 Event that is used here. The whole type is in k8s.io/apiserver, which is too
// large a dependency for that.
type auditLine struct {
	Stage      string    `json:"stage"`
	RequestURI string    `json:"requestURI"`
	Verb       string    `json:"verb"`
	UserAgent  string    `json:"userAgent"`
	Received   time.Time `json:"requestReceivedTimestamp"`
	Completed  time.Time `json:"stageTimestamp"`
	User       struct {
		Username string `json:"username"`
	} `json:"user"`
	ImpersonatedUser struct {
		Username string `json:"username"`
	} `json:"impersonatedUser"`
	ObjectRef struct {
		APIGroup    string `json:"apiGroup"`
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	ResponseStatus struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"responseStatus"`
	// ResponseObject is set for the users in Options.AuditObjectsOf.
	ResponseObject json.RawMessage `json:"responseObject"`
}

// event flattens a line.
func (l *auditLine) event() AuditEvent {
	return AuditEvent{
		Received:         l.Received,
		Completed:        l.Completed,
		User:             l.User.Username,
		ImpersonatedUser: l.ImpersonatedUser.Username,
		UserAgent:        l.UserAgent,
		Verb:             l.Verb,
		URI:              l.RequestURI,
		Group:            l.ObjectRef.APIGroup,
		Resource:         l.ObjectRef.Resource,
		Subresource:      l.ObjectRef.Subresource,
		Namespace:        l.ObjectRef.Namespace,
		Name:             l.ObjectRef.Name,
		Code:             l.ResponseStatus.Code,
		Panicked:         l.Stage == "Panic" && !strings.Contains(l.ResponseStatus.Message, http.ErrAbortHandler.Error()),
	}
}
