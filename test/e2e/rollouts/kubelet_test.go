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
	"context"
	"errors"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kubelet replaces the nodes, the only part of this that is not real. It reports every Pod of a namespace as running
// and ready as soon as it exists, until the test ends. No container ever runs.
//
// Pods without a node are gone as soon as they are deleted, so kubelet ignores them.
func kubelet(t *testing.T, namespace string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	pods, err := env.Admin.Watch(ctx, &corev1.PodList{}, client.InNamespace(namespace))
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- reportReady(ctx, pods.ResultChan()) }()
	t.Cleanup(func() {
		cancel()
		pods.Stop()
		if err := <-ended; err != nil {
			t.Error("kubelet:", err)
		}
	})
}

func reportReady(ctx context.Context, events <-chan watch.Event) error {
	for event := range events {
		pod, is := event.Object.(*corev1.Pod)
		if !is && ctx.Err() == nil {
			return apierrors.FromObject(event.Object)
		}
		if !is || event.Type == watch.Deleted || pod.Status.Phase == corev1.PodRunning {
			continue
		}
		pod.Status.Phase = corev1.PodRunning
		for _, condition := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
			pod.Status.Conditions = append(pod.Status.Conditions, corev1.PodCondition{Type: condition, Status: corev1.ConditionTrue})
		}
		// If it has changed since, another event follows.
		err := env.Admin.Status().Update(ctx, pod)
		if err != nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) && ctx.Err() == nil {
			return err
		}
	}
	if ctx.Err() == nil {
		return errors.New("the watch has ended before the test")
	}
	return nil
}
