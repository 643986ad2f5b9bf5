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

// Package rights tests which rights the shipped manifests give: the aggregated ClusterRoles, the components that fill
// them, the component that limits authors by RBAC, and the operator's own rights. No operator runs.
package rights

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	operatorNamespace = "stakeholder-operator-system"
	operatorUser      = "system:serviceaccount:" + operatorNamespace + ":stakeholder-operator-controller-manager"

	customerRole     = "stakeholders-customer"
	endUserRole      = "stakeholders-end-user"
	productOwnerRole = "stakeholders-product-owner"
)

const (
	// setupTimeout bounds the start of the control plane, whose binaries may have to be built first.
	setupTimeout = 20 * time.Minute
	// patience bounds every wait. Normally everything takes a second or two.
	patience = time.Minute
)

// What TestMain sets up, for all tests. They share one cluster, so none is parallel, and each removes what it has
// installed.
var (
	plane *controlplane.ControlPlane
	admin client.Client
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	ctrllog.SetLogger(zap.New(zap.UseDevMode(true), zap.WriteTo(os.Stderr)))
	ctx, cancel := context.WithTimeout(context.Background(), setupTimeout)
	defer cancel()
	err := setUp(ctx)
	if plane != nil {
		defer func() {
			if err := plane.Stop(); err != nil {
				fmt.Fprintln(os.Stderr, "rights:", err)
				code = 1
			}
		}()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "rights:", err)
		return 1
	}
	return m.Run()
}

func setUp(ctx context.Context) (err error) {
	if plane, err = controlplane.Start(ctx, controlplane.Options{ControllerManagerLater: true, Log: os.Stderr}); err != nil {
		return err
	}
	if err := plane.InstallOperator(ctx); err != nil {
		return err
	}
	admin, err = connect(rest.ImpersonationConfig{})
	return err
}

// connect is a client of a user, or of the administrator.
func connect(who rest.ImpersonationConfig) (client.Client, error) {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(v1alpha1.AddToScheme(scheme))
	config := rest.CopyConfig(plane.Config)
	config.Impersonate = who
	// The API server warns of maps without handles, which does not matter here.
	config.WarningHandlerWithContext = rest.NoWarnings{}
	return client.New(config, client.Options{Scheme: scheme})
}
