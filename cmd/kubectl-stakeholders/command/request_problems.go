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

package command

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/schema"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/names"
)

// checkFields returns the error with which the API server would refuse the fields of a new request. It asks no API server.
func checkFields(ctx context.Context, r *v1alpha1.StakeholderRequest) error {
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	problems, err := schema.Check(ctx, names.KindRequest, content)
	if err != nil || len(problems) == 0 {
		return err
	}
	return invalid(asking(r), problems)
}

// asking says what the command does with a new request, for errors.
func asking(r *v1alpha1.StakeholderRequest) string {
	return "ask " + r.Namespace + "/" + r.Spec.Map + " about " + r.Spec.Topic
}

// invalid is the error of a request whose fields break the CRD, without the paths that a user of this program never writes.
func invalid(doing string, problems []schema.Problem) error {
	sentences := make([]string, len(problems))
	for i, p := range problems {
		field := strings.TrimPrefix(strings.TrimPrefix(p.Field, "spec."), "metadata.")
		if sentences[i] = p.Message; field != "" && !strings.HasPrefix(p.Message, field[strings.LastIndex(field, ".")+1:]) {
			sentences[i] = field + ": " + p.Message
		}
	}
	// The API server has no order for them.
	slices.Sort(sentences)
	return failure.Usage("cannot %s: %s", doing, strings.Join(sentences, "; "))
}

// problemsIn returns what the API server says about the fields of a request.
func problemsIn(err error) []schema.Problem {
	var status apierrors.APIStatus
	var problems []schema.Problem
	if errors.As(err, &status) && status.Status().Details != nil {
		for _, cause := range status.Status().Details.Causes {
			// This one only says that more may be wrong.
			if cause.Field != "<nil>" {
				problems = append(problems, problemOf(cause))
			}
		}
	}
	if len(problems) == 0 {
		return []schema.Problem{{Message: err.Error()}}
	}
	return problems
}

// repeated is what a message of the API server says before the sentence: the kind of the problem, and the value, which the user has
// just typed. `Invalid value: "2d": validFor must be …`, `Too many: 9: must have at most 8 items`.
var repeated = regexp.MustCompile(`(?s)^(?:Invalid value: .*": |Too long: |Too many: \d+: )`)

func problemOf(cause metav1.StatusCause) schema.Problem {
	text := repeated.ReplaceAllString(cause.Message, "")
	return schema.Problem{Field: cause.Field, Message: strings.TrimPrefix(text, cause.Field+" in body ")}
}
