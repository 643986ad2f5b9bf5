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
	"errors"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Fault is what happens to a request instead of, or in addition to, an answer by the API server.
type Fault struct {
	run func(*exchange) (*http.Response, error)
}

// errLost is why a client gets no answer: its connection is closed.
var errLost = errors.New("the answer is lost")

// errInjected is the cause that made-up errors name.
var errInjected = errors.New("injected by a test")

// Fail answers with an error, as the API server words it: a Status, and a Retry-After header if the error
// suggests a delay. The request does not reach the API server.
//
// client-go tries again by itself, up to ten times and with every verb, if there is a Retry-After header, but not
// otherwise.
func Fail(err *apierrors.StatusError) Fault {
	return failWith(func(Request) *apierrors.StatusError { return err })
}

// Conflict is Fail with 409, as on an update of an old resource version.
func Conflict() Fault {
	return failWith(func(r Request) *apierrors.StatusError {
		return apierrors.NewConflict(r.groupResource(), r.Name, errInjected)
	})
}

// TooManyRequests is Fail with 429 and a Retry-After header, in whole seconds.
func TooManyRequests(retryAfterSeconds int) Fault {
	return Fail(apierrors.NewTooManyRequests(errInjected.Error(), retryAfterSeconds))
}

// InternalError is Fail with 500, and no Retry-After.
func InternalError() Fault { return Fail(apierrors.NewInternalError(errInjected)) }

// Forbidden is Fail with 403, as after a right is revoked.
func Forbidden() Fault {
	return failWith(func(r Request) *apierrors.StatusError {
		return apierrors.NewForbidden(r.groupResource(), r.Name, errInjected)
	})
}

// Expired is Fail with 410, which lists and watches get whose resource version is compacted.
func Expired() Fault { return Fail(apierrors.NewResourceExpired(errInjected.Error())) }

// ExpiredEvent opens a watch, sends a single ERROR event with code 410, and ends it. A watch expires this way if its
// first events still existed. Requests other than watches pass.
func ExpiredEvent() Fault {
	return Fault{run: func(e *exchange) (*http.Response, error) {
		if e.request.Verb != verbWatch {
			return e.forward()
		}
		return e.errorEvent(apierrors.NewResourceExpired(errInjected.Error()))
	}}
}

// LoseRequest closes the client's connection. The request does not reach the API server. After that, client-go repeats
// a get, list or watch by itself, but not a write.
func LoseRequest() Fault {
	return Fault{run: func(*exchange) (*http.Response, error) { return nil, errLost }}
}

// LoseAnswer lets the API server process the request, and closes the client's connection instead of answering. After
// that, client-go repeats a get, list or watch by itself, but not a write.
func LoseAnswer() Fault { return OnAnswer(func(Record) bool { return false }) }

// HangAnswer lets the API server process the request, and then leaves the client without an answer until it gives up,
// or until the rule is lifted, which closes its connection.
func HangAnswer() Fault {
	return Fault{run: func(e *exchange) (*http.Response, error) {
		if err := drop(e.forward()); err != nil {
			return nil, err
		}
		return nil, errors.Join(errLost, e.wait(nil))
	}}
}

// OnAnswer calls hook when the API server has processed or refused the request, before the client gets the answer. If
// hook returns false, the proxy closes the connection, and the client never gets the answer.
//
// The proxy's records already have the request then. hook may kill the client, and wait for its end. It runs on a
// separate goroutine, so it must not end the test.
func OnAnswer(hook func(Record) (relay bool)) Fault {
	return Fault{run: func(e *exchange) (*http.Response, error) {
		response, err := e.forward()
		if err != nil {
			return nil, err
		}
		if hook(e.seen()) {
			return response, nil
		}
		return nil, errors.Join(errLost, response.Body.Close())
	}}
}

// Hold keeps a request from the API server until the rule is lifted. If the client gives up earlier, nothing changes.
func Hold() Fault {
	return Fault{run: func(e *exchange) (*http.Response, error) {
		if err := e.wait(nil); err != nil {
			return nil, err
		}
		return e.forward()
	}}
}

// Delay keeps a request from the API server for a while, or until the rule is lifted.
func Delay(d time.Duration) Fault {
	return Fault{run: func(e *exchange) (*http.Response, error) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		if err := e.wait(timer.C); err != nil {
			return nil, err
		}
		return e.forward()
	}}
}

// failWith answers with an error that depends on the request.
func failWith(status func(Request) *apierrors.StatusError) Fault {
	return Fault{run: func(e *exchange) (*http.Response, error) { return e.answer(status(e.request)) }}
}

// drop reads an answer that no client will get.
func drop(response *http.Response, err error) error {
	if err != nil {
		return err
	}
	return response.Body.Close()
}

func (r Request) groupResource() schema.GroupResource {
	return schema.GroupResource{Group: r.Group, Resource: r.Resource}
}
