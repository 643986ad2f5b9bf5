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

package argocd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// Argo CD's names.
const (
	synced, outOfSync              = "Synced", "OutOfSync"
	healthy, progressing, degraded = "Healthy", "Progressing", "Degraded"
	refreshAnnotation              = "argocd.argoproj.io/refresh"
)

var applicationKind = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "Application"}

// application is one of Argo CD's: it syncs a repository's maps into a namespace, with self-heal and prune.
type application struct {
	of         installation
	name       string
	namespace  string
	repository repository
}

// condition is the status of an Application.
type condition struct {
	Sync struct {
		Status, Revision string
	}
	Health    struct{ Status string }
	Resources []struct {
		Group, Kind, Name string
		Status            string
		RequiresPruning   bool
		Health            struct{ Status, Message string }
	}
	// Conditions are Argo CD's complaints.
	Conditions     []struct{ Type, Message string }
	OperationState struct {
		Phase, Message string
		SyncResult     struct {
			Revision  string
			Resources []struct{ Kind, Name, HookPhase, Message string }
		}
	}
}

// newApplication makes one that syncs a repository into a namespace.
func newApplication(t *testing.T, of installation, namespace string, from repository, syncOptions ...string) application {
	t.Helper()
	// Names of namespaces are not used twice.
	a := application{of: of, name: "app-" + namespace, namespace: namespace, repository: from}
	options := make([]any, len(syncOptions))
	for i, option := range syncOptions {
		options[i] = option
	}
	o := a.object()
	o.Object["spec"] = map[string]any{
		"project":     "default",
		"source":      map[string]any{"repoURL": from.url(), "targetRevision": branch, "path": mapsFolder},
		"destination": map[string]any{"server": env.user.server, "namespace": namespace},
		"syncPolicy": map[string]any{
			"automated":   map[string]any{"prune": true, "selfHeal": true},
			"syncOptions": options,
		},
	}
	env.Create(t, o)
	t.Cleanup(func() {
		// Without finalizers, its deletion leaves what it has synced; the other tests use the same control plane.
		if err := env.Admin.Delete(context.WithoutCancel(t.Context()), a.object()); err != nil {
			t.Error(err)
		}
	})
	return a
}

func (a application) object() *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(applicationKind)
	o.SetNamespace(a.of.namespace)
	o.SetName(a.name)
	return o
}

// refresh makes Argo CD read the repository now, as a webhook of the repository would.
func (a application) refresh(t *testing.T) {
	t.Helper()
	a.patch(t, `{"metadata":{"annotations":{"`+refreshAnnotation+`":"hard"}}}`)
}

// patch merges a patch in JSON into the application.
func (a application) patch(t *testing.T, patch string) {
	t.Helper()
	if err := env.Admin.Patch(t.Context(), a.object(), client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

// waitRefreshed waits until Argo CD has compared everything again.
func (a application) waitRefreshed(t *testing.T) {
	t.Helper()
	controlplane.Eventually(t, patience, a.name+" is refreshed", func() error {
		o := a.object()
		if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(o), o); err != nil {
			return err
		}
		if _, waits := o.GetAnnotations()[refreshAnnotation]; waits {
			return errors.New("it still has the annotation")
		}
		return nil
	})
}

func conditionOf(o *unstructured.Unstructured) (condition, error) {
	var c condition
	status, found, err := unstructured.NestedMap(o.Object, "status")
	if err != nil || !found {
		return c, err
	}
	content, err := json.Marshal(status)
	if err != nil {
		return c, err
	}
	err = json.Unmarshal(content, &c)
	return c, err
}

// wait waits until check accepts the application's condition, and returns that.
func (a application) wait(t *testing.T, what string, check func(condition) error) condition {
	t.Helper()
	var c condition
	controlplane.Eventually(t, patience, a.name+": "+what, func() error {
		o := a.object()
		err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(o), o)
		if err != nil {
			return err
		}
		if c, err = conditionOf(o); err != nil {
			return err
		}
		if err := check(c); err != nil {
			return fmt.Errorf("%w: %+v", err, c)
		}
		return nil
	})
	return c
}

// waitCurrent waits until exactly the maps of these names are synced as of a commit, and each has a health.
func (a application) waitCurrent(t *testing.T, commit, health string, names ...string) condition {
	t.Helper()
	return a.wait(t, health+" at "+commit, func(c condition) error {
		if slices.ContainsFunc(c.Conditions, func(c struct{ Type, Message string }) bool { return c.Type == "ComparisonError" }) {
			// Argo CD by itself only tries again after minutes, and a request during a comparison can be lost.
			a.refresh(t)
		}
		if c.Sync.Status != synced || c.Sync.Revision != commit || c.Health.Status != health {
			return errors.New("it is not")
		}
		return c.hasOnly(names...)
	})
}

// hasOnly fails if anything but the maps of these names counts as managed.
func (c condition) hasOnly(names ...string) error {
	var found []string
	for _, r := range c.Resources {
		if r.Kind != "StakeholderMap" || r.RequiresPruning {
			return fmt.Errorf("%s %s counts as managed, to be pruned: %t", r.Kind, r.Name, r.RequiresPruning)
		}
		found = append(found, r.Name)
	}
	slices.Sort(found)
	if !slices.Equal(found, names) {
		return fmt.Errorf("it has the maps %q, want %q", found, names)
	}
	return nil
}

// message is the text that Argo CD shows with the health of a map.
func (c condition) message(name string) string {
	for _, r := range c.Resources {
		if r.Name == name {
			return r.Health.Message
		}
	}
	return ""
}

// during watches the application while f runs, and calls check with each of its conditions.
func (a application) during(t *testing.T, check func(condition) error, do func()) {
	t.Helper()
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(applicationKind.GroupVersion().WithKind("ApplicationList"))
	watch, err := env.Admin.Watch(t.Context(), list, client.InNamespace(a.of.namespace), client.MatchingFields{"metadata.name": a.name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watch.Stop)
	const end = "example.com/end"
	// If f ends the test, no goroutine may read it.
	done := make(chan error, 1)
	go func() {
		defer close(done)
		for event := range watch.ResultChan() {
			o, ok := event.Object.(*unstructured.Unstructured)
			if !ok {
				done <- fmt.Errorf("the watch has %T", event.Object)
				return
			}
			if _, ended := o.GetAnnotations()[end]; ended {
				return
			}
			c, err := conditionOf(o)
			if err == nil {
				err = check(c)
			}
			if err != nil {
				done <- fmt.Errorf("%w: %+v", err, c)
				return
			}
		}
		done <- errors.New("the watch has ended")
	}()
	do()
	// When this is seen, everything before it has been seen.
	for _, value := range []string{`""`, "null"} {
		a.patch(t, `{"metadata":{"annotations":{"`+end+`":`+value+`}}}`)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
