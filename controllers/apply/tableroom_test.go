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
	"context"
	"errors"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// TestRoomForTables makes a namespace take all its slots for large tables. Its next large table waits until one is
// written. A small table does not wait, and neither does another namespace.
func TestRoomForTables(t *testing.T) {
	t.Parallel()
	applier := &Applier{TableSlots: fairshare.New(LargeTables)}
	roomFor := func(ctx context.Context, namespace string, bytes int) (release func(), err error) {
		table := &corev1.ConfigMap{Data: map[string]string{"": strings.Repeat("x", bytes)}}
		return applier.Session(names.Owner{Namespace: namespace}, 1, 1).roomFor(ctx, table)
	}
	take := func(namespace string, bytes int) (release func()) {
		t.Helper()
		release, err := roomFor(t.Context(), namespace, bytes)
		if err != nil {
			t.Fatal(err)
		}
		return release
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var releases []func()
	for len(releases) <= LargeTables/2 {
		releases = append(releases, take("shop", smallTable+1))
	}
	if _, err := roomFor(ctx, "shop", 1<<20); !errors.Is(err, context.Canceled) {
		t.Errorf("beside %d large tables of its namespace another one gets the error %v", len(releases), err)
	}
	take("shop", smallTable)()
	take("other", 1<<20)()
	releases[0]()
	take("shop", 1<<20)()
}

// TestTableStaysUntilThereIsRoom replaces a large table that cannot be changed, while there is no room to write a large table.
func TestTableStaysUntilThereIsRoom(t *testing.T) {
	t.Parallel()
	have := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: checkout.Namespace, Name: "checkout-routing"}, Immutable: new(true)}
	c := newCluster(t, have)
	c.applier.TableSlots = fairshare.New(0)
	desired := &corev1.ConfigMap{ObjectMeta: have.ObjectMeta, Data: map[string]string{"": strings.Repeat("x", smallTable+1)}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := send(ctx, c.applier.Session(checkout, 1, 1), desired, have); !errors.Is(err, context.Canceled) {
		t.Errorf("without room: %v", err)
	}
	if len(c.writes) > 0 {
		t.Errorf("without room there were writes: %q", c.writes)
	}
}

// TestTablesOfASessionAreDigests keeps a table that was read by its name.
func TestTablesOfASessionAreDigests(t *testing.T) {
	t.Parallel()
	table := &corev1.ConfigMap{Data: map[string]string{"routing.json": "{}"}}
	want := digestOf(table.Data, nil)
	objects := newTargetObjects()
	objects.put(slot{kind: kindConfigMap}, table)
	if kept := objects.table(); kept.Data != nil || digest(kept) != want {
		t.Errorf("a session keeps %v with the digest %q, want %q", kept.Data, digest(kept), want)
	}
}
