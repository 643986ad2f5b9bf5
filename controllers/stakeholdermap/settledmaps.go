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

package stakeholdermap

import (
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/apply"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/intern"
)

// settledMaps are the maps whose outputs this process has brought to what they should be. Only another writer can have changed
// what differs later, unless the policy asks for other outputs. What differed before can also be the work of an operator of another
// version, which renders the same map in another form. The zero value is ready for use by several goroutines.
type settledMaps struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]settled
}

type settled struct {
	uid types.UID
	// outputs is a digest of the outputs that the policy asked for.
	outputs string
}

// outputsOfPolicy is a digest of the outputs that a policy asks for. A nil policy is the default.
func outputsOfPolicy(policy *v1alpha1.StakeholderPolicySpec) string {
	if policy == nil {
		policy = &v1alpha1.StakeholderPolicySpec{}
	}
	// It is the same for all maps.
	return intern.String(apply.Digest(policy.Outputs))
}

// find says whether a map is settled, and whether the policy asked for the same outputs then.
func (s *settledMaps) find(m *v1alpha1.StakeholderMap, outputs string) (isSettled, isSamePolicy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.byMap[client.ObjectKeyFromObject(m)]
	return ok && found.uid == m.UID, found.outputs == outputs
}

func (s *settledMaps) add(m *v1alpha1.StakeholderMap, outputs string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byMap == nil {
		s.byMap = make(map[types.NamespacedName]settled)
	}
	s.byMap[client.ObjectKeyFromObject(m)] = settled{uid: m.UID, outputs: outputs}
}

// forget drops a map that no longer exists.
func (s *settledMaps) forget(key types.NamespacedName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byMap, key)
}
