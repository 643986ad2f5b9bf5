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

package words

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Exact is a time for programs, or "".
func Exact(t *metav1.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Moment is a time for people, or "": a date, if it is the beginning of a day.
func Moment(t *metav1.Time) string {
	if t != nil && t.UTC().Equal(t.UTC().Truncate(24*time.Hour)) {
		return t.UTC().Format(time.DateOnly)
	}
	return Exact(t)
}
