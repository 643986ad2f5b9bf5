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

package stakeholderpolicy

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// deletionGrace is how long a policy stays in force after its deletion. Tools that replace an object delete it and
// create it again: kubectl replace --force, Argo CD with Replace=true, Terraform, a restore. Without the grace, every
// map would follow the defaults in between, and people would lose rights.
const deletionGrace = 2 * time.Minute

// nextInForce returns which policy should be in force and, if the declared policy is gone, until when. Declared is the
// platform team's policy, or nil.
func nextInForce(
	is v1alpha1.StakeholderPolicyStatus, declared *v1alpha1.StakeholderPolicy, valid bool, now time.Time,
) (v1alpha1.PolicyInForce, *metav1.Time) {
	switch {
	case declared != nil && valid:
		return v1alpha1.PolicyInForce{Generation: declared.Generation, Spec: declared.Spec}, nil
	case declared != nil:
		// Keep the last valid policy.
		return is.InForce, nil
	case is.InForce.Spec == nil:
		// The deleted policy was equal to the defaults, so no grace is needed.
		return v1alpha1.PolicyInForce{}, nil
	case is.InForceUntil == nil:
		// Status stores whole seconds.
		until := metav1.NewTime(now.Add(deletionGrace).Truncate(time.Second))
		return is.InForce, &until
	case now.Before(is.InForceUntil.Time):
		return is.InForce, is.InForceUntil
	default:
		return v1alpha1.PolicyInForce{}, nil
	}
}
