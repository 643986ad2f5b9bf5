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
	"context"
	"errors"
	"fmt"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// oneObject is an API server that has one object or none, or does not answer.
type oneObject struct {
	client.Reader
	uid     types.UID
	version string
	err     error
}

func (o oneObject) Get(_ context.Context, key client.ObjectKey, into client.Object, _ ...client.GetOption) error {
	switch {
	case o.err != nil:
		return o.err
	case o.uid == "":
		return apierrors.NewNotFound(schema.GroupResource{}, key.Name)
	}
	into.SetUID(o.uid)
	into.SetResourceVersion(o.version)
	return nil
}

// TestLastingConflict distinguishes a conflict that another writer has caused from one that lasts.
func TestLastingConflict(t *testing.T) {
	t.Parallel()
	conflict := apierrors.NewConflict(schema.GroupResource{Resource: "rolebindings"}, "a", errors.New("another version"))
	binding := &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "a", UID: "1", ResourceVersion: "7"}}
	absent := Seen{Kind: kindRoleBinding, Key: client.ObjectKeyFromObject(binding)}
	exact, byUID := SeenAs(kindRoleBinding, binding), seenByUID(binding)
	tests := map[string]struct {
		reason  string
		seen    Seen
		is      oneObject
		err     error
		lasting bool
	}{
		"AsSeen":          {"admission has refused it", exact, oneObject{uid: "1", version: "7"}, conflict, true},
		"Changed":         {"another writer was faster", exact, oneObject{uid: "1", version: "8"}, conflict, false},
		"Another":         {"another object has the name", exact, oneObject{uid: "2", version: "7"}, conflict, false},
		"Gone":            {"it was deleted", exact, oneObject{}, conflict, false},
		"DeletedAsSeen":   {"the deletion only asks for the UID", byUID, oneObject{uid: "1", version: "8"}, conflict, true},
		"DeletedAnother":  {"the deletion was of another object", byUID, oneObject{uid: "2", version: "8"}, conflict, false},
		"CreatedAndThere": {"another writer has created it", absent, oneObject{uid: "2", version: "8"}, conflict, false},
		"CreatedAndGone":  {"there is no other writer", absent, oneObject{}, conflict, true},
		"NoAnswer":        {"it is not known", exact, oneObject{err: errors.New("no answer")}, conflict, false},
		"NoConflict":      {"it is another failure", exact, oneObject{uid: "1", version: "7"}, errors.New("no"), false},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("apply: %w", ExplainConflict(t.Context(), tc.is, tc.seen, tc.err))
			if !errors.Is(err, tc.err) {
				t.Errorf("%s: the error is %v, not %v", tc.reason, err, tc.err)
			}
			if (StateOf(err) == Refused) != tc.lasting || (StateOf(err) == Raced) != (!tc.lasting && apierrors.IsConflict(tc.err)) {
				t.Errorf("%s: refused: %t, race: %t", tc.reason, StateOf(err) == Refused, StateOf(err) == Raced)
			}
		})
	}
}

// TestRefused distinguishes a lasting refusal of a write from a temporary failure. Webhooks can answer with any code
// and reason.
func TestRefused(t *testing.T) {
	t.Parallel()
	answer := func(code int32, reason metav1.StatusReason) error {
		return fmt.Errorf("write: %w", &apierrors.StatusError{ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: code, Reason: reason, Message: "no"}})
	}
	for reason, tc := range map[string]struct {
		err  error
		want bool
	}{
		"RBAC, quota, a policy":                  {answer(403, metav1.StatusReasonForbidden), true},
		"a ValidatingAdmissionPolicy by default": {answer(422, metav1.StatusReasonInvalid), true},
		"a webhook without reason and code":      {answer(400, ""), true},
		"a webhook with a text for a reason":     {answer(403, "bindings are frozen"), true},
		"a webhook with a code of its own":       {answer(418, ""), true},
		"a method that is not served":            {answer(405, metav1.StatusReasonMethodNotAllowed), true},
		"a token that has expired":               {answer(401, metav1.StatusReasonUnauthorized), false},
		"an object that has gone":                {answer(404, metav1.StatusReasonNotFound), false},
		"a conflict that may last or not":        {answer(409, metav1.StatusReasonConflict), false},
		"too many requests":                      {answer(429, metav1.StatusReasonTooManyRequests), false},
		"a webhook that is down":                 {answer(500, metav1.StatusReasonInternalError), false},
		"no answer":                              {errors.New("connection refused"), false},
		"nothing":                                {nil, false},
	} {
		if got := StateOf(tc.err) == Refused; got != tc.want {
			t.Errorf("%s: refused is %t, want %t", reason, got, tc.want)
		}
	}
}
