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
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/fairshare"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// aMap is an API server that returns a map unchanged.
type aMap struct {
	client.Reader
	owner names.Owner
}

func (m aMap) Get(_ context.Context, _ types.NamespacedName, object client.Object, _ ...client.GetOption) error {
	object.SetUID(m.owner.UID)
	object.SetGeneration(1)
	return nil
}

// TestSlots: the requests of a namespace's maps share its slots, and one that waits ends with its context.
func TestSlots(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: "shop", Name: "checkout", UID: "1"}
	a := &Applier{Live: aMap{owner: owner}, Slots: fairshare.New(1)}
	err := a.Session(owner, 1, 1).request(t.Context(), func() error {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := a.Session(owner, 1, 1).request(ctx, func() error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("a request beyond the bound: the error is %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := a.Session(owner, 1, 1).request(t.Context(), func() error { return nil }); err != nil {
		t.Errorf("the next request: the error is %v", err)
	}
}

// TestVerifiedInTheSlot: the map is verified after the wait for a slot, not before it.
func TestVerifiedInTheSlot(t *testing.T) {
	t.Parallel()
	owner := names.Owner{Namespace: "shop", Name: "checkout", UID: "1"}
	a := &Applier{Live: aMap{owner: names.Owner{UID: "another"}}, Slots: fairshare.New(1)}
	err := a.Session(owner, 1, 1).request(t.Context(), func() error {
		t.Error("a request is made for a map that is gone")
		return nil
	})
	if !errors.Is(err, ErrStale) {
		t.Errorf("the error is %v", err)
	}
}

// TestPanicIsTheCallers: a panic in one of several goroutines ends the reconcile, not the operator.
func TestPanicIsTheCallers(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("the panic is lost")
		}
	}()
	atOnce(2, 4, func(i int) {
		if i == 1 {
			panic("one")
		}
	})
}
