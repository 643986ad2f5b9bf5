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

package install

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kubelet plays the scheduler and a node for Pods of the operator's image: it binds each to its node, runs the operator's executable with
// the arguments of the Pod, as the ServiceAccount of the Pod, and reports how it ended. It serves the logs, as "kubectl logs" and
// Helm read them.
//
// Pods that need an endless process, such as those of a Deployment, are not for it: see deployment.
type kubelet struct {
	node   string
	server *httptest.Server
	pods   watch.Interface
	cancel context.CancelFunc
	group  sync.WaitGroup

	// mu guards what follows.
	mu   sync.Mutex
	logs map[string][]byte
	errs []error
}

// startKubelet adds a node to the cluster, for the Pods of a namespace.
func startKubelet(ctx context.Context, namespace string) (*kubelet, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k := &kubelet{node: "node-1", cancel: cancel, logs: map[string][]byte{}}
	k.server = httptest.NewTLSServer(http.HandlerFunc(k.serveLogs))
	if err := k.register(ctx); err != nil {
		return nil, errors.Join(err, k.stop())
	}
	pods, err := env.Admin.Watch(ctx, &corev1.PodList{}, client.InNamespace(namespace))
	if err != nil {
		return nil, errors.Join(err, k.stop())
	}
	k.pods = pods
	k.group.Go(func() { k.follow(ctx) })
	return k, nil
}

// stop ends it, and returns what went wrong.
func (k *kubelet) stop() error {
	k.cancel()
	if k.pods != nil {
		k.pods.Stop()
	}
	k.group.Wait()
	k.server.Close()
	return errors.Join(k.errs...)
}

// register creates the Node, by which the API server finds the logs.
func (k *kubelet) register(ctx context.Context) error {
	address, ok := k.server.Listener.Addr().(*net.TCPAddr)
	if !ok {
		return fmt.Errorf("the kubelet listens on %s", k.server.Listener.Addr())
	}
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: k.node}}
	if err := env.Admin.Create(ctx, node); err != nil {
		return err
	}
	node.Status.Addresses = []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: address.IP.String()}}
	node.Status.DaemonEndpoints.KubeletEndpoint.Port = int32(address.Port)
	return env.Admin.Status().Update(ctx, node)
}

// serveLogs answers /containerLogs/<namespace>/<pod>/<container>.
func (k *kubelet) serveLogs(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(parts) != 4 || parts[0] != "containerLogs" {
		http.NotFound(w, r)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	_, _ = w.Write(k.logs[parts[1]+"/"+parts[2]])
}

func (k *kubelet) follow(ctx context.Context) {
	started := map[types.UID]bool{}
	for event := range k.pods.ResultChan() {
		pod, ok := event.Object.(*corev1.Pod)
		if !ok || event.Type == watch.Deleted || started[pod.UID] {
			continue
		}
		started[pod.UID] = true
		k.group.Go(func() {
			if err := k.run(ctx, pod); err != nil && ctx.Err() == nil {
				k.mu.Lock()
				defer k.mu.Unlock()
				k.errs = append(k.errs, fmt.Errorf("pod %s: %w", pod.Name, err))
			}
		})
	}
}

// run runs a Pod from its binding to its end.
func (k *kubelet) run(ctx context.Context, pod *corev1.Pod) error {
	container := &pod.Spec.Containers[0]
	if len(pod.Spec.Containers) != 1 || len(container.Command) > 0 {
		return errors.New("it is no Pod in which only the entry point of the operator's image runs")
	}
	if mount := pod.Spec.AutomountServiceAccountToken; mount == nil || !*mount {
		return errors.New("it has no token")
	}
	binding := &corev1.Binding{
		ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name}, Target: corev1.ObjectReference{Kind: "Node", Name: k.node},
	}
	if err := env.Admin.SubResource("binding").Create(ctx, pod, binding); err != nil {
		return err
	}
	kubeconfig, err := env.Plane.ServiceAccountKubeconfig(ctx, pod.Namespace, pod.Spec.ServiceAccountName, time.Hour)
	if err != nil {
		return err
	}
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, env.Binary, append(slices.Clone(container.Args), "--kubeconfig="+kubeconfig)...)
	cmd.Env = []string{"HOME=" + env.Plane.Dir}
	cmd.Stdout, cmd.Stderr = &output, &output
	started := metav1.Now()
	ended := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](ended); ended != nil && !exited {
		return ended
	}
	k.mu.Lock()
	k.logs[pod.Namespace+"/"+pod.Name] = output.Bytes()
	k.mu.Unlock()
	return k.report(ctx, pod, corev1.ContainerStateTerminated{
		ExitCode:  int32(cmd.ProcessState.ExitCode()),
		StartedAt: started, FinishedAt: metav1.Now(), Message: output.String(),
	})
}

// report writes how the container ended.
func (k *kubelet) report(ctx context.Context, pod *corev1.Pod, terminated corev1.ContainerStateTerminated) error {
	phase := corev1.PodSucceeded
	if terminated.ExitCode != 0 {
		phase = corev1.PodFailed
	}
	before := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name}}
	after := before.DeepCopy()
	after.Status.Phase = phase
	after.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: pod.Spec.Containers[0].Name, Image: pod.Spec.Containers[0].Image,
		State: corev1.ContainerState{Terminated: &terminated},
	}}
	return env.Admin.Status().Patch(ctx, after, client.MergeFrom(before))
}
