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

package admission

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// object is a map as it is sent to the API server.
func object(m *v1alpha1.StakeholderMap) *unstructured.Unstructured {
	content, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	out := &unstructured.Unstructured{}
	if err := out.UnmarshalJSON(content); err != nil {
		panic(err)
	}
	// Only the API server fills these in.
	unstructured.RemoveNestedField(out.Object, "metadata", "uid")
	unstructured.RemoveNestedField(out.Object, "metadata", "creationTimestamp")
	unstructured.RemoveNestedField(out.Object, "status")
	return out
}

type codes = []v1alpha1.FindingCode

// judge applies the rules in Go to the text of a map, independent of the time: its windows count as open, unless they
// are empty.
func judge(m *v1alpha1.StakeholderMap) (errors, warnings codes) {
	timeless := m.DeepCopy()
	for i := range timeless.Spec.Customers {
		timeless.Spec.Customers[i].ValidFrom, timeless.Spec.Customers[i].ValidUntil = nil, nil
	}
	for i := range timeless.Spec.EndUsers {
		timeless.Spec.EndUsers[i].ValidFrom, timeless.Spec.EndUsers[i].ValidUntil = nil, nil
	}
	for _, f := range validate.Map(timeless, inForce, fixtures.Now) {
		if operatorOnly(f.Code) {
			continue
		}
		if f.Code == v1alpha1.InvalidHandle && strings.Contains(f.Message, "platform's policy") && !affordable(m) {
			continue
		}
		if f.Level == v1alpha1.LevelError {
			errors = append(errors, f.Code)
		} else {
			warnings = append(warnings, f.Code)
		}
	}
	for _, f := range validate.Map(m, inForce, fixtures.Now) {
		if f.Code == v1alpha1.EmptyWindow {
			errors = append(errors, f.Code)
		}
	}
	return set(errors), set(warnings)
}

// operatorOnly says that only the operator checks a rule.
func operatorOnly(code v1alpha1.FindingCode) bool {
	return slices.ContainsFunc(validate.Rules(), func(r validate.Rule) bool {
		return r.Code == code && slices.Equal(r.Caught, []validate.Place{validate.PlaceOperator})
	})
}

// affordable says whether admission checks the policy's patterns: it does not if there are many long ones for many
// parties.
func affordable(m *v1alpha1.StakeholderMap) bool {
	if inForce == nil {
		return true
	}
	parties, letters := len(m.Spec.Customers)+len(m.Spec.EndUsers), 0
	for _, handles := range [][]v1alpha1.Handle{m.Spec.ProductOwner.Handles, m.Spec.DevelopmentTeam.Handles} {
		if len(handles) > 0 {
			parties++
		}
	}
	for _, system := range inForce.HandleSystems {
		letters += utf8.RuneCountInString(system.Pattern)
	}
	return parties*letters <= 20_000
}

// set sorts codes, without repeats. It is never nil.
func set(list codes) codes {
	list = append(codes{}, list...)
	slices.Sort(list)
	return slices.Compact(list)
}

// mentioned finds the codes in texts.
var mentioned = func() func(texts ...string) codes {
	var names []string
	for _, rule := range validate.Rules() {
		names = append(names, string(rule.Code))
	}
	code := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `): `)
	return func(texts ...string) codes {
		var out codes
		for _, text := range texts {
			for _, match := range code.FindAllStringSubmatch(text, -1) {
				out = append(out, v1alpha1.FindingCode(match[1]))
			}
		}
		return set(out)
	}
}()

// refusal is where and for which codes the API server refuses a map.
type refusal struct {
	place validate.Place
	codes codes
	// uncoded says that the schema refuses it for a reason without a code: a name that is no DNS label, or a text that
	// is too long.
	uncoded bool
}

func refusalOf(v verdict) refusal {
	if v.err == nil {
		return refusal{}
	}
	text := v.err.Error()
	if strings.Contains(text, "ValidatingAdmissionPolicy") {
		return refusal{place: validate.PlacePolicy, codes: mentioned(text)}
	}
	out := refusal{place: validate.PlaceSchema}
	status, ok := v.err.(apierrors.APIStatus)
	if !ok || status.Status().Details == nil {
		return refusal{place: validate.PlaceSchema, uncoded: true}
	}
	for _, cause := range status.Status().Details.Causes {
		found := mentioned(cause.Message)
		out.codes = append(out.codes, found...)
		if len(found) == 0 && !strings.Contains(cause.Message, "some validation rules were not checked") {
			out.uncoded = true
		}
	}
	out.codes = set(out.codes)
	return out
}

// compare says how the verdict of the API server differs from that of the rules in Go. It returns "" if it does not.
func compare(m *v1alpha1.StakeholderMap, v verdict) string {
	errors, warnings := judge(m)
	r := refusalOf(v)
	for _, code := range r.codes {
		if !slices.Contains(errors, code) {
			return fmt.Sprintf("it is refused for %s, and Go finds %v: %v", code, errors, v.err)
		}
	}
	switch r.place {
	case "":
		if len(errors) > 0 {
			return fmt.Sprintf("it is accepted, and Go finds %v", errors)
		}
		if got := mentioned(v.warnings...); !slices.Equal(got, warnings) {
			return fmt.Sprintf("the API server warns of %v, and Go of %v", v.warnings, warnings)
		}
	case validate.PlacePolicy:
		if !slices.Equal(r.codes, errors) {
			return fmt.Sprintf("the policy finds %v, and Go %v: %v", r.codes, errors, v.err)
		}
	default:
		if len(errors) == 0 && !r.uncoded {
			return fmt.Sprintf("the schema refuses it, and Go finds nothing: %v", v.err)
		}
	}
	return ""
}

// check asks the API server about a map, and fails if it disagrees with Go.
func check(t *testing.T, name string, m *v1alpha1.StakeholderMap) (refusal, verdict) {
	t.Helper()
	v, err := try(t.Context(), object(m))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	content, err := object(m).MarshalJSON()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	errors, _ := judge(m)
	for _, difference := range []string{compare(m, v), compareLint(t.Context(), content, v, errors)} {
		if difference != "" {
			t.Errorf("%s: %s\n%.2000s", name, difference, content)
		}
	}
	return refusalOf(v), v
}
