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
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// The places in the baseline where several roles have the same fields. A case with "at" is tried at each of the places,
// which replace the $ in its paths.
var (
	// parties have the fields that customers and end users share.
	parties = []string{"spec.customers[0]", "spec.endUsers[0]"}
	// named have a name and a display name.
	named = append([]string{"spec.productOwner"}, parties...)
	// holders have subjects and handles.
	holders = append([]string{"spec.developmentTeam"}, named...)
)

// The API server's own messages about bounds.
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
	// field is the path of the wrong field, and says is part of the message.
	field, says string
	// also is the path of another field that is necessarily wrong, too.
	also string
}

// expand turns each case into one for each of its places, with a unique name.
func expand(cases map[string]rejectCase) map[string]rejectCase {
	all := make(map[string]rejectCase)
	for name, c := range cases {
		if len(c.at) == 0 {
			c.at = []string{""}
		}
		for _, place := range c.at {
			here := c
			here.at, here.edit = nil, make(edits, len(c.edit))
			here.field = strings.Replace(c.field, "$", place, 1)
			here.also = strings.Replace(c.also, "$", place, 1)
			for path, value := range c.edit {
				here.edit[strings.Replace(path, "$", place, 1)] = value
			}
			all[strings.TrimSuffix(name+"/"+place, "/")] = here
		}
	}
	return all
}

func TestRejects(t *testing.T) {
	for name, tc := range expand(rejectCases) {
		t.Run(name, func(t *testing.T) {
			sent := edited(t, tc.edit)
			_, err := client.Create(t.Context(), sent, dryRun)
			checkRefusal(t, err, tc)
			checkOffline(t, sent, err)
		})
	}
}

// checkRefusal fails unless err refuses an object because of the one field of a case, with its message.
func checkRefusal(t *testing.T, err error, tc rejectCase) {
	t.Helper()
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok || !apierrors.IsInvalid(err) {
		t.Fatalf("%s\nwant an error that says invalid, got: %v", tc.reason, err)
	}
	said := false
	for _, cause := range status.Status().Details.Causes {
		if strings.Contains(cause.Message, incomplete) || cause.Field == tc.also {
			continue
		}
		if diff := cmp.Diff(tc.field, cause.Field); diff != "" {
			t.Errorf("%s\nfield that is reported (-want +got):\n%s%s", tc.reason, diff, cause.Message)
		}
		said = said || strings.Contains(cause.Message, tc.says)
	}
	if !said {
		t.Errorf("%s\nwant a message about %s with:\n%s\ngot:\n%v", tc.reason, tc.field, tc.says, err)
	}
}
