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

package unmanaged

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	toolscache "k8s.io/client-go/tools/cache"
)

// pages serves a list of RoleBindings in pages. One in a hundred is a grant.
type pages struct {
	total int
	// largest is the size of the largest page, and asked the number of pages.
	largest, asked int
	// inMemory reports whether no other page may be read now.
	inMemory func() bool
	events   *watch.FakeWatcher
}

func (p *pages) listWatch() *toolscache.ListWatch {
	return &toolscache.ListWatch{
		ListWithContextFunc: func(_ context.Context, options metav1.ListOptions) (runtime.Object, error) {
			from := 0
			if _, err := fmt.Sscan(options.Continue, &from); options.Continue != "" && err != nil {
				return nil, err
			}
			to := p.total
			if options.Limit > 0 {
				to = min(to, from+int(options.Limit))
			}
			list := &rbacv1.RoleBindingList{ListMeta: metav1.ListMeta{ResourceVersion: "7"}}
			for i := from; i < to; i++ {
				name := "view"
				if i%100 == 0 {
					name = "stakeholders-customer"
				}
				list.Items = append(list.Items, rbacv1.RoleBinding{ObjectMeta: plain("shop", fmt.Sprint("b", i)), RoleRef: ref("ClusterRole", name)})
			}
			if to < p.total {
				list.Continue = strconv.Itoa(to)
			}
			if !p.inMemory() {
				return nil, errors.New("another page may be read at the same time")
			}
			p.largest, p.asked = max(p.largest, len(list.Items)), p.asked+1
			return list, nil
		},
		WatchFuncWithContext: func(context.Context, metav1.ListOptions) (watch.Interface, error) { return p.events, nil },
	}
}

// Of 50,000 RoleBindings one page at a time is in memory, and then only the grants. client-go gets a short list, and no
// stream, which it would collect. The watch delivers later changes.
func TestListKeepsLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pages{total: 50_000, events: watch.NewFake()}
		n := &notes{}
		s := newStore(grantOf(OfRoleBinding), n.changed, func() {})
		reading := &sync.Mutex{}
		lw := filteredLister{p.listWatch(), s.grantOf, reading}
		p.inMemory = func() bool { return !reading.TryLock() }
		list, err := lw.ListWithContext(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		grants, ok := list.(*metav1.List)
		if !ok || len(grants.Items) != 500 || grants.ResourceVersion != "7" || grants.Continue != "" {
			t.Fatalf("the list is a %T", list)
		}
		if item, ok := grants.Items[0].Object.(*grantItem); !ok || item.Name != "b0" || item.grant.Name != "b0" {
			t.Errorf("of a grant there is a %T", grants.Items[0].Object)
		}
		if p.largest != pageSize || p.asked != p.total/pageSize {
			t.Errorf("there were %d pages of up to %d", p.asked, p.largest)
		}
		ctx, stop := context.WithCancel(t.Context())
		reflector := toolscache.NewReflectorWithOptions(lw, &rbacv1.RoleBinding{}, s, toolscache.ReflectorOptions{})
		go reflector.RunWithContext(ctx)
		synctest.Wait()
		if !s.synced.Load() || s.count() != 500 || p.largest != pageSize {
			t.Errorf("%d are kept after pages of up to %d", s.count(), p.largest)
		}
		for i := range 100 {
			p.events.Add(&rbacv1.RoleBinding{ObjectMeta: plain("shop", fmt.Sprint("c", i)), RoleRef: ref("ClusterRole", "view")})
		}
		p.events.Add(grantTo("shop", "late"))
		p.events.Delete(grantTo("shop", "b0"))
		synctest.Wait()
		if s.count() != 500 {
			t.Errorf("%d are kept after one has come and one has gone", s.count())
		}
		stop()
		synctest.Wait()
	})
}
