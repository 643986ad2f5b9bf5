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
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// maxTitle is how many characters the title of a link can have.
const maxTitle = 128

// New returns a request about a map, not created yet. The API server generates its name if none is given.
func New(namespace, name string, asked v1alpha1.StakeholderRequestSpec) *v1alpha1.StakeholderRequest {
	r := &v1alpha1.StakeholderRequest{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "StakeholderRequest"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       asked,
	}
	if name == "" {
		r.GenerateName = asked.Map + "-" + asked.Topic + "-"
	}
	return r
}

// Asks reports whether two requests ask the same. Answers make no difference.
func Asks(a, b *v1alpha1.StakeholderRequest) bool {
	x, y := a.Spec.DeepCopy(), b.Spec.DeepCopy()
	x.Responses, y.Responses, x.Withdrawn, y.Withdrawn = nil, nil, nil, nil
	return equality.Semantic.DeepEqual(x, y)
}

// Link returns the link that a user writes as URL or TITLE=URL. Without a title, it gets its address as one.
func Link(text string) v1alpha1.Link {
	title, url, found := strings.Cut(text, "=https://")
	if !found || strings.HasPrefix(text, "https://") {
		title, url = strings.TrimPrefix(text, "https://"), text
	} else {
		url = "https://" + url
	}
	if letters := []rune(title); len(letters) > maxTitle {
		title = string(letters[:maxTitle-1]) + "…"
	}
	return v1alpha1.Link{Title: title, URL: url}
}

// Description returns a text as a description can hold it: without line breaks at its end, carriage returns and tabs.
func Description(text string) string {
	return strings.TrimRight(strings.NewReplacer("\r\n", "\n", "\t", "    ").Replace(text), "\n")
}
