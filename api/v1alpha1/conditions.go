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

package v1alpha1

// Condition types of a StakeholderMap. A StakeholderPolicy has Valid, Published and
// Ready.
const (
	// ConditionValid says whether the map keeps every rule of level Error. The findings are in
	// status.findings.
	ConditionValid = "Valid"
	// ConditionPublished says whether the routing ConfigMap holds the routing table in force. That is the table of
	// this generation or, while the map is invalid, what is left of the last valid one. On a policy it says whether
	// the outputs for tools that the policy asks for are written.
	ConditionPublished = "Published"
	// ConditionAuthorized says whether the Roles and RoleBindings grant exactly what the routing table in
	// force says, in the map's namespace and in every target namespace, and whether
	// each target namespace has its copy of the table. Its message names up to five target namespaces where this
	// fails.
	ConditionAuthorized = "Authorized"
	// ConditionEnforced is a condition of a policy. It says whether the cluster refuses rights that no map grants. It is
	// false if the authorizer allows everything: grants decide nothing in such a cluster.
	ConditionEnforced = "Enforced"
	// ConditionReady is true when Valid, Published and Authorized are. Wait for this one. On a policy it is true when
	// Valid and Published are, and Enforced is not false.
	ConditionReady = "Ready"
)

// Reasons of conditions. Valid=False has the code of the broken rule as its reason, or
// ReasonSeveralRulesBroken; Ready=False has the reason of the first condition that is not true.
const (
	// ReasonValid : Valid=True.
	ReasonValid = "Valid"
	// ReasonSeveralRulesBroken : Valid=False, and status.findings has errors of more than one code.
	ReasonSeveralRulesBroken = "SeveralRulesBroken"
	// ReasonPublished : Published=True, the routing table of this generation is in force.
	ReasonPublished = "Published"
	// ReasonAuthorized : Authorized=True, the grants of this generation are in force.
	ReasonAuthorized = "Authorized"
	// ReasonReady : Ready=True.
	ReasonReady = "Ready"
	// ReasonProgressing : Ready=Unknown, a new map with many outputs, which the operator is writing.
	ReasonProgressing = "Progressing"
	// ReasonLastValidKept : the map is invalid. The outputs of its last valid generation stay in force, except for
	// subjects that are no longer listed under the role, or whose window has closed.
	ReasonLastValidKept = "LastValidKept"
	// ReasonNeverValid : the map is invalid and has not been valid before, so nothing is in force.
	ReasonNeverValid = "NeverValid"
	// ReasonLastValidLost : the map is invalid, and its last valid routing table was deleted, changed or
	// never published, so it cannot be restored. The grants stay as they are until the map is valid, except for
	// parties that have left, or whose window has closed.
	ReasonLastValidLost = "LastValidLost"
	// ReasonForeignObject : an object that this map does not own has the name of one of its outputs.
	// The operator does not change it; the message names it.
	ReasonForeignObject = "ForeignObject"
	// ReasonChangedByAdmission : admission changes an output when the operator writes it. It adds a subject, which then has
	// a right that the map does not give, or a key of data, or it changes a value. The message says which. The operator
	// writes the output again after at most ten minutes, or at once when the desired output changes.
	ReasonChangedByAdmission = "ChangedByAdmission"
	// ReasonContested : another writer, such as a second operator of another version, keeps changing an output, the
	// finalizers or the status. The operator repairs it after at most a minute, or at once when the desired output
	// changes. For the status, there is only an event.
	ReasonContested = "Contested"
	// ReasonNamespaceRefused : a target namespace does not accept the map or does not exist, or the namespace of
	// a ServiceAccount does not accept it; everything else is in force. The message names it. The operator
	// tries again when the namespace changes.
	ReasonNamespaceRefused = "NamespaceRefused"
	// ReasonProjectRefused : the product's Argo CD project does not accept the map or does not exist, or Argo CD's policy
	// cannot hold a group or has no room; everything else is in force. The message says which. The operator tries again
	// when that changes.
	ReasonProjectRefused = "ProjectRefused"
	// ReasonArgoCDMissing : there is no Argo CD in the namespace that the policy names.
	ReasonArgoCDMissing = "ArgoCDMissing"
	// ReasonNearlyFull : Argo CD's ConfigMap is as the maps say, but has little room left. The message gives its
	// maximum size.
	ReasonNearlyFull = "NearlyFull"
	// ReasonPolicyTooLarge : Argo CD's ConfigMap has no room for what the maps say. The operator adds no subject to it,
	// and removes the subjects that have left.
	ReasonPolicyTooLarge = "PolicyTooLarge"
	// ReasonDeleting : the map is being deleted, and some of its outputs cannot be removed yet.
	ReasonDeleting = "Deleting"
	// ReasonPolicyInvalid : the policy cannot be put in force; the last valid one stays in force. The message says what
	// is wrong with it.
	ReasonPolicyInvalid = "PolicyInvalid"
	// ReasonDefaults : Valid=True of the policy in-force. There is no StakeholderPolicy default, so the defaults are in force.
	ReasonDefaults = "Defaults"
	// ReasonPolicyDeleted : Valid=True of the policy in-force. The StakeholderPolicy default was deleted a moment ago. It
	// stays in force until status.inForceUntil, unless a new one is created earlier.
	ReasonPolicyDeleted = "PolicyDeleted"
	// ReasonEnforced : Enforced=True.
	ReasonEnforced = "Enforced"
	// ReasonAuthorizerAllowsAll : Enforced=False. The API server allows a made-up user what no map grants.
	ReasonAuthorizerAllowsAll = "AuthorizerAllowsAll"
	// ReasonAuthorizerUnknown : Enforced=Unknown. The operator could not ask the API server. The message says why.
	ReasonAuthorizerUnknown = "AuthorizerUnknown"
	// ReasonApplyFailed : the API server refused a write. The operator tries it again. The message says which.
	ReasonApplyFailed = "ApplyFailed"
)
