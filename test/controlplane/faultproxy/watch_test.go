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

package faultproxy

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// TestFreeze proves that a cache is stale exactly while its watch is frozen, and that other caches are not affected.
func TestFreeze(t *testing.T) {
	proxy, client := start(t, protobuf)
	namespace := newNamespace(t)
	frozen, other := configMapsOf(t, client, namespace), secretsOf(t, client, namespace)
	waitSynced(t, frozen, other)
	watchOfMaps := All(Resources("configmaps"), In(namespace))
	freeze := proxy.Freeze(watchOfMaps)
	if freeze.Holding() != 0 {
		t.Error("it holds something back already")
	}

	// Through the proxy: only watches are frozen.
	if err := createConfigMap(t.Context(), client, namespace, "x"); err != nil {
		t.Fatal(err)
	}
	later := configMapsOf(t, client, namespace)
	controlplane.Eventually(t, testTimeout, "two watches have something to tell", func() error {
		if holding := freeze.Holding(); holding != 2 {
			return fmt.Errorf("%d have", holding)
		}
		return nil
	})
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s"}}
	if _, err := env.admin.CoreV1().Secrets(namespace).Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	waitHas(t, other, namespace+"/s")
	if later.HasSynced() || has(frozen, namespace+"/x") || has(later, namespace+"/x") {
		t.Error("a frozen watch told something")
	}

	freeze.Thaw()
	freeze.Thaw()
	waitHas(t, frozen, namespace+"/x")
	waitHas(t, later, namespace+"/x")
	if err := createConfigMap(t.Context(), env.admin, namespace, "y"); err != nil {
		t.Fatal(err)
	}
	waitHas(t, frozen, namespace+"/y")
	if freeze.Holding() != 0 {
		t.Error("it holds something back after the thaw")
	}
}

// TestCutFrozen proves that a frozen watch can be cut, sends nothing then, and is thawed for a client that watches
// again.
func TestCutFrozen(t *testing.T) {
	proxy, client := start(t, "")
	namespace := newNamespace(t)
	opened := openWatch(t, client, namespace)
	freeze := proxy.Freeze(nil)
	if err := createConfigMap(t.Context(), client, namespace, "x"); err != nil {
		t.Fatal(err)
	}
	controlplane.Eventually(t, testTimeout, "the watch has something to tell", func() error {
		if freeze.Holding() != 1 {
			return fmt.Errorf("%d have", freeze.Holding())
		}
		return nil
	})
	proxy.CutWatches(nil)
	waitEnd(t, opened)
	again := openWatch(t, client, namespace)
	freeze.Thaw()
	if diff := cmp.Diff([]string{"x"}, addedTo(t, again, 1)); diff != "" {
		t.Errorf("seen after the thaw (-want +got):\n%s", diff)
	}
}

// TestCutWatches proves that the matched watches end, and no other.
func TestCutWatches(t *testing.T) {
	proxy, client := start(t, "")
	here, there := newNamespace(t), newNamespace(t)
	cut, other := openWatch(t, client, here), openWatch(t, client, there)
	if n := proxy.Watches(nil); n != 2 {
		t.Errorf("%d watches", n)
	}
	if n := proxy.CutWatches(In(here)); n != 1 {
		t.Errorf("cut %d watches", n)
	}
	waitEnd(t, cut)
	if err := createConfigMap(t.Context(), env.admin, there, "x"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"x"}, addedTo(t, other, 1)); diff != "" {
		t.Errorf("seen by the other watch (-want +got):\n%s", diff)
	}
	controlplane.Eventually(t, testTimeout, "one watch is left", func() error {
		if n := proxy.Watches(nil); n != 1 {
			return fmt.Errorf("%d are", n)
		}
		return nil
	})
}

// TestExpired proves that a client cannot tell either kind of injected expiry from a real one, and that an informer
// recovers from both.
func TestExpired(t *testing.T) {
	for name, contentType := range map[string]string{"JSON": "", "Protobuf": protobuf} {
		t.Run(name, func(t *testing.T) {
			proxy, client := start(t, contentType)
			namespace := newNamespace(t)
			maps := client.CoreV1().ConfigMaps(namespace)

			rule := proxy.Inject(Rule{Match: Verbs("watch"), Fault: Expired()})
			if _, err := maps.Watch(t.Context(), metav1.ListOptions{}); !apierrors.IsResourceExpired(err) {
				t.Errorf("watch: %v", err)
			}
			rule.Lift()

			rule = proxy.Inject(Rule{Fault: ExpiredEvent()})
			if err := createConfigMap(t.Context(), client, namespace, "x"); err != nil {
				t.Errorf("what is no watch did not pass: %v", err)
			}
			watching, err := maps.Watch(t.Context(), metav1.ListOptions{})
			if err != nil {
				t.Fatal(err)
			}
			event := <-watching.ResultChan()
			status, ok := event.Object.(*metav1.Status)
			if event.Type != watch.Error || !ok || status.Code != http.StatusGone || !apierrors.IsResourceExpired(apierrors.FromObject(status)) {
				t.Errorf("event: %+v", event)
			}
			waitEnd(t, watching)
			rule.Lift()
		})
	}
}

func TestExpiredInformer(t *testing.T) {
	for name, fault := range map[string]Fault{"Status": Expired(), "Event": ExpiredEvent()} {
		t.Run(name, func(t *testing.T) {
			proxy, client := start(t, "")
			namespace := newNamespace(t)
			informer := configMapsOf(t, client, namespace)
			waitSynced(t, informer)
			expired := proxy.Inject(Rule{Match: Verbs("watch"), Times: 1, Fault: fault})
			proxy.CutWatches(nil)
			waitFired(t, expired)
			if err := createConfigMap(t.Context(), env.admin, namespace, "x"); err != nil {
				t.Fatal(err)
			}
			waitHas(t, informer, namespace+"/x")
		})
	}
}

// openWatch watches ConfigMaps.
func openWatch(t *testing.T, client *kubernetes.Clientset, namespace string) watch.Interface {
	t.Helper()
	watching, err := client.CoreV1().ConfigMaps(namespace).Watch(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(watching.Stop)
	return watching
}

// addedTo are the names in the next n events, which must be additions.
func addedTo(t *testing.T, watching watch.Interface, n int) []string {
	t.Helper()
	timer := time.NewTimer(testTimeout)
	defer timer.Stop()
	var names []string
	for len(names) < n {
		select {
		case event := <-watching.ResultChan():
			cm, ok := event.Object.(*corev1.ConfigMap)
			if !ok || event.Type != watch.Added {
				t.Fatalf("event %+v after %v", event, names)
			}
			names = append(names, cm.Name)
		case <-timer.C:
			t.Fatalf("no event after %v", names)
		}
	}
	return names
}

// waitEnd waits until a watch is over, which must not send an event before.
func waitEnd(t *testing.T, watching watch.Interface) {
	t.Helper()
	timer := time.NewTimer(testTimeout)
	defer timer.Stop()
	select {
	case event, open := <-watching.ResultChan():
		if open {
			t.Errorf("a watch that was to end told %+v", event)
		}
	case <-timer.C:
		t.Fatal("the watch goes on")
	}
}

// configMapsOf runs an informer.
func configMapsOf(t *testing.T, client *kubernetes.Clientset, namespace string) cache.SharedIndexInformer {
	t.Helper()
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace))
	return run(t, factory.Core().V1().ConfigMaps().Informer())
}

// secretsOf runs an informer.
func secretsOf(t *testing.T, client *kubernetes.Clientset, namespace string) cache.SharedIndexInformer {
	t.Helper()
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithNamespace(namespace))
	return run(t, factory.Core().V1().Secrets().Informer())
}

func run(t *testing.T, informer cache.SharedIndexInformer) cache.SharedIndexInformer {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		informer.Run(ctx.Done())
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return informer
}

func waitSynced(t *testing.T, all ...cache.SharedIndexInformer) {
	t.Helper()
	for _, informer := range all {
		controlplane.Eventually(t, testTimeout, "the informer has synced", func() error {
			if !informer.HasSynced() {
				return fmt.Errorf("it has %v", informer.GetStore().ListKeys())
			}
			return nil
		})
	}
}

func has(informer cache.SharedIndexInformer, key string) bool {
	_, found, err := informer.GetStore().GetByKey(key)
	return found && err == nil
}

func waitHas(t *testing.T, informer cache.SharedIndexInformer, key string) {
	t.Helper()
	controlplane.Eventually(t, testTimeout, "the informer knows "+key, func() error {
		if !has(informer, key) {
			return fmt.Errorf("it has %v", informer.GetStore().ListKeys())
		}
		return nil
	})
}
