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
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

const (
	// sweepPage is the number of objects per page. An object can have 1.5 MB of labels in etcd, and eight times that
	// when decoded.
	sweepPage = 16
	// sweepPending is the number of hidden outputs, not yet read by a reconcile, at which the sweep pauses. So a large
	// number of objects with the names of outputs cannot fill the operator's memory.
	sweepPending = 5000
)

// Sweep finds outputs that lost our label while no operator ran. It runs once after the election. The maps of such
// outputs may no longer exist or want them, so no reconcile would find them. Sweep reads the metadata of objects
// without our label, page by page, and remembers those with the name and the annotation of an output.
type Sweep struct {
	Live    client.Reader
	Applier *Applier
	// Found triggers a reconcile of a map.
	Found func(types.NamespacedName)
	// Reading, if it is not nil, is locked while a page is in memory.
	Reading sync.Locker
}

// Run retries until it has read all pages or the context ends. It is a manager.RunnableFunc, and never returns an
// error.
func (s *Sweep) Run(ctx context.Context) error {
	for _, kind := range []string{kindRoleBinding, kindRole, kindConfigMap} {
		backoff := wait.Backoff{Duration: time.Second, Factor: 2, Jitter: 0.1, Steps: 10, Cap: time.Minute}
		stopped := backoff.DelayFunc().Until(ctx, true, true, func(ctx context.Context) (bool, error) {
			err := s.sweep(ctx, kind)
			if err != nil {
				log.FromContext(ctx).Info("Cannot search for outputs without labels yet", "kind", kind, "error", err.Error())
			}
			return err == nil, nil
		})
		if stopped != nil {
			return nil //nolint:nilerr // the program ends
		}
	}
	return nil
}

// sweep reads all objects of a kind.
func (s *Sweep) sweep(ctx context.Context, kind string) error {
	for next := ""; ; {
		var err error
		next, err = s.readPage(ctx, kind, next)
		if apierrors.IsResourceExpired(err) {
			// The list has expired. The outputs found so far are recorded.
			continue
		}
		if err != nil {
			return fmt.Errorf("list %ss: %w", kind, err)
		}
		if next == "" {
			return nil
		}
		if err := s.waitForReconciles(ctx); err != nil {
			return err
		}
	}
}

// readPage records the outputs of one page, and returns the continue token of the next, or "" after the last page and
// after an error.
func (s *Sweep) readPage(ctx context.Context, kind, from string) (next string, err error) {
	if s.Reading != nil {
		s.Reading.Lock()
		defer s.Reading.Unlock()
	}
	list := newMetadataList(kind)
	options := &client.ListOptions{LabelSelector: labelSelector(selection.DoesNotExist), Limit: sweepPage, Continue: from}
	if err := s.Live.List(ctx, list, options); err != nil {
		return "", err
	}
	for i := range list.Items {
		s.note(kind, &list.Items[i])
	}
	return list.Continue, nil
}

// waitForReconciles waits until reconciles have read enough of the outputs found.
func (s *Sweep) waitForReconciles(ctx context.Context) error {
	told := false
	return wait.PollUntilContextCancel(ctx, time.Second, true, func(context.Context) (bool, error) {
		n := s.Applier.hidden.unread()
		if n >= sweepPending && !told {
			log.FromContext(ctx).Info("The search for outputs without labels waits until reconciles have looked at those that were found", "found", n)
			told = true
		}
		return n < sweepPending, nil
	})
}

// note adds an output to the hidden outputs.
func (s *Sweep) note(kind string, found *metav1.PartialObjectMetadata) {
	key := client.ObjectKeyFromObject(found)
	object := newObject(Part{kind, key})
	owner, ok := MapOf(object)
	if !ok || found.Annotations[names.AnnotationMapUID] == "" && !names.IsMap(metav1.GetControllerOf(found)) {
		return
	}
	s.Applier.hidden.add(owner, Part{kind, key})
	s.Found(owner)
}
