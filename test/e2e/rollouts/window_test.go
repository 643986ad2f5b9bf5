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

package rollouts

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// window is how long a user is a customer who promotes within it. It is long because the machine may be busy; nothing
// depends on its exact length.
const window = 20 * time.Second

// After their window has closed, a customer can no longer promote, although nothing else has changed.
func TestPromoteAfterWindow(t *testing.T) {
	t.Parallel()
	home := env.NewNamespace(t)
	target := env.NewTarget(t, home, "product", home)
	newPausedRollout(t, target)
	tina := person{user: "tina"}
	m := newMap(home)
	until := metav1.NewTime(time.Now().Add(window).Truncate(time.Second))
	m.Spec.Customers = append(m.Spec.Customers, v1alpha1.Customer{Party: v1alpha1.Party{
		Name: "guest", Subjects: suite.Users(tina.user), ValidUntil: &until,
	}})
	m = putInForce(t, m)

	waitMayPromote(t, tina, target, true)
	mustRun(t, tina, target, "promote shop")
	waitState(t, target, secondPause)

	waitMayPromote(t, tina, target, false)
	if now := time.Now(); now.Before(until.Time) {
		t.Errorf("tina may not promote any more %s before her time is over", until.Sub(now))
	}
	checkRefused(t, target, []attempt{
		{"Her time is over.", tina, "promote shop", "get", "rollouts"},
		{"In full, too.", tina, "promote shop --full", "get", "rollouts"},
		{"The same for a command that writes without reading first.", tina, "abort shop", "patch", "rollouts/status"},
	}, secondPause)
	if now := suite.Get(t, env.Suite, m.Namespace, m.Name, &v1alpha1.StakeholderMap{}); now.Generation != m.Generation {
		t.Errorf("the map was edited: generation %d, then %d", m.Generation, now.Generation)
	}

	mustRun(t, carla, target, "promote shop")
	waitState(t, target, rolledOut)
}
