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

package crd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Where the shapes that several roles share stand in the baseline. A case with "at" is tried at each
// of the places, which take the place of the $ in its paths.
var (
	// parties have what customers and end users have in common.
	parties = []string{"spec.customers[0]", "spec.endUsers[0]"}
	// named have a name and a display name.
	named = append([]string{"spec.productOwner"}, parties...)
	// holders have subjects and handles.
	holders = append([]string{"spec.developmentTeam"}, named...)
	// people are subjects that may not be ServiceAccounts.
	people = []string{"spec.customers[0]", "spec.productOwner"}
)

// What the API server says of its own accord when a bound is passed.
const (
	required   = "Required value"
	duplicate  = "Duplicate value"
	tooLong    = "Too long: may not be more than "
	tooMany    = "Too many: "
	notOneOf   = "Unsupported value: "
	tooShort   = " in body should be at least "
	tooFew     = " in body should have at least "
	tooSmall   = " in body should be greater than or equal to "
	tooLarge   = " in body should be less than or equal to "
	incomplete = "some validation rules were not checked because the object was invalid"
)

// rejectCase is a change to the baseline that makes the API server refuse it.
type rejectCase struct {
	reason string
	at     []string
	edit   edits
	// field is the path of the field that is found wrong, and says is in the message.
	field, says string
}

// rejects are all cases, each at one place only, by a name that tells it from the others.
func rejects() map[string]rejectCase {
	all := make(map[string]rejectCase)
	for name, c := range rejectCases {
		if len(c.at) == 0 {
			c.at = []string{""}
		}
		for _, place := range c.at {
			here := c
			here.at, here.edit = nil, make(edits, len(c.edit))
			here.field = strings.Replace(c.field, "$", place, 1)
			for path, value := range c.edit {
				here.edit[strings.Replace(path, "$", place, 1)] = value
			}
			all[strings.TrimSuffix(name+"/"+place, "/")] = here
		}
	}
	return all
}

func TestRejects(t *testing.T) {
	for name, tc := range rejects() {
		t.Run(name, func(t *testing.T) {
			_, err := maps.Create(t.Context(), edited(t, tc.edit), metav1.CreateOptions{
				DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
			})
			checkRefusal(t, err, tc.reason, tc.field, tc.says)
		})
	}
}

// checkRefusal fails unless err refuses an object for one field, with a certain message.
func checkRefusal(t *testing.T, err error, reason, field, says string) {
	t.Helper()
	if !apierrors.IsInvalid(err) {
		t.Fatalf("%s\nwant an error that says invalid, got: %v", reason, err)
	}
	t.Log(err)
	status, _ := err.(apierrors.APIStatus) //nolint:errcheck,errorlint // IsInvalid has looked
	said := false
	for _, cause := range status.Status().Details.Causes {
		if strings.Contains(cause.Message, incomplete) {
			continue
		}
		if diff := cmp.Diff(field, cause.Field); diff != "" {
			t.Errorf("%s\nfield that is found wrong (-want +got):\n%s%s", reason, diff, cause.Message)
		}
		said = said || strings.Contains(cause.Message, says)
	}
	if !said {
		t.Errorf("%s\nwant a message with:\n%s\ngot:\n%v", reason, says, err)
	}
}
