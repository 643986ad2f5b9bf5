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
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// fanOuts remembers what has come of the reconciles of maps that were not finished because they concern many namespaces, so
// that events and status are written once, at the end. The zero value is ready for use by several goroutines.
type fanOuts struct {
	mu    sync.Mutex
	byMap map[types.NamespacedName]fanOut
}

// fanOut is what has come of a map of this UID so far.
type fanOut struct {
	uid        types.UID
	generation int64
	result     enforcementResult
}

// failed returns the namespaces in which an earlier reconcile of the same generation has failed.
func (f *fanOuts) failed(m *v1alpha1.StakeholderMap) map[string]bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	begun, ok := f.byMap[client.ObjectKeyFromObject(m)]
	if !ok || begun.uid != m.UID || begun.generation != m.Generation {
		return nil
	}
	failed := make(map[string]bool)
	for namespace := range begun.result.targets.report.ByNamespace {
		failed[namespace] = true
	}
	return failed
}

// merge returns what has come of a map in earlier reconciles that were not finished, and in this one. It remembers that if this
// one is not finished either.
func (f *fanOuts) merge(m *v1alpha1.StakeholderMap, result enforcementResult) enforcementResult {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := client.ObjectKeyFromObject(m)
	if begun, ok := f.byMap[key]; ok && begun.uid == m.UID {
		result.add(&begun.result)
	}
	if !result.targets.report.Unfinished {
		delete(f.byMap, key)
		return result
	}
	if f.byMap == nil {
		f.byMap = make(map[types.NamespacedName]fanOut)
	}
	f.byMap[key] = fanOut{m.UID, m.Generation, result}
	return result
}

// forget drops a map that is gone.
func (f *fanOuts) forget(key types.NamespacedName) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.byMap, key)
}

// add adds what an earlier reconcile has changed, and what it failed with in the namespaces that this one has postponed.
func (r *enforcementResult) add(earlier *enforcementResult) {
	r.published = slices.Concat(r.published, earlier.published.Done())
	r.grants.Result = slices.Concat(r.grants.Result, earlier.grants.Done())
	r.grants.Changes = slices.Concat(earlier.grants.Changes, r.grants.Changes)
	r.leftovers.Subjects = mergeSubjects(earlier.leftovers.Subjects, r.leftovers.Subjects)
	r.leftovers.Namespaces = sortedUnion(earlier.leftovers.Namespaces, r.leftovers.Namespaces)
	is, was := &r.targets.report, &earlier.targets.report
	is.Gained = slices.Concat(was.Gained, is.Gained)
	is.Left = sortedUnion(was.Left, is.Left)
	is.Repaired = sortedUnion(was.Repaired, is.Repaired)
	for namespace, problems := range was.ByNamespace {
		if is.Postponed[namespace] {
			is.ByNamespace[namespace] = problems
		}
	}
}

func sortedUnion(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
