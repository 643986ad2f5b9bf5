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
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// testTimeout bounds each wait in these tests; normally no wait comes near it.
const testTimeout = time.Minute

// robot is the identity of the clients behind the proxy.
const robot = "system:serviceaccount:default:robot"

// env is the control plane that the tests share. Each test works in a namespace of its own.
var env struct {
	plane *controlplane.ControlPlane
	// admin does not go through a proxy.
	admin *kubernetes.Clientset
	// kubeconfig is the robot's, and config the same.
	kubeconfig string
	config     *rest.Config
}

func TestMain(m *testing.M) {
	code, err := runTests(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "faultproxy:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

func runTests(m *testing.M) (code int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	if env.plane, err = controlplane.Start(ctx, controlplane.Options{}); err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, env.plane.Stop()) }()
	if env.admin, err = kubernetes.NewForConfig(env.plane.Config); err != nil {
		return 1, err
	}
	for _, args := range [][]string{
		{"create", "serviceaccount", "robot"},
		{"create", "clusterrolebinding", "robot", "--clusterrole=cluster-admin", "--serviceaccount=default:robot"},
	} {
		if _, err := env.plane.Kubectl(ctx, args...); err != nil {
			return 1, err
		}
	}
	if env.kubeconfig, err = env.plane.ServiceAccountKubeconfig(ctx, "default", "robot", time.Hour); err != nil {
		return 1, err
	}
	if env.config, err = clientcmd.BuildConfigFromFlags("", env.kubeconfig); err != nil {
		return 1, err
	}
	env.config.QPS = -1
	return m.Run(), nil
}

// start runs a proxy for a test, with a client behind it that prefers contentType, or JSON.
func start(t *testing.T, contentType string) (*Proxy, *kubernetes.Clientset) {
	t.Helper()
	proxy, err := Start(env.plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	config, err := proxy.Config(env.config)
	if err != nil {
		t.Fatal(err)
	}
	config.ContentType = contentType
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return proxy, client
}

// newNamespace makes a namespace for one test.
func newNamespace(t *testing.T) string {
	t.Helper()
	ns, err := env.admin.CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "test-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return ns.Name
}

// createConfigMap makes a ConfigMap.
func createConfigMap(ctx context.Context, client kubernetes.Interface, namespace, name string) error {
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}}
	_, err := client.CoreV1().ConfigMaps(namespace).Create(ctx, cm, metav1.CreateOptions{})
	return err
}

// exists asks the API server itself whether a ConfigMap exists.
func exists(t *testing.T, namespace, name string) bool {
	t.Helper()
	_, err := env.admin.CoreV1().ConfigMaps(namespace).Get(t.Context(), name, metav1.GetOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		t.Fatal(err)
	}
	return err == nil
}

// waitFired waits until a rule has met a request.
func waitFired(t *testing.T, injection *Injection) {
	t.Helper()
	controlplane.Eventually(t, testTimeout, "a request met the fault", func() error {
		if fired := injection.Fired(); fired != 1 {
			return fmt.Errorf("%d have", fired)
		}
		return nil
	})
}

// lines are records as text.
func lines(records []Record) []string {
	out := make([]string, len(records))
	for i, record := range records {
		out[i] = record.String()
	}
	return out
}

// protobuf is what controller-runtime uses for built-in kinds.
const protobuf = runtime.ContentTypeProtobuf
