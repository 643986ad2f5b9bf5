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

// Package deletemaps deletes all objects of the operator's kinds while the operator runs, so that nothing that a map gave is left
// when the operator is uninstalled.
package deletemaps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// explainTimeout bounds the requests that find out why something remains.
const explainTimeout = 10 * time.Second

const advice = `
Check that the operator runs, correct what is said above, and uninstall again. If the operator cannot run, see
"If the operator is already gone" in docs/how-to/uninstall.md.`

// errUnchecked means that the time was over between two passes.
var errUnchecked = errors.New("  no time was left to check that no object was created again")

// Run deletes all requests, maps and policies, and returns when they are gone. If that takes longer than timeout, the error names
// those that remain, and says why.
func Run(ctx context.Context, c client.WithWatch, timeout time.Duration) error {
	waiting, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	last, isClean := deleteAll(waiting, c)
	if isClean {
		return nil
	}
	explaining, cancelExplaining := context.WithTimeout(context.WithoutCancel(ctx), explainTimeout)
	defer cancelExplaining()
	problems := make([]error, len(last))
	for i, d := range last {
		problems[i] = d.problem(explaining)
	}
	err := errors.Join(problems...)
	if err == nil {
		err = errUnchecked
	}
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted before everything was deleted\n%w%s", err, advice)
	}
	return fmt.Errorf("not everything could be deleted within %s\n%w%s", timeout, err, advice)
}

// deleteAll returns when a pass has found no object of any kind, or when ctx is done. A map can be created again while requests are
// still being deleted, so one pass is not enough. It also returns the last deletions.
func deleteAll(ctx context.Context, c client.WithWatch) (last []*deletion, isClean bool) {
	isInForceGone := false
	for ctx.Err() == nil {
		last = deletions(c)
		found := runAll(ctx, last)
		switch {
		case ctx.Err() != nil:
			return last, false
		case found:
			isInForceGone = false
		case isInForceGone:
			return last, true
		default:
			// Last: when it is deleted and no other policy exists, the operator removes what it has written into tools.
			inForce := &deletion{
				client: c, kind: names.KindPolicy, plural: "StakeholderPolicies",
				propagation: metav1.DeletePropagationBackground, concerns: isFirstInForce(),
			}
			runAll(ctx, []*deletion{inForce})
			isInForceGone = true
			last = append(last, inForce)
		}
	}
	return last, false
}

// deletions are one pass over all kinds.
func deletions(c client.WithWatch) []*deletion {
	all := []*deletion{
		{kind: names.KindRequest, plural: "StakeholderRequests", propagation: metav1.DeletePropagationBackground, concerns: always},
		// Foreground: a map is gone only after Kubernetes has removed what it has in its own namespace. Otherwise that could be left
		// behind when the CustomResourceDefinition goes: the garbage collector cannot look up the owner then.
		{kind: names.KindMap, plural: "StakeholderMaps", propagation: metav1.DeletePropagationForeground, concerns: always},
		{kind: names.KindPolicy, plural: "StakeholderPolicies", propagation: metav1.DeletePropagationBackground, concerns: isDeclared},
	}
	for _, d := range all {
		d.client = c
	}
	return all
}

// runAll runs deletions at the same time: no finalizer of another tool on one object may delay that rights end. It says whether
// there was an object to delete.
func runAll(ctx context.Context, all []*deletion) (found bool) {
	var group sync.WaitGroup
	for _, d := range all {
		group.Go(func() { d.run(ctx) })
	}
	group.Wait()
	return slices.ContainsFunc(all, func(d *deletion) bool { return d.found })
}

func always(*metav1.PartialObjectMetadata) bool { return true }

// isDeclared selects the policies that people have written.
func isDeclared(policy *metav1.PartialObjectMetadata) bool {
	return policy.Name != v1alpha1.PolicyInForceName
}

// isFirstInForce selects the policy in-force that exists now, and not the one that the operator creates after it is deleted.
func isFirstInForce() func(*metav1.PartialObjectMetadata) bool {
	var first types.UID
	return func(policy *metav1.PartialObjectMetadata) bool {
		if isDeclared(policy) {
			return false
		}
		if first == "" {
			first = policy.UID
		}
		return policy.UID == first
	}
}
