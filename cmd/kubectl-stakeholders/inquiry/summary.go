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

package inquiry

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// Summary is what every list says about a request.
type Summary struct {
	Namespace string              `json:"namespace"`
	Name      string              `json:"name"`
	Map       string              `json:"map"`
	Topic     string              `json:"topic"`
	Class     v1alpha1.TopicClass `json:"class,omitempty"`
	Title     string              `json:"title"`
	Subject   string              `json:"subject,omitempty"`
	AskedBy   string              `json:"askedBy"`
	AskedAt   metav1.Time         `json:"askedAt"`
	To        []string            `json:"to,omitempty"`
	Outcome   v1alpha1.Outcome    `json:"outcome"`
}

// SummaryOf returns the summary of a request.
func SummaryOf(r *v1alpha1.StakeholderRequest) Summary {
	return Summary{
		Namespace: r.Namespace, Name: r.Name, Map: r.Spec.Map, Topic: r.Spec.Topic, Class: r.Status.Class, Title: r.Spec.Title,
		Subject: r.Spec.Subject, AskedBy: r.Spec.RequestedBy, AskedAt: r.CreationTimestamp, To: r.Status.To,
		Outcome: cmp.Or(r.Status.Outcome, v1alpha1.OutcomePending),
	}
}

// FullName is how programs name a request, as with -o name.
func (s *Summary) FullName() string { return Kind + "/" + s.Name }
