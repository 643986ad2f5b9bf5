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

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/messages"
)

// The API server can include whole objects in its error messages, and a map can be refused in hundreds of namespaces.
const (
	maxErrorText   = 1 << 10
	maxErrorCauses = 8
)

// WithShortErrors returns a writer that truncates the error messages of the API server.
func WithShortErrors(writer client.Writer) client.Writer { return shortErrors{writer} }

type shortErrors struct{ client.Writer }

// Create implements client.Writer.
func (w shortErrors) Create(ctx context.Context, object client.Object, options ...client.CreateOption) error {
	return shortError(w.Writer.Create(ctx, object, options...))
}

// Patch implements client.Writer.
func (w shortErrors) Patch(ctx context.Context, object client.Object, patch client.Patch, options ...client.PatchOption) error {
	return shortError(w.Writer.Patch(ctx, object, patch, options...))
}

// Delete implements client.Writer.
func (w shortErrors) Delete(ctx context.Context, object client.Object, options ...client.DeleteOption) error {
	return shortError(w.Writer.Delete(ctx, object, options...))
}

// shortError truncates the message of an API server's error. Its reason and code stay.
func shortError(err error) error {
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok || isShort(&status.ErrStatus) {
		return err
	}
	short := *status.ErrStatus.DeepCopy()
	short.Message = messages.Truncate(short.Message, maxErrorText)
	if short.Details != nil {
		short.Details.Causes = short.Details.Causes[:min(len(short.Details.Causes), maxErrorCauses)]
		for i := range short.Details.Causes {
			short.Details.Causes[i].Message = messages.Truncate(short.Details.Causes[i].Message, maxErrorText)
		}
	}
	return &apierrors.StatusError{ErrStatus: short}
}

func isShort(status *metav1.Status) bool {
	return len(status.Message) <= maxErrorText && (status.Details == nil || len(status.Details.Causes) == 0)
}
