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

package crash

import (
	"errors"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// TestInvalidEditAfterCrash makes the operator die while it narrows a map. Before the next one starts, an edit makes
// the map invalid and asks for all rights back and more. An invalid map gains nothing: no user may have a right then
// that they did not have at the moment of the crash. The guards are that the table is published before the grants
// follow it, and that a table is restored only if status has it.
func TestInvalidEditAfterCrash(t *testing.T) {
	t.Parallel()
	l := take(t)
	s := scenarios()["Narrow"]
	want := l.withoutFault(t, s)
	worlds := l.worlds(t, s, want.writes)
	for i, w := range worlds {
		l.proxy.Forget()
		d := l.dieAfter(t, w, i+1)
		l.act(t, s, w)
		l.wait(t, d)
		crashed := w.mustRights(t)
		w.edit(t, func(s *v1alpha1.StakeholderMapSpec) {
			s.Customers[0].Topics = nil
			s.Customers = append(s.Customers, v1alpha1.Customer{Party: v1alpha1.Party{Name: "back", Subjects: suite.Users("audra@example.com", "nina")}})
			mixUp(s)
		})
		l.start(t)
		l.settle(t, func() error {
			if isNot(v1alpha1.ConditionValid, metav1.ConditionFalse, string(v1alpha1.UnacknowledgedOverlap))(t.Context(), w) != nil {
				return errors.New("the status does not say that the map is invalid")
			}
			return nil
		})
		now := w.mustRights(t)
		if gained := missing(crashed, now); len(gained) > 0 {
			t.Errorf("an invalid edit after a crash after write %d of %d has given %q:\n%s", i+1, want.writes, gained, l.story(w))
		}
		if lost := missing(now, crashed); len(lost) > 0 {
			t.Errorf("an invalid edit after a crash after write %d of %d, by which no subject leaves, has taken %q:\n%s", i+1, want.writes, lost, l.story(w))
		}
	}
	t.Logf("W = %d writes, and as many crash points", want.writes)
}
