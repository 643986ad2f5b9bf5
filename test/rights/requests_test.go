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

package rights

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

const (
	requestPolicy = "stakeholder-operator-request-authors"
	procurement   = "acme:procurement"
	pipeline      = "system:serviceaccount:ci:pipeline"
)

// fields are those of a spec, or of any JSON object.
type fields = map[string]any

// product is a namespace with the map checkout, to which people have the rights that the operator gives. Nothing reads the
// map, so it does not exist.
//
//	ann, pipeline  work in the namespace: Kubernetes' "edit"
//	adam           Kubernetes' "admin"
//	chris, cleo    customers, who approve releases; chris is in the group acme:procurement
//	una            an end user, who requests features
//	paul           the product owner, who triages them
//	root, masters  a cluster admin, and one who is not subject to RBAC
//	operator       the operator, with the rights that it ships with
type product struct {
	namespace string
	clients   map[string]client.Client
}

func newProduct(t *testing.T) *product {
	t.Helper()
	p := &product{namespace: newNamespace(t), clients: make(map[string]client.Client)}
	answer := rule("stakeholders.dev", "stakeholderrequests", "get,list,watch,patch")
	for role, holders := range map[string]struct {
		rules []rbacv1.PolicyRule
		names []string
	}{
		"customer":      {[]rbacv1.PolicyRule{answer, rule("stakeholders.dev", "stakeholdermaps/release", "approve", "checkout")}, []string{"chris", "cleo"}},
		"product-owner": {[]rbacv1.PolicyRule{answer, rule("stakeholders.dev", "stakeholdermaps/feature-request", "triage", "checkout")}, []string{"paul"}},
		"end-user": {[]rbacv1.PolicyRule{
			answer, rule("stakeholders.dev", "stakeholderrequests", "create"),
			rule("stakeholders.dev", "stakeholdermaps/feature-request", "request", "checkout"),
		}, []string{"una"}},
	} {
		name := "stakeholders:checkout:" + role
		create(t, roleWith(p.namespace, name, holders.rules...))
		create(t, bindingTo(p.namespace, name, "Role", name, holders.names...))
	}
	bind(t, p.namespace, "edit", "ann", pipeline)
	bind(t, p.namespace, "admin", "adam")
	bindEverywhere(t, "cluster-admin", "root")
	for _, user := range []string{"ann", "adam", "chris", "cleo", "una", "paul", "root", pipeline} {
		p.clients[user] = as(t, user)
		waitHeld(t, user, p.namespace, []right{"patch stakeholders.dev/stakeholderrequests"}, true)
	}
	waitHeld(t, "ann", p.namespace, []right{"ask stakeholders.dev/stakeholderrequests"}, true)
	p.clients["masters"], p.clients["operator"] = admin, as(t, operatorUser)
	var err error
	if p.clients["chris"], err = connect(rest.ImpersonationConfig{UserName: "chris", Groups: []string{procurement, "acme:board"}}); err != nil {
		t.Fatal(err)
	}
	p.waitForPolicy(t)
	return p
}

// waitForPolicy waits until the API server has learned of the policy: until then it accepts everything.
func (p *product) waitForPolicy(t *testing.T) {
	t.Helper()
	controlplane.Eventually(t, patience, "the policy for requests is in force", func() error {
		if err := create1(asked(nil))(t.Context(), admin, p.namespace); !refusedRequest(err, "NotYourName: ") {
			return fmt.Errorf("asking as another gives %w", err)
		}
		return nil
	})
}

// refusedRequest reports whether the policy has refused a request with a message that begins with a text, and not RBAC.
func refusedRequest(err error, says string) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "'"+requestPolicy+"' denied request: "+says)
}

// write is one way to write a request, without an effect.
type write func(ctx context.Context, c client.Client, namespace string) error

// try is a user who writes a request.
type try struct {
	reason, user string
	write        write
	// says is how the policy's message begins, in full but for the advice; empty if the user may write.
	says string
}

func (c try) check(t *testing.T, p *product) {
	t.Helper()
	err := c.write(t.Context(), p.clients[c.user], p.namespace)
	says := strings.ReplaceAll(c.says, "NAMESPACE", p.namespace)
	switch {
	case says == "" && err != nil:
		t.Errorf("%s %s gets %v, want no error", c.reason, c.user, err)
	case says != "" && !refusedRequest(err, says):
		t.Errorf("%s %s gets %v, want %q", c.reason, c.user, err, says)
	}
}

// asked is the spec of a request, by ann about a release unless changes say something else.
func asked(changes fields) fields {
	spec := fields{"map": "checkout", "topic": "release", "title": "Release 1.4.0", "requestedBy": "ann"}
	maps.Copy(spec, changes)
	return spec
}

// wanted is the spec of a feature request by una.
func wanted(changes fields) fields {
	spec := asked(fields{"topic": "feature-request", "title": "Dark mode", "requestedBy": "una"})
	maps.Copy(spec, changes)
	return spec
}

// answer is one entry of responses, or a part of one.
func answer(by, verdict string, groups ...any) fields {
	out := fields{"by": by, "verdict": verdict}
	if len(groups) > 0 {
		out["groups"] = groups
	}
	return out
}

// answers are all responses of a request, or those that a user applies.
func answers(entries ...any) fields { return fields{"responses": append([]any{}, entries...)} }

func request(namespace, name string, spec fields) *unstructured.Unstructured {
	out := &unstructured.Unstructured{Object: fields{"metadata": fields{}}}
	if spec != nil {
		out.Object["spec"] = spec
	}
	out.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("StakeholderRequest"))
	out.SetNamespace(namespace)
	out.SetName(name)
	return out
}

// create1 creates a request that is not there.
func create1(spec fields) write { return createWith(spec, nil) }

// createWith is the same, with something in its metadata.
func createWith(spec, metadata fields) write {
	return func(ctx context.Context, c client.Client, namespace string) error {
		object := request(namespace, "new", spec)
		maps.Copy(object.Object["metadata"].(fields), metadata) //nolint:errcheck,forcetypeassert // request has made it
		return c.Create(ctx, object, client.DryRunAll)
	}
}

func patch(kind types.PatchType, name string, content any, options ...client.PatchOption) write {
	return func(ctx context.Context, c client.Client, namespace string) error {
		if kind == types.ApplyPatchType {
			content = request(namespace, name, content.(fields)) //nolint:errcheck,forcetypeassert // apply passes it
		}
		body, err := json.Marshal(content)
		if err != nil {
			return err
		}
		return c.Patch(ctx, request(namespace, name, nil), client.RawPatch(kind, body), append(options, client.DryRunAll)...)
	}
}

// merge is "kubectl patch --type=merge", which replaces lists as a whole.
func merge(name string, content fields) write { return patch(types.MergePatchType, name, content) }

// spec is a merge patch of the spec.
func spec(name string, content fields) write { return merge(name, fields{"spec": content}) }

// metadata is a merge patch of the metadata.
func metadata(name string, content fields) write { return merge(name, fields{"metadata": content}) }

// operation is "kubectl patch --type=json" of one path under spec.
func operation(name, op, path string, value any) write {
	step := fields{"op": op, "path": "/spec/" + path}
	if value != nil {
		step["value"] = value
	}
	return patch(types.JSONPatchType, name, []any{step})
}

// apply1 is "kubectl apply --server-side --force-conflicts".
func apply1(name string, spec fields) write {
	return patch(types.ApplyPatchType, name, spec, client.ForceOwnership, client.FieldOwner("rights"))
}

// store stores a request as a user, and the answers of others as these.
func (p *product) store(t *testing.T, name, user string, spec fields, responses ...fields) *unstructured.Unstructured {
	t.Helper()
	object := request(p.namespace, name, spec)
	if err := p.clients[user].Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	for _, response := range responses {
		applied, err := json.Marshal(request(p.namespace, name, answers(response)))
		if err != nil {
			t.Fatal(err)
		}
		by := response["by"].(string) //nolint:errcheck,forcetypeassert // answer has made it
		if err := p.clients[by].Patch(t.Context(), object, client.RawPatch(types.ApplyPatchType, applied), client.FieldOwner("answer-"+by)); err != nil {
			t.Fatalf("%s answers %s: %v", by, name, err)
		}
	}
	return object
}

// decide writes the outcome, as the operator does.
func decide(t *testing.T, object *unstructured.Unstructured, outcome v1alpha1.Outcome) {
	t.Helper()
	status := fields{"status": fields{"outcome": string(outcome)}}
	body, err := json.Marshal(status)
	if err != nil {
		t.Fatal(err)
	}
	if err := admin.Status().Patch(t.Context(), object, client.RawPatch(types.MergePatchType, body)); err != nil {
		t.Fatal(err)
	}
}

// owner is a reference to an object that does not exist.
func owner() fields {
	return fields{"ownerReferences": []any{metav1.OwnerReference{APIVersion: "v1", Kind: "ConfigMap", Name: "gone", UID: "00000000-0000-4000-8000-000000000000"}}}
}

func finalizers(names ...any) fields { return fields{"finalizers": names} }
