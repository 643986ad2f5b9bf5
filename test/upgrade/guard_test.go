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

package upgrade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// watched are the kinds that give rights, with the options that pick the objects.
var watched = []struct {
	list    client.ObjectList
	options []client.ListOption
}{
	{&rbacv1.RoleBindingList{}, []client.ListOption{client.HasLabels{"stakeholders.dev/map"}}},
	{&rbacv1.RoleList{}, []client.ListOption{client.HasLabels{"stakeholders.dev/map"}}},
	{&corev1.ConfigMapList{}, []client.ListOption{client.HasLabels{"stakeholders.dev/map"}}},
	{&rbacv1.ClusterRoleList{}, nil},
}

// guard watches that no user loses a right: it follows all objects that give rights, and asks the API server about each right
// again and again.
type guard struct {
	flicker

	suite *suite.Suite
	// questions are about rights that users have all the time.
	questions []question
	stop      context.CancelFunc
	work      sync.WaitGroup

	// answers guards what follows.
	answers sync.Mutex
	// rounds is how often all questions have been asked.
	rounds int
	noes   []string
}

// startGuard begins to watch. The guard ends with the test.
func startGuard(t *testing.T, s *suite.Suite, questions []question) *guard {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	g := &guard{suite: s, questions: questions, stop: cancel}
	t.Cleanup(func() { cancel(); g.work.Wait() })
	for _, kind := range watched {
		g.follow(ctx, t, kind.list, kind.options)
	}
	g.work.Go(func() { g.ask(ctx) })
	return g
}

// follow lists a kind, and watches it from then on.
func (g *guard) follow(ctx context.Context, t *testing.T, empty client.ObjectList, options []client.ListOption) {
	t.Helper()
	list := g.list(t, empty, options, g.promise)
	from := &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: list.GetResourceVersion()}}
	events, err := g.suite.Admin.Watch(ctx, list, append(slices.Clip(options), from)...)
	if err != nil {
		t.Fatal(err)
	}
	g.work.Go(func() {
		defer events.Stop()
		for {
			select {
			case event, open := <-events.ResultChan():
				// A closed watch gives an event without a type, which is noted.
				if ctx.Err() != nil {
					return
				}
				g.observe(event.Type, event.Object)
				if !open {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	})
}

// list calls each with the objects of a kind.
func (g *guard) list(t *testing.T, empty client.ObjectList, options []client.ListOption, each func(client.Object)) client.ObjectList {
	t.Helper()
	list := empty.DeepCopyObject().(client.ObjectList) //nolint:errcheck,forcetypeassert // a copy of one is one
	if err := g.suite.Admin.List(t.Context(), list, options...); err != nil {
		t.Fatal(err)
	}
	if err := meta.EachListItem(list, func(item runtime.Object) error {
		object, ok := item.(client.Object)
		if !ok {
			return fmt.Errorf("%T is no object", item)
		}
		each(object)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// ask asks all questions, one after the other, until the test ends.
func (g *guard) ask(ctx context.Context) {
	for ctx.Err() == nil {
		for i := range g.questions {
			q := &g.questions[i]
			yes, err := q.ask(ctx, g.suite.Admin)
			if ctx.Err() != nil {
				return
			}
			if err != nil || !yes {
				g.answers.Lock()
				g.noes = append(g.noes, fmt.Sprintf("%s at %s: %t, %v", q, time.Now().Format(time.RFC3339Nano), yes, err))
				g.answers.Unlock()
			}
		}
		g.answers.Lock()
		g.rounds++
		g.answers.Unlock()
	}
}

// check waits until the guard has seen everything until now, and fails if a user has lost a right, even for a moment.
func (g *guard) check(t *testing.T, reason string) {
	t.Helper()
	asked := g.roundsNow() + 2
	controlplane.Eventually(t, suite.Patience, "all questions are asked again", func() error {
		if now := g.roundsNow(); now < asked {
			return fmt.Errorf("%d rounds of %d", now, asked)
		}
		return nil
	})
	controlplane.Eventually(t, suite.Patience, "the watches have seen everything", func() error {
		var errs []error
		for _, kind := range watched {
			g.list(t, kind.list, kind.options, func(object client.Object) { errs = append(errs, g.hasSeen(object)) })
		}
		return errors.Join(errs...)
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answers.Lock()
	defer g.answers.Unlock()
	const most = 10
	for _, lost := range g.losses[:min(most, len(g.losses))] {
		t.Errorf("%s: %s", reason, lost)
	}
	for _, no := range g.noes[:min(most, len(g.noes))] {
		t.Errorf("%s: %s", reason, no)
	}
	t.Logf("%s: %d objects, %d of their states, %d rounds of %d questions", reason, len(g.known), g.events, g.rounds, len(g.questions))
}

func (g *guard) roundsNow() int {
	g.answers.Lock()
	defer g.answers.Unlock()
	return g.rounds
}

// question asks the API server about a right of a user.
type question authorizationv1.SubjectAccessReviewSpec

func (q *question) String() string {
	a := q.ResourceAttributes
	return fmt.Sprintf("%s %v may %s %s/%s %s in %s", q.User, q.Groups, a.Verb, a.Resource, a.Subresource, a.Name, a.Namespace)
}

func (q *question) ask(ctx context.Context, c client.Client) (bool, error) {
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec(*q)}
	err := c.Create(ctx, review)
	return review.Status.Allowed, err
}
