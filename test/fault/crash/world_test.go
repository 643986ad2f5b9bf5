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
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane/faultproxy"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// The namespaces of a world, by the suffixes of their names. The map is in home; first and second are targets from the
// beginning, and a scenario may add late.
const (
	home   = "home"
	first  = "first"
	second = "second"
	late   = "late"
)

var everywhere = []string{home, first, second, late}

// mapName is the name of the map in each world.
const mapName = "checkout"

// world is where a scenario runs once: a few namespaces that no other run uses. The worlds of a scenario differ in the
// prefix of their names, and in UIDs, so their results can be compared.
type world struct {
	// suite is the cluster of the world.
	suite  *suite.Suite
	prefix string
	// kargo says that its targets are Kargo projects.
	kargo bool
	// uids are the UIDs of its maps so far, in their order.
	uids []types.UID
	// requests are the UIDs of its requests so far.
	requests []types.UID
	// seen is the status of the request as an operator has left it that acts no more.
	seen v1alpha1.StakeholderRequestStatus
	// before are all users' rights when the scenario begins.
	before map[string]bool
}

// worlds numbers them.
var worlds atomic.Int32

// newWorld makes the namespaces, both targets with consent, and no map.
func newWorld(t *testing.T, s *suite.Suite, kargo bool) *world {
	t.Helper()
	w := &world{suite: s, prefix: fmt.Sprintf("world%03d-", worlds.Add(1)), kargo: kargo}
	w.suite.Create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace(home)}})
	w.addTarget(t, first)
	w.addTarget(t, second)
	return w
}

func (w *world) namespace(which string) string { return w.prefix + which }

// addTarget makes a namespace that takes part.
func (w *world) addTarget(t *testing.T, which string) {
	t.Helper()
	w.suite.Create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: w.namespace(which), Labels: map[string]string{"product": w.product(), "kargo.akuity.io/project": strconv.FormatBool(w.kargo)},
		Annotations: map[string]string{v1alpha1.AcceptMapsFrom: w.namespace(home)},
	}})
}

// product is the label by which the map picks its targets.
func (w *world) product() string { return strings.TrimSuffix(w.prefix, "-") }

// addMap creates a map: carla, cfo@example.com and olga pay, audra@example.com pays and is only asked about budgets, eve and lea use.
func (w *world) addMap(t *testing.T) {
	t.Helper()
	m := suite.Selecting(w.namespace(home), mapName, w.product())
	m.Spec.Customers[0].Subjects = suite.Users("carla", "cfo@example.com")
	m.Spec.Customers = append(m.Spec.Customers,
		v1alpha1.Customer{Party: v1alpha1.Party{Name: "auditors", Subjects: suite.Users("audra@example.com"), Topics: []string{"budget"}}},
		v1alpha1.Customer{Party: v1alpha1.Party{Name: "office", Subjects: suite.Users("olga")}},
	)
	m.Spec.EndUsers[0].Subjects = suite.Users("eve", "lea")
	m.Spec.ProductOwner.Handles = []v1alpha1.Handle{{System: "email", Value: "paul@example.com"}}
	for i := range m.Spec.Customers {
		m.Spec.Customers[i].Handles = m.Spec.ProductOwner.Handles
	}
	m.Spec.EndUsers[0].Handles = m.Spec.ProductOwner.Handles
	w.suite.Create(t, m)
	w.uids = append(w.uids, m.UID)
}

// theMap has the map's name, for reads and writes.
func (w *world) theMap() *v1alpha1.StakeholderMap {
	return &v1alpha1.StakeholderMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace(home), Name: mapName}}
}

// edit changes the map.
func (w *world) edit(t *testing.T, change func(*v1alpha1.StakeholderMapSpec)) {
	t.Helper()
	w.suite.Edit(t, w.theMap(), change)
}

// mixUp also makes a customer an end user, which breaks a rule.
func mixUp(s *v1alpha1.StakeholderMapSpec) {
	s.EndUsers[0].Subjects = append(s.EndUsers[0].Subjects, s.Customers[0].Subjects[0])
}

// written picks the operator's writes in this world.
func (w *world) written() faultproxy.Match {
	return faultproxy.All(faultproxy.Writes, func(r faultproxy.Request) bool { return strings.HasPrefix(r.Namespace, w.prefix) })
}

// read reads the map. It returns nil if there is none.
func (w *world) read(ctx context.Context) (*v1alpha1.StakeholderMap, error) {
	m := w.theMap()
	err := w.suite.Admin.Get(ctx, client.ObjectKeyFromObject(m), m)
	if err != nil {
		return nil, client.IgnoreNotFound(err)
	}
	return m, nil
}
