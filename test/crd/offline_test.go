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
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
)

// checkOffline fails unless the kubectl plugin, without a cluster, refuses a new object for the same fields as the API
// server, whose answer is given. The object is as it was sent.
func checkOffline(t *testing.T, sent *unstructured.Unstructured, answer error) {
	t.Helper()
	content, err := sent.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := schema.Check(t.Context(), sent.GetKind(), content)
	if err != nil {
		t.Fatal(err)
	}
	if apierrors.IsBadRequest(answer) {
		// The API server reads no further than to an unknown field.
		if !slices.ContainsFunc(problems, func(p schema.Problem) bool { return strings.Contains(answer.Error(), `unknown field "`+p.Field+`"`) }) {
			t.Errorf("kubectl-stakeholders finds %v, and the API server says: %v", problems, answer)
		}
		return
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.Field)
	}
	if diff := cmp.Diff(refusedFields(answer), compacted(got)); diff != "" {
		t.Errorf("kubectl-stakeholders refuses other fields (-API server +kubectl-stakeholders):\n%s%v", diff, answer)
	}
}

// refusedFields are the fields for which the API server refuses an object.
func refusedFields(answer error) []string {
	status, ok := errors.AsType[*apierrors.StatusError](answer)
	if !ok || status.ErrStatus.Details == nil {
		return nil
	}
	var fields []string
	for _, cause := range status.ErrStatus.Details.Causes {
		switch {
		case cause.Type == metav1.CauseTypeFieldValueInvalid && strings.Contains(cause.Message, incomplete):
		case cause.Field == "<nil>" && strings.Contains(cause.Message, "metadata.name "):
			fields = append(fields, "metadata.name")
		case cause.Field == "<nil>":
			fields = append(fields, "")
		default:
			fields = append(fields, cause.Field)
		}
	}
	return compacted(fields)
}

func compacted(fields []string) []string {
	slices.Sort(fields)
	return slices.Compact(fields)
}
