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
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// refusing is a writer that returns the same error for every write.
type refusing struct {
	client.Writer
	err error
}

func (w refusing) Create(context.Context, client.Object, ...client.CreateOption) error { return w.err }
func (w refusing) Delete(context.Context, client.Object, ...client.DeleteOption) error { return w.err }
func (w refusing) Patch(context.Context, client.Object, client.Patch, ...client.PatchOption) error {
	return w.err
}

// TestErrorsAreShort uses an API server whose errors have a megabyte of text in their message and causes. The kind of
// the error must stay recognizable.
func TestErrorsAreShort(t *testing.T) {
	long := strings.Repeat("界", 1<<19)
	invalid := apierrors.NewInvalid(schema.GroupKind{Kind: "RoleBinding"}, "checkout", nil)
	invalid.ErrStatus.Message = long
	for i := range 1000 {
		invalid.ErrStatus.Details.Causes = append(invalid.ErrStatus.Details.Causes, metav1.StatusCause{
			Type: metav1.CauseType(fmt.Sprint("cause-", i)), Message: long,
		})
	}
	invalid.ErrStatus.Details.Causes[0].Type = corev1.NamespaceTerminatingCause
	writer := WithShortErrors(refusing{err: invalid})
	ctx, object := t.Context(), &corev1.ConfigMap{}
	for name, err := range map[string]error{
		"create": writer.Create(ctx, object), "delete": writer.Delete(ctx, object),
		"patch": writer.Patch(ctx, object, client.MergeFrom(object)),
	} {
		status, ok := errors.AsType[*apierrors.StatusError](err)
		if !ok || !apierrors.IsInvalid(err) || !apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause) || status.ErrStatus.Details.Kind != "RoleBinding" {
			t.Fatalf("%s: the error is %v", name, err)
		}
		bytes := len(status.ErrStatus.Message)
		for _, cause := range status.ErrStatus.Details.Causes {
			bytes += len(cause.Type) + len(cause.Message)
		}
		if bytes > 16<<10 || !strings.HasPrefix(status.ErrStatus.Message, "界界") {
			t.Errorf("%s: the error has %d bytes and begins %.20q", name, bytes, status.ErrStatus.Message)
		}
	}
	// A short error is returned unchanged.
	short := apierrors.NewConflict(schema.GroupResource{}, "checkout", errors.New("changed"))
	if err := WithShortErrors(refusing{err: short}).Create(ctx, object); !errors.Is(err, short) {
		t.Errorf("a short error becomes %v", err)
	}
	if err := WithShortErrors(refusing{}).Create(ctx, object); err != nil {
		t.Errorf("no error becomes %v", err)
	}
}
