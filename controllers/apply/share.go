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
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"weak"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/intern"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// family is the metadata that the outputs of one map have in common. In the cache they share it, which saves each of them
// about a kilobyte. The owner references of every output lie in its family, and keep it in memory.
type family struct {
	owners      [1]metav1.OwnerReference
	annotations map[string]string
	labels      map[string]string
	// mapName is what the rules of Roles are about.
	mapName [1]string
}

// families has the family of each map with outputs in the cache, by the UID that their annotation names. Every value is
// compared before it is shared, so an object that names the UID of another map gets nothing that it did not have. The zero
// value is ready for use, by several goroutines.
type families struct {
	mu    sync.Mutex
	byUID map[string]weak.Pointer[family]
}

// cached has those of the informers' caches.
var cached families

// join replaces the metadata of an object by equal metadata of its family, which must not be changed after that. It returns a list
// of only the map's name, which is shared too, or nil if the object has no family, or that does not know the name yet.
func (f *families) join(o metav1.Object) (mapName []string) {
	annotations := o.GetAnnotations()
	uid := annotations[names.AnnotationMapUID]
	if uid == "" || len(annotations) > 1 {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	of := f.of(uid)
	o.SetAnnotations(of.annotations)
	o.SetLabels(of.shareLabels(o))
	if home := of.labels[names.LabelMapNamespace]; home == o.GetNamespace() {
		o.SetNamespace(home)
	}
	o.SetOwnerReferences(of.shareOwners(o.GetOwnerReferences()))
	if of.labels == nil {
		// An output that is in the cache later would write the name while the caller reads it.
		return nil
	}
	return of.mapName[:]
}

// of is the family of a UID.
func (f *families) of(uid string) *family {
	if known := f.byUID[uid].Value(); known != nil {
		return known
	}
	if f.byUID == nil {
		f.byUID = make(map[string]weak.Pointer[family])
	}
	of := &family{annotations: map[string]string{names.AnnotationMapUID: uid}}
	f.byUID[uid] = weak.Make(of)
	runtime.AddCleanup(of, f.forget, uid)
	return of
}

// forget drops a family that is no longer in memory, unless there is another one of the UID.
func (f *families) forget(uid string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byUID[uid].Value() == nil {
		delete(f.byUID, uid)
	}
}

// roleByName stands in the cache for the value of names.LabelRole that the name of an object says, so that all outputs of a map
// can have the same labels. No label can have it.
const roleByName = "(by its name)"

// roleOf is what the name of an output says of its role, or "".
func roleOf(name string) string {
	for part := range strings.SplitSeq(name, ":") {
		if slices.Contains(names.Roles, part) {
			return part
		}
	}
	return ""
}

// labelOf is the value of one of our labels of an object, which may come from the cache.
func labelOf(o metav1.Object, key string) string {
	value := o.GetLabels()[key]
	if value == roleByName {
		return roleOf(o.GetName())
	}
	return value
}

// shareLabels are equal labels, but for roleByName. The first of a family are what the others share.
func (f *family) shareLabels(o metav1.Object) map[string]string {
	if labelOf(o, names.LabelRole) != roleOf(o.GetName()) {
		return o.GetLabels()
	}
	labels := maps.Clone(o.GetLabels())
	if labels == nil {
		return nil
	}
	labels[names.LabelRole] = roleByName
	if f.labels == nil {
		f.mapName[0], f.labels = labels[names.LabelMap], make(map[string]string, len(labels))
		for key, value := range labels {
			if key != names.LabelMap {
				value = intern.String(value)
			}
			f.labels[intern.String(key)] = value
		}
	}
	if !maps.Equal(f.labels, labels) {
		return o.GetLabels()
	}
	return f.labels
}

// shareOwners are equal owner references. If there are none, they lie in the family all the same, and keep it.
func (f *family) shareOwners(owners []metav1.OwnerReference) []metav1.OwnerReference {
	if len(owners) == 0 {
		return f.owners[:0:0]
	}
	if f.owners[0].UID == "" {
		f.owners[0] = owners[0]
		f.owners[0].APIVersion, f.owners[0].Kind = intern.String(owners[0].APIVersion), intern.String(owners[0].Kind)
		if uid := f.annotations[names.AnnotationMapUID]; string(owners[0].UID) == uid {
			f.owners[0].UID = types.UID(uid)
		}
		if owners[0].Name == f.mapName[0] {
			f.owners[0].Name = f.mapName[0]
		}
	}
	if len(owners) > 1 || !equality.Semantic.DeepEqual(owners[0], f.owners[0]) {
		return owners
	}
	return f.owners[:1:1]
}

// shareRules replaces what equal rules of other Roles have too. MapName is what join returned for the Role.
func shareRules(rules []rbacv1.PolicyRule, mapName []string) []rbacv1.PolicyRule {
	out := slices.Clip(slices.Clone(rules))
	for i := range out {
		rule := &out[i]
		rule.Verbs, rule.APIGroups, rule.Resources = intern.Strings(rule.Verbs), intern.Strings(rule.APIGroups), intern.Strings(rule.Resources)
		if mapName != nil && slices.Equal(rule.ResourceNames, mapName) {
			rule.ResourceNames = mapName
		}
	}
	return out
}

// shareSubjects replaces what subjects of other RoleBindings have too.
func shareSubjects(subjects []rbacv1.Subject) []rbacv1.Subject {
	out := slices.Clip(slices.Clone(subjects))
	for i := range out {
		out[i].Kind, out[i].APIGroup = intern.String(out[i].Kind), intern.String(out[i].APIGroup)
	}
	return out
}
