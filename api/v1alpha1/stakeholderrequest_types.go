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

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// StakeholderRequest asks the stakeholders of a product about a topic, records their answers, and has one outcome. It
// stands in the namespace of its StakeholderMap. The operator sends it to the parties that the map's routing table names
// for the topic. They answer with their own identity, in spec.responses.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:path=stakeholderrequests,scope=Namespaced,shortName=sreq,categories=stakeholders
// +kubebuilder:selectablefield:JSONPath=`.spec.map`
// +kubebuilder:selectablefield:JSONPath=`.spec.topic`
// +kubebuilder:selectablefield:JSONPath=`.status.outcome`
// +kubebuilder:printcolumn:name="Map",type=string,JSONPath=`.spec.map`
// +kubebuilder:printcolumn:name="Topic",type=string,JSONPath=`.spec.topic`
// +kubebuilder:printcolumn:name="Title",type=string,JSONPath=`.spec.title`
// +kubebuilder:printcolumn:name="Outcome",type=string,JSONPath=`.status.outcome`
// +kubebuilder:printcolumn:name="Due",type=string,JSONPath=`.status.dueAt`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Asked By",type=string,JSONPath=`.spec.requestedBy`,priority=1
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.status) || !has(oldSelf.status.outcome) || oldSelf.status.outcome == 'Pending' || has(self.status) && has(self.status.outcome) && self.status.outcome == oldSelf.status.outcome",fieldPath=".status",message="an outcome is final: make a new request"
type StakeholderRequest struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec is the question and the answers to it.
	// +required
	Spec StakeholderRequestSpec `json:"spec,omitzero"`

	// status says who is asked, and what came of it.
	// +optional
	Status StakeholderRequestStatus `json:"status,omitzero"`
}

// StakeholderRequestList is a list of StakeholderRequests.
//
// +kubebuilder:object:root=true
type StakeholderRequestList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	// items are the requests.
	Items []StakeholderRequest `json:"items"`
}

// StakeholderRequestSpec is the question and the answers to it. What is asked never changes: only responses and withdrawn
// do, and admission lets each person write only their own entry of responses.
//
// The rules that compare has() keep an optional field from being added or removed later. Comparing the values at this level
// would exceed the API server's budget for the rules of a CRD, so each field does that itself.
//
// +kubebuilder:validation:XValidation:rule="has(self.description) == has(oldSelf.description)",fieldPath=".description",message="description cannot change once it was asked: make a new request"
// +kubebuilder:validation:XValidation:rule="has(self.subject) == has(oldSelf.subject)",fieldPath=".subject",message="subject cannot change once it was asked: make a new request"
// +kubebuilder:validation:XValidation:rule="has(self.links) == has(oldSelf.links)",fieldPath=".links",message="links cannot change once it was asked: make a new request"
// +kubebuilder:validation:XValidation:rule="has(self.expiresAfter) == has(oldSelf.expiresAfter)",fieldPath=".expiresAfter",message="expiresAfter cannot change once it was asked: make a new request"
// +kubebuilder:validation:XValidation:rule="has(self.validFor) == has(oldSelf.validFor)",fieldPath=".validFor",message="validFor cannot change once it was asked: make a new request"
// +kubebuilder:validation:XValidation:rule="!(has(oldSelf.withdrawn) && oldSelf.withdrawn) || has(self.withdrawn) && self.withdrawn",fieldPath=".withdrawn",message="a request that was withdrawn stays withdrawn: make a new request"
type StakeholderRequestSpec struct {
	// map is the name of the StakeholderMap in this namespace whose stakeholders are asked: 1 to 63 lower-case letters, digits,
	// '-' and '.'.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="map must be the name of a StakeholderMap such as checkout: lower-case letters, digits, '-' and '.'"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="map cannot change once it was asked: make a new request"
	// +required
	Map string `json:"map,omitempty"`

	// topic is the name of a topic in the map's routing table: a DNS label of at most 40 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=40
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",message="topic must be a DNS label such as release: lower-case letters, digits and '-', with a letter or digit at both ends"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="topic cannot change once it was asked: make a new request"
	// +required
	Topic string `json:"topic,omitempty"`

	// title says in a few words what is asked: one line of 1 to 128 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="title must be one line of printable characters: remove line breaks, control and invisible characters"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="title cannot change once it was asked: make a new request"
	// +required
	Title string `json:"title,omitempty"`

	// description says what the people who answer have to know: plain text of 1 to 8192 characters. It can have several lines.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=8192
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~\\\\n]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS \\\\n]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="description must be plain text: remove control and invisible characters"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="description cannot change once it was asked: make a new request"
	// +optional
	Description string `json:"description,omitempty"`

	// subject is exactly what the answer is about, such as the digest of an image: 1 to 512 visible ASCII characters. Tools compare
	// it byte by byte. An Approval opens this subject and no other. Left out, an Approval opens nothing.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:XValidation:rule="self.matches('^[!-~]+$')",message="subject must be one word of visible ASCII characters, such as registry.example/shop/checkout@sha256:0123: it is compared byte by byte"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="subject cannot change once it was asked: make a new request"
	// +optional
	Subject string `json:"subject,omitempty"`

	// links lead to what helps to answer, such as a changelog. At most 8.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +listType=atomic
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="links cannot change once it was asked: make a new request"
	// +optional
	Links []Link `json:"links,omitempty"`

	// requestedBy is the name of the user who asks, as the API server knows them: one line of 1 to 339 printable characters.
	// Admission accepts no other name. The component request-author fills it in.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=339
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="requestedBy must be one line of printable characters: remove line breaks, control and invisible characters"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="requestedBy cannot change once it was asked: make a new request"
	// +required
	RequestedBy string `json:"requestedBy,omitempty"`

	// expiresAfter is how long the request waits for an outcome. After that its outcome is Expired. Hours, minutes and seconds,
	// such as 72h or 1h30m; at least 1s, and at most 99999 of each unit. Left out, it is 30 days.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=18
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$') && self.matches('[1-9]')",message="expiresAfter must be a duration such as 72h or 1h30m: hours, then minutes, then seconds, together more than zero, each a whole number of at most five digits"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="expiresAfter cannot change once it was asked: make a new request"
	// +optional
	ExpiresAfter string `json:"expiresAfter,omitempty"`

	// validFor is how long an approval opens its subject, from the outcome on: hours, minutes and seconds, such as 720h; at least
	// 1s, and at most 99999 of each unit. Left out, it opens the subject until the request is deleted.
	// +kubebuilder:validation:MinLength=2
	// +kubebuilder:validation:MaxLength=18
	// +kubebuilder:validation:XValidation:rule="self.matches('^([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$') && self.matches('[1-9]')",message="validFor must be a duration such as 72h or 1h30m: hours, then minutes, then seconds, together more than zero, each a whole number of at most five digits"
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="validFor cannot change once it was asked: make a new request"
	// +optional
	ValidFor string `json:"validFor,omitempty"`

	// withdrawn ends the request without an answer. Only the user who asked may set it, and it is final.
	// +optional
	Withdrawn *bool `json:"withdrawn,omitempty"` //nolint:kubeapilinter // it is withdrawn or not, and no third state can come

	// responses are the answers, one for each person. At most 128. Answers that decide nothing (Support and Comment) fill 96 of
	// these at most, so that there is room for 32 people who decide.
	// +kubebuilder:validation:MinItems=0
	// +kubebuilder:validation:MaxItems=128
	// +kubebuilder:validation:XValidation:rule="self.filter(r, r.verdict == 'Support' || r.verdict == 'Comment').size() <= 96",message="this request has 96 answers that decide nothing, and takes no more of these: only those who decide can still answer"
	// +listType=map
	// +listMapKey=by
	// +optional
	Responses []Response `json:"responses,omitempty"`
}

// Link leads to something that helps to answer.
type Link struct {
	// title says where the link leads: one line of 1 to 128 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="title must be one line of printable characters: remove line breaks, control and invisible characters"
	// +required
	Title string `json:"title,omitempty"`

	// url is an https address of at most 1024 characters.
	// +kubebuilder:validation:MinLength=9
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.matches('^https://[!-~]+$') && isURL(self)",message="url must be an https address such as https://shop.example/changelog"
	// +required
	URL string `json:"url,omitempty"`
}

// Response is the answer of one person.
type Response struct {
	// by is the name of the user who answers, as the API server knows them: one line of 1 to 339 printable characters. Admission
	// lets a user write no other name.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=339
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="by must be one line of printable characters: remove line breaks, control and invisible characters"
	// +required
	By string `json:"by,omitempty"`

	// groups are the groups that the user answers for, 1 to 8. Admission accepts only groups that the user is in. Left out, the
	// user answers only for parties that list them by name.
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="a group must be one line of printable characters: remove line breaks, control and invisible characters"
	// +listType=set
	// +optional
	Groups []string `json:"groups,omitempty"`

	// verdict is the answer: Approve or Reject for class Approval; Accept, Decline or Defer by the deciders of a FeatureRequest, and
	// Support by its recipients; Comment for every class.
	// +required
	Verdict Verdict `json:"verdict,omitempty"`

	// comment explains the verdict: one line of 1 to 1024 characters.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.matches('^[ -~]+$') || self.matches('^[\\\\pL\\\\pM\\\\pN\\\\pP\\\\pS ]+$') && !self.matches('[\\\\x{34f}\\\\x{115f}\\\\x{1160}\\\\x{17b4}\\\\x{17b5}\\\\x{180b}-\\\\x{180f}\\\\x{2800}\\\\x{3164}\\\\x{fe00}-\\\\x{fe0f}\\\\x{ffa0}\\\\x{fffc}\\\\x{13441}\\\\x{13442}\\\\x{16fe4}\\\\x{1d159}\\\\x{e0100}-\\\\x{e01ef}]')",message="comment must be one line of printable characters: remove line breaks, control and invisible characters"
	// +optional
	Comment string `json:"comment,omitempty"`
}

// Verdict is what a person answers.
//
// +kubebuilder:validation:Enum=Approve;Reject;Accept;Decline;Defer;Support;Comment
type Verdict string

const (
	// VerdictApprove says yes to an Approval. It needs the right to approve the topic.
	VerdictApprove Verdict = "Approve"
	// VerdictReject says no to an Approval. It needs the right to approve the topic.
	VerdictReject Verdict = "Reject"
	// VerdictAccept takes up a FeatureRequest. It needs the right to triage the topic.
	VerdictAccept Verdict = "Accept"
	// VerdictDecline turns down a FeatureRequest. It needs the right to triage the topic.
	VerdictDecline Verdict = "Decline"
	// VerdictDefer puts off a FeatureRequest. It needs the right to triage the topic.
	VerdictDefer Verdict = "Defer"
	// VerdictSupport wants a FeatureRequest too. It needs the right to request the topic, and decides nothing.
	VerdictSupport Verdict = "Support"
	// VerdictComment decides nothing.
	VerdictComment Verdict = "Comment"
)
