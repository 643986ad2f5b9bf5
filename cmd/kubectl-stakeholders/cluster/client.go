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

// Package cluster asks the API server for commands, and explains what it refuses.
package cluster

import (
	"sync/atomic"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// Cluster is what a kubeconfig, or the ServiceAccount of a Pod, gives access to.
type Cluster struct {
	client.WithWatch

	// Namespace is the one to look in if a command names none.
	Namespace string
	// NamespaceGiven says that the user has chosen it with -n.
	NamespaceGiven bool
	// Server is its URL, for messages.
	Server string
	// Progress is called with the number of maps that were looked through, if it is set.
	Progress func(maps int)

	config *rest.Config
	// orFiles suggests files for when there is no cluster, if the command reads them.
	orFiles       string
	policyInForce policyInForce
	// received counts the bytes of the API server's answers.
	received *atomic.Int64
}

// Waiting is told that a command waits for the API server of a host. It returns what is called when the answer is there.
type Waiting func(host string) (answered func())

// Connect returns the cluster that the flags select. It makes no request. ReadsFiles says that the command can do without, with -f.
// Waiting can be nil.
func Connect(flags *genericclioptions.ConfigFlags, readsFiles bool, waiting Waiting) (*Cluster, error) {
	orFiles := ""
	if readsFiles {
		orFiles = ", or use -f to read files"
	}
	config, err := restConfig(flags, orFiles)
	if err != nil {
		return nil, err
	}
	namespace, given, err := flags.ToRawKubeConfigLoader().Namespace()
	if err != nil {
		return nil, failure.Cluster("no cluster to ask: the kubeconfig names no namespace: %s", firstLine(err))
	}
	// A person waits for each answer.
	config.QPS = -1
	c, err := connect(config, patience, waiting)
	if err != nil {
		return nil, err
	}
	c.Namespace, c.NamespaceGiven, c.orFiles = namespace, given, orFiles
	return c, nil
}

// connect returns the cluster of a configuration, whose API server may take some time to begin each answer.
func connect(config *rest.Config, after time.Duration, waiting Waiting) (*Cluster, error) {
	host := config.Host
	if base, _, err := rest.DefaultServerUrlFor(config); err == nil {
		host = base.Host
	}
	if waiting == nil {
		waiting = func(string) func() { return func() {} }
	}
	c := &Cluster{Server: config.Host, config: rest.CopyConfig(config), received: &atomic.Int64{}}
	c.config.Wrap(counted(c.received))
	c.config.Wrap(impatient(after, &wait{show: func() func() { return waiting(host) }}))
	var err error
	c.WithWatch, err = newClient(c.config)
	return c, err
}

func newClient(config *rest.Config) (client.WithWatch, error) {
	scheme, err := newScheme()
	if err != nil {
		return nil, err
	}
	out, err := client.NewWithWatch(config, client.Options{Scheme: scheme, Mapper: newMapper()})
	if err != nil {
		return nil, failure.Cluster("cannot connect to %s: %s", config.Host, firstLine(err))
	}
	return out, nil
}

func newScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, corev1.AddToScheme, rbacv1.AddToScheme, authenticationv1.AddToScheme, authorizationv1.AddToScheme, v1alpha1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	return scheme, nil
}

// newMapper knows the kinds that commands use, so that no command asks the API server which kinds it has.
func newMapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper(nil)
	for kind, scope := range map[string]meta.RESTScope{
		"StakeholderMap": meta.RESTScopeNamespace, "StakeholderRequest": meta.RESTScopeNamespace, "StakeholderPolicy": meta.RESTScopeRoot,
	} {
		mapper.Add(v1alpha1.GroupVersion.WithKind(kind), scope)
	}
	mapper.Add(appsv1.SchemeGroupVersion.WithKind("Deployment"), meta.RESTScopeNamespace)
	for kind, scope := range map[string]meta.RESTScope{"ConfigMap": meta.RESTScopeNamespace, "Namespace": meta.RESTScopeRoot} {
		mapper.Add(corev1.SchemeGroupVersion.WithKind(kind), scope)
	}
	for kind, scope := range map[string]meta.RESTScope{
		"Role": meta.RESTScopeNamespace, "RoleBinding": meta.RESTScopeNamespace, "ClusterRole": meta.RESTScopeRoot, "ClusterRoleBinding": meta.RESTScopeRoot,
	} {
		mapper.Add(rbacv1.SchemeGroupVersion.WithKind(kind), scope)
	}
	mapper.Add(authenticationv1.SchemeGroupVersion.WithKind("SelfSubjectReview"), meta.RESTScopeRoot)
	mapper.Add(authorizationv1.SchemeGroupVersion.WithKind("SelfSubjectAccessReview"), meta.RESTScopeRoot)
	mapper.Add(authorizationv1.SchemeGroupVersion.WithKind("SubjectAccessReview"), meta.RESTScopeRoot)
	return mapper
}
