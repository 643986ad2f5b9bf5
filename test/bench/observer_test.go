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

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// errNotSeen is in the chain of an observer's error if its time is up.
var errNotSeen = errors.New("not seen")

// anyState makes a watch begin with the API server's cache. For the latest state, the API server would ask etcd how far
// its cache is. It does that at most every 100 ms, and the next write of a Role or a RoleBinding would wait for its
// turn.
type anyState struct{}

// ApplyToList implements client.ListOption. Each watch gets separate options, because the client writes the watch's
// selectors into them.
func (anyState) ApplyToList(o *client.ListOptions) { o.Raw = &metav1.ListOptions{ResourceVersion: "0"} }

// observe watches objects, from before it returns. It returns a function that waits, up to a time limit, until seen has
// returned true for a recent or later state of one of the objects, and returns that time. The function must be called
// once.
func observe(ctx context.Context, list client.ObjectList, seen func(client.Object) bool, in ...client.ListOption) (func(time.Duration) (time.Time, error), error) {
	ctx, cancel := context.WithCancel(ctx)
	events, err := env.Admin.Watch(ctx, list, append(in, anyState{})...)
	if err != nil {
		cancel()
		return nil, err
	}
	found := make(chan time.Time, 1)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		defer events.Stop()
		for event := range events.ResultChan() {
			if object, ok := event.Object.(client.Object); ok && seen(object) {
				found <- time.Now()
				return
			}
		}
	}()
	return func(atMost time.Duration) (time.Time, error) {
		defer func() {
			cancel()
			<-ended
		}()
		timer := time.NewTimer(atMost)
		defer timer.Stop()
		select {
		case at := <-found:
			return at, nil
		case <-ended:
			select {
			case at := <-found:
				return at, nil
			default:
				return time.Time{}, errors.New("the API server has ended the watch")
			}
		case <-timer.C:
			return time.Time{}, fmt.Errorf("%w within %s", errNotSeen, atMost)
		}
	}, nil
}

// timed calls f, and returns the time from its start until seen has returned true, as for observe.
func timed(tb testing.TB, do func(), list client.ObjectList, seen func(client.Object) bool, in ...client.ListOption) time.Duration {
	tb.Helper()
	wait, err := observe(tb.Context(), list, seen, in...)
	if err != nil {
		tb.Fatal(err)
	}
	started := time.Now()
	do()
	at, err := wait(patience)
	if err != nil {
		tb.Fatal(err)
	}
	return at.Sub(started)
}

// isReady says whether the current generation of a map is in force.
func isReady(m *v1alpha1.StakeholderMap) bool {
	c := meta.FindStatusCondition(m.Status.Conditions, v1alpha1.ConditionReady)
	return c != nil && c.Status == metav1.ConditionTrue && c.ObservedGeneration == m.Generation
}

// allReady is for observe: it is true when ready has been true for n maps.
func allReady(n int, ready func(*v1alpha1.StakeholderMap) bool) func(client.Object) bool {
	done := make(map[client.ObjectKey]bool, n)
	return func(object client.Object) bool {
		if m, ok := object.(*v1alpha1.StakeholderMap); ok && ready(m) {
			done[client.ObjectKeyFromObject(m)] = true
		}
		return len(done) >= n
	}
}

// comesAndGoes is for observe: it is true when an object no longer contains a word that it contained before. States
// that were stored before the word was written do not count.
func comesAndGoes(word string) func(client.Object) bool {
	came := make(map[client.ObjectKey]bool)
	return func(object client.Object) bool {
		key := client.ObjectKeyFromObject(object)
		if carries(object, word) {
			came[key] = true
			return false
		}
		return came[key]
	}
}

// carries says whether an object contains a word, except in its managed fields.
func carries(object client.Object, word string) bool {
	object.SetManagedFields(nil)
	text, err := json.Marshal(object)
	return err == nil && strings.Contains(string(text), word)
}
