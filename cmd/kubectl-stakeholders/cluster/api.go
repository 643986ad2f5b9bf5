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

package cluster

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// API is what an API server serves of the operator's group. Every authenticated user may read it.
type API struct {
	// Kinds of the version that this plugin uses.
	Kinds []string
	// OpenAPI is the document with their fields. Nil if it cannot be read.
	OpenAPI []byte
}

// API returns the API of the operator.
func (c *Cluster) API(ctx context.Context) (*API, error) {
	config := rest.CopyConfig(c.config)
	config.NegotiatedSerializer = serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion()
	reader, err := rest.UnversionedRESTClientFor(config)
	if err != nil {
		return nil, failure.Cluster("cannot connect to %s: %w", c.Server, err)
	}
	resources := &metav1.APIResourceList{}
	err = readJSON(ctx, reader, "/apis/"+v1alpha1.GroupVersion.String(), resources)
	if apierrors.IsNotFound(err) {
		return nil, failure.Cluster("%s", c.missing())
	}
	if err != nil {
		return nil, c.Explain("find the operator", err)
	}
	out := &API{}
	for i := range resources.APIResources {
		out.Kinds = append(out.Kinds, resources.APIResources[i].Kind)
	}
	document := json.RawMessage{}
	if readJSON(ctx, reader, "/openapi/v3/apis/"+v1alpha1.GroupVersion.String(), &document) == nil {
		out.OpenAPI = document
	}
	return out, nil
}

func readJSON(ctx context.Context, reader rest.Interface, path string, into any) error {
	content, err := reader.Get().AbsPath(path).SetHeader("Accept", "application/json").DoRaw(ctx)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(content, into); err != nil {
		return fmt.Errorf("%s is not JSON: %w", path, err)
	}
	return nil
}
