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

// family is the common metadata of the outputs of one map. Its outputs in the cache share it, which saves about a
// kilobyte for each. The owner references of each output point into its family and keep it in memory.
type family struct {
	owners      [1]metav1.OwnerReference
	annotations map[string]string
	labels      map[string]string
	// approved has the rules of the last Role that opens approvals. They can have 130 KB, and are the same in every namespace.
	approved []rbacv1.PolicyRule
}

// families has the family of each map with outputs in the cache, by the UID in their annotation. Every value is
// compared before it is shared, so an object with the UID of another map never gets other metadata. The zero value is
// ready for use. It is safe for concurrent use.
type families struct {
	mu    sync.Mutex
	byUID map[string]weak.Pointer[family]
}

// cached has the families of the informers' caches.
var cached families

// join replaces the metadata of an object by equal metadata of its family, which must not be changed after that.
func (f *families) join(o metav1.Object) {
	annotations := o.GetAnnotations()
	uid := annotations[names.AnnotationMapUID]
	if uid == "" || len(annotations) > 1 {
		return
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
}

// of returns the family of a UID, and creates it if it is missing.
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

// forget drops a family that was garbage-collected, unless the UID has a new family.
func (f *families) forget(uid string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byUID[uid].Value() == nil {
		delete(f.byUID, uid)
	}
}

// roleByName replaces, in the cache, a value of names.LabelRole that equals the role in the object's name. So all
// outputs of a map can share the same labels. It is not a valid label value.
const roleByName = "(by its name)"

// roleOf returns the role in the name of an output, or "" if it has none.
func roleOf(name string) string {
	for part := range strings.SplitSeq(name, ":") {
		if slices.Contains(names.Roles, part) {
			return part
		}
	}
	return ""
}

// labelOf returns the value of one of our labels. The object may come from the cache.
func labelOf(o metav1.Object, key string) string {
	value := o.GetLabels()[key]
	if value == roleByName {
		return roleOf(o.GetName())
	}
	return value
}

// shareLabels returns equal labels, except for roleByName. All outputs share the labels of the family's first output,
// if theirs are equal.
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
		f.labels = make(map[string]string, len(labels))
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

// shareOwners returns equal owner references. Even an empty list points into the family, to keep it in memory.
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
		if name := f.labels[names.LabelMap]; owners[0].Name == name {
			f.owners[0].Name = name
		}
	}
	if len(owners) > 1 || !equality.Semantic.DeepEqual(owners[0], f.owners[0]) {
		return owners
	}
	return f.owners[:1:1]
}

// ownName replaces, in the cache, the name of the map in the rules of a Role that has it in its own name. So the Roles of all maps
// can share their rules. Any user can write a rule with the same text, so it is known by its address, which a deep copy loses.
var ownName = []string{"(by its name)"}

func isOwnName(list []string) bool { return len(list) == 1 && &list[0] == &ownName[0] }

// sharedRules has the rules of the Roles in the cache, by their texts.
var sharedRules intern.Table[[]rbacv1.PolicyRule]

// rulesOf returns the rules of a Role, which may come from the cache, and must not be a deep copy from there.
func rulesOf(role *rbacv1.Role) []rbacv1.PolicyRule {
	mapName, _, _ := names.ParseGrantName(role.Name)
	rules := slices.Clone(role.Rules)
	for i := range rules {
		if isOwnName(rules[i].ResourceNames) {
			rules[i].ResourceNames = []string{mapName}
		}
	}
	return rules
}

// shareRules returns equal rules, except for ownName. They must not be changed after that.
func shareRules(role *rbacv1.Role, rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	mapName, _, isGrant := names.ParseGrantName(role.Name)
	out := slices.Clip(slices.Clone(rules))
	var texts strings.Builder
	for i := range out {
		rule := &out[i]
		rule.Verbs, rule.APIGroups, rule.Resources = intern.Strings(rule.Verbs), intern.Strings(rule.APIGroups), intern.Strings(rule.Resources)
		switch {
		case slices.Equal(rule.ResourceNames, ownName) && !isOwnName(rule.ResourceNames):
			rule.ResourceNames = []string{excess}
		case isGrant && slices.Equal(rule.ResourceNames, []string{mapName}):
			rule.ResourceNames = ownName
		}
		for _, list := range [][]string{rule.Verbs, rule.APIGroups, rule.Resources, rule.ResourceNames, rule.NonResourceURLs} {
			texts.WriteString(strings.Join(list, " ") + "\n")
		}
	}
	// Two lists can have the same texts.
	if shared := sharedRules.Get(texts.String(), func() []rbacv1.PolicyRule { return out }); equalRules(shared, out) {
		return shared
	}
	return out
}

// shareApproved returns equal rules, which the Roles of the family with this UID share. They must not be changed after that.
func (f *families) shareApproved(uid string, rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
	f.mu.Lock()
	defer f.mu.Unlock()
	of := f.byUID[uid].Value()
	if of == nil {
		return rules
	}
	if !equalRules(of.approved, rules) {
		of.approved = rules
	}
	return of.approved
}

// shareSubjects makes equal subjects of several RoleBindings share memory.
func shareSubjects(subjects []rbacv1.Subject) []rbacv1.Subject {
	out := slices.Clip(slices.Clone(subjects))
	for i := range out {
		out[i].Kind, out[i].APIGroup = intern.String(out[i].Kind), intern.String(out[i].APIGroup)
	}
	return out
}
