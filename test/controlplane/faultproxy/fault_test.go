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
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// TestFail proves that an error looks as if it came from the API server, in either content type, and that
// the request did not get there.
func TestFail(t *testing.T) {
	tests := map[string]struct {
		fault Fault
		is    func(error) bool
		code  string
	}{
		"Conflict":      {fault: Conflict(), is: apierrors.IsConflict, code: "409"},
		"InternalError": {fault: InternalError(), is: apierrors.IsInternalError, code: "500"},
		"Forbidden":     {fault: Forbidden(), is: apierrors.IsForbidden, code: "403"},
		"Expired":       {fault: Expired(), is: apierrors.IsResourceExpired, code: "410"},
		"Fail":          {fault: Fail(apierrors.NewServiceUnavailable("boom")), is: apierrors.IsServiceUnavailable, code: "503"},
	}
	for _, contentType := range []string{"", protobuf} {
		proxy, client := start(t, contentType)
		for name, tc := range tests {
			t.Run(name+contentType, func(t *testing.T) {
				namespace := newNamespace(t)
				rule := proxy.Inject(Rule{Match: All(Verbs("create"), In(namespace)), Fault: tc.fault})
				if err := createConfigMap(t.Context(), client, namespace, "x"); !tc.is(err) {
					t.Errorf("create: %v", err)
				}
				if exists(t, namespace, "x") {
					t.Error("the object was created")
				}
				rule.Lift()
				if err := createConfigMap(t.Context(), client, namespace, "x"); err != nil {
					t.Errorf("create after Lift: %v", err)
				}
				want := []string{
					"create configmaps " + namespace + "/x: no answer, answered " + tc.code,
					"create configmaps " + namespace + "/x: 201",
				}
				if diff := cmp.Diff(want, lines(proxy.Records(In(namespace)))); diff != "" {
					t.Errorf("records (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestTooManyRequests proves that client-go waits as long as the header says, and tries again.
func TestTooManyRequests(t *testing.T) {
	proxy, client := start(t, "")
	namespace := newNamespace(t)
	rule := proxy.Inject(Rule{Match: In(namespace), Times: 1, Fault: TooManyRequests(1)})
	begin := time.Now()
	if err := createConfigMap(t.Context(), client, namespace, "x"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took < time.Second || rule.Fired() != 1 {
		t.Errorf("it came again after %s, and met the fault %d times", took, rule.Fired())
	}
	want := []string{
		"create configmaps " + namespace + "/x: no answer, answered 429",
		"create configmaps " + namespace + "/x: 201",
	}
	if diff := cmp.Diff(want, lines(proxy.Records(Writes))); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

// TestRuleCounts proves that only the requests that a rule matches meet its fault, and which rule has priority.
func TestRuleCounts(t *testing.T) {
	proxy, client := start(t, "")
	namespace := newNamespace(t)
	match := All(Writes, In(namespace))
	conflicts := proxy.Inject(Rule{Match: match, Skip: 1, Times: 2, Fault: Conflict()})
	counter := proxy.Inject(Rule{Match: match})
	var failed []int
	for i, name := range []string{"a", "b", "c", "d", "e"} {
		switch err := createConfigMap(t.Context(), client, namespace, name); {
		case apierrors.IsConflict(err):
			failed = append(failed, i)
		case err != nil:
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]int{1, 2}, failed); diff != "" {
		t.Errorf("requests that met the fault (-want +got):\n%s", diff)
	}
	if conflicts.Fired() != 2 || counter.Fired() != 3 {
		t.Errorf("%d conflicts and %d others, want 2 and 3", conflicts.Fired(), counter.Fired())
	}
}

// TestLost proves how far a request gets when its client gets no answer, and that other clients are not affected.
func TestLost(t *testing.T) {
	tests := map[string]struct {
		fault   Fault
		timeout time.Duration
		is      error
		exists  bool
	}{
		"LoseRequest":   {fault: LoseRequest(), timeout: testTimeout},
		"LoseAnswer":    {fault: LoseAnswer(), timeout: testTimeout, exists: true},
		"HangAnswer":    {fault: HangAnswer(), timeout: time.Second, is: context.DeadlineExceeded, exists: true},
		"HoldTooLong":   {fault: Hold(), timeout: time.Second, is: context.DeadlineExceeded},
		"DelayTooLong":  {fault: Delay(testTimeout), timeout: time.Second, is: context.DeadlineExceeded},
		"OnAnswerFalse": {fault: OnAnswer(func(Record) bool { return false }), timeout: testTimeout, exists: true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			proxy, client := start(t, protobuf)
			namespace := newNamespace(t)
			bystander := openWatch(t, client, namespace)
			rule := proxy.Inject(Rule{Match: All(Verbs("create"), Named("x")), Fault: tc.fault})

			ctx, cancel := context.WithTimeout(t.Context(), tc.timeout)
			defer cancel()
			err := createConfigMap(ctx, client, namespace, "x")
			var status apierrors.APIStatus
			if err == nil || errors.As(err, &status) || tc.is != nil && !errors.Is(err, tc.is) {
				t.Errorf("create: %v", err)
			}
			if rule.Fired() != 1 {
				t.Errorf("the client tried %d times", rule.Fired())
			}
			if got := exists(t, namespace, "x"); got != tc.exists {
				t.Errorf("the object exists: %t", got)
			}
			if err := createConfigMap(t.Context(), client, namespace, "y"); err != nil {
				t.Error(err)
			}
			want := []string{"y"}
			if tc.exists {
				want = []string{"x", "y"}
			}
			if diff := cmp.Diff(want, addedTo(t, bystander, len(want))); diff != "" {
				t.Errorf("seen by a watch (-want +got):\n%s", diff)
			}
			checkLost(t, proxy, tc.exists)
		})
	}
}

// checkLost checks the record of a create whose client got no answer.
func checkLost(t *testing.T, proxy *Proxy, committed bool) {
	t.Helper()
	var lost []Record
	for _, record := range proxy.Records(Named("x")) {
		if record.Verb == "create" {
			lost = append(lost, record)
		}
	}
	if len(lost) != 1 || lost[0].Answered != 0 || lost[0].Created() != committed || committed != (lost[0].UID != "") {
		t.Errorf("records: %+v", lost)
	}
}

// TestHold proves that a request waits, and that Lift and Delay end that.
func TestHold(t *testing.T) {
	proxy, client := start(t, "")
	namespace := newNamespace(t)
	rule := proxy.Inject(Rule{Match: In(namespace), Fault: Hold()})
	done := make(chan error, 1)
	go func() { done <- createConfigMap(t.Context(), client, namespace, "x") }()
	waitFired(t, rule)
	if exists(t, namespace, "x") {
		t.Error("it exists already")
	}
	select {
	case err := <-done:
		t.Fatalf("there is an answer already: %v", err)
	default:
	}
	rule.Lift()
	rule.Lift()
	if err := <-done; err != nil || !exists(t, namespace, "x") {
		t.Errorf("create after Lift: %v", err)
	}

	proxy.Inject(Rule{Match: Named("y"), Fault: Delay(300 * time.Millisecond)})
	begin := time.Now()
	if err := createConfigMap(t.Context(), client, namespace, "y"); err != nil || time.Since(begin) < 300*time.Millisecond {
		t.Errorf("create with a delay: %v after %s", err, time.Since(begin))
	}
}

// TestOnAnswer proves that the hook runs after the commit and before the client gets the answer.
func TestOnAnswer(t *testing.T) {
	proxy, client := start(t, "")
	namespace := newNamespace(t)
	answered, relay := make(chan Record), make(chan bool)
	proxy.Inject(Rule{Match: Writes, Times: 1, Fault: OnAnswer(func(r Record) bool {
		answered <- r
		return <-relay
	})})
	done := make(chan error, 1)
	go func() { done <- createConfigMap(t.Context(), client, namespace, "x") }()
	record := <-answered
	if record.Code != http.StatusCreated || record.Answered != 0 || !exists(t, namespace, "x") {
		t.Errorf("in the hook: %s", record)
	}
	if diff := cmp.Diff([]Record{record}, proxy.Records(Writes)); diff != "" {
		t.Errorf("records in the hook (-want +got):\n%s", diff)
	}
	select {
	case err := <-done:
		t.Fatalf("there is an answer already: %v", err)
	default:
	}
	relay <- true
	if err := <-done; err != nil {
		t.Error(err)
	}
	if records := proxy.Records(Writes); len(records) != 1 || records[0].Answered != http.StatusCreated {
		t.Errorf("records after the hook: %v", lines(records))
	}
}
