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

package lint_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/lint"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/manifest"
	"github.com/stakeholders-dev/stakeholder-operator/controllers/validate"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// check lints a stream.
func check(t *testing.T, stream string, policy *v1alpha1.StakeholderPolicySpec) *lint.Report {
	t.Helper()
	linter := &lint.Linter{Now: fixtures.Now, Policy: policy}
	report, err := linter.Run(t.Context(), source(stream, false), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func source(stream string, found bool) lint.Source {
	return func(each func(lint.Input) error) error {
		return manifest.Split("f.yaml", strings.NewReader(stream), func(raw manifest.Raw) error {
			return each(lint.Input{Raw: raw, Found: found})
		})
	}
}

// sound is a map without findings. Cases change it.
const sound = `apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderMap
metadata:
  name: checkout
  namespace: payments
spec:
  product: {displayName: Checkout, market: B2B}
  customers:
  - name: board
    subjects:
    - {kind: User, name: cfo@acme.example}
    handles: [{system: email, value: board@acme.example}]
  endUsers:
  - name: cashiers
    subjects:
    - kind: Group
      name: acme:cashiers
    handles: [{system: email, value: shop@acme.example}]
  productOwner:
    name: dana
    subjects: [{kind: User, name: dana@vendor.example}]
    handles: [{system: email, value: dana@vendor.example}]
`

const policyFile = `apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderPolicy
metadata: {name: default}
spec:
  handleSystems: [{name: slack, pattern: "#[a-z]+"}]
`

const requestFile = `apiVersion: stakeholders.dev/v1alpha1
kind: StakeholderRequest
metadata: {generateName: release-, namespace: payments}
spec: {map: checkout, topic: release, title: Release 1.4.0, requestedBy: ci@vendor.example}
`

func TestFindings(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		// from and to are replaced in the sound map, or stream is what is linted.
		from, to string
		stream   string
		want     []string
	}{
		"Sound":            {reason: "A sound map has no findings.", stream: sound},
		"SoundPolicy":      {reason: "Nor has a sound policy.", stream: policyFile},
		"SoundRequest":     {reason: "Nor has a request, whose name is generated.", stream: requestFile},
		"OtherKinds":       {reason: "Other objects are passed over.", stream: "apiVersion: v1\nkind: Secret\nnonsense: 1\n---\napiVersion: example.com/v1\nkind: StakeholderMap\n"},
		"Status":           {reason: "An exported map has a status, which is not applied.", stream: sound + "status: {customers: nonsense}\n"},
		"Null":             {reason: "A null is a field that is left out.", from: "  productOwner:\n", to: "  topics: null\n  productOwner:\n"},
		"NamespaceLeftOut": {reason: "kubectl fills it in.", from: "  namespace: payments\n"},

		"UnknownField": {
			reason: "A misspelt field is at its own place, and what is missing because of it is found, too.", from: "  endUsers:", to: "  endusers:",
			want: []string{
				"6:1 error EndUserMissing spec.endUsers", "13:3 error Schema spec.endusers",
			},
		},
		"Missing": {
			reason: "What is missing is at its parent.", from: ", market: B2B", to: "",
			want: []string{"7:3 error Schema spec.product.market"},
		},
		"CustomersMissing": {
			reason: "The schema and the rule say the same: it is one finding.", from: "  - name: board\n    subjects:\n    - {kind: User, name: cfo@acme.example}\n    handles: [{system: email, value: board@acme.example}]\n", to: "    []\n",
			want: []string{"8:3 error CustomerMissing spec.customers"},
		},
		"WrongType": {
			reason: "The rules cannot read it, and the schema says why.", from: "  customers:\n", to: "  customers: {}\n  x:\n",
			want: []string{"8:3 error Schema spec.customers", "9:3 error Schema spec.x"},
		},
		"NotOneOf": {
			reason: "An enum names its values.", from: "market: B2B", to: "market: B2X",
			want: []string{"7:36 error Schema spec.product.market"},
		},
		"Rule": {
			reason: "A rule of the CRD that has a code is told by the operator's message.", from: "name: cfo@acme.example", to: "name: system:masters",
			want: []string{"11:20 error InvalidSubject spec.customers[0].subjects[0].name"},
		},
		"EmptyName": {
			reason: "A bound that a rule covers is one finding.", from: "name: acme:cashiers", to: `name: ""`,
			want: []string{"17:7 error InvalidSubject spec.endUsers[0].subjects[0].name"},
		},
		"DuplicateParty": {
			reason: "The CRD names the list, and the rule the party.", from: "  endUsers:\n",
			to:   "  - name: board\n    handles: [{system: email, value: board@acme.example}]\n  endUsers:\n",
			want: []string{"13:5 error DuplicateParty spec.customers[1].name"},
		},
		"OperatorOnly": {
			reason: "A warning of the operator.", from: "    handles: [{system: email, value: shop@acme.example}]\n",
			want: []string{"14:5 warning NoHandle spec.endUsers[0]"},
		},
		"Name": {
			reason: "The API server refuses names that no URL can have.", from: "name: checkout", to: "name: Check_Out",
			want: []string{"4:3 error Schema metadata.name"},
		},
		"NameTooLong": {
			reason: "CEL cannot name metadata.name, and the finding does.", from: "name: checkout", to: "name: " + strings.Repeat("n", 64),
			want: []string{"4:3 error Schema metadata.name"},
		},
		"NameMissing": {
			reason: "A map has a name.", from: "  name: checkout\n", want: []string{"3:1 error Schema metadata.name"},
		},
		"NameIsABoolean": {
			reason: "In YAML 1.1, a bare no is one.", from: "name: checkout", to: "name: no", want: []string{"4:3 error Schema metadata.name"},
		},
		"Label": {
			reason: "A label's value is bounded, and has a key with dots.", from: "  namespace: payments\n", to: "  namespace: payments\n  labels:\n    a: b\n    app.kubernetes.io/name: not valid\n",
			want: []string{"6:3 error Schema metadata.labels"},
		},
		"UnknownMetadata": {
			reason: "Metadata has unknown fields, too.", from: "  namespace: payments\n", to: "  namespace: payments\n  label: {a: b}\n",
			want: []string{"6:3 error Schema metadata.label"},
		},
		"RepeatedKey": {
			reason: "One of the two values is lost without a word.", from: "  productOwner:\n", to: "  productOwner: {}\n  productOwner:\n",
			want: []string{"20:3 error DuplicateField spec.productOwner"},
		},
		"NewerVersion": {
			reason: "A later plugin knows it.", stream: strings.Replace(sound, "v1alpha1", "v2", 1),
			want: []string{"1:1 error UnknownVersion apiVersion"},
		},
		"UnknownKind": {
			reason: "The API group has three kinds.", stream: strings.Replace(sound, "StakeholderMap", "Stakeholdermap", 1),
			want: []string{"2:1 error UnknownKind kind"},
		},
		"SameMapTwice": {
			reason: "The one that is applied last wins.", stream: sound + "---\n" + sound,
			want: []string{"27:3 error DuplicateObject metadata.name"},
		},
		"SameNameElsewhere": {
			reason: "Another namespace is another map, and another kind another object.",
			stream: sound + "---\n" + strings.Replace(sound, "payments", "shipping", 1) + "---\n" + strings.Replace(requestFile, "generateName: release-", "name: checkout", 1),
		},
		"ListOfMaps": {
			reason: "Positions are those in the List.", stream: "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(strings.Replace(sound, "market: B2B", "market: B2X", 1)), "\n", "\n  ") + "\n",
			want: []string{"10:38 error Schema spec.product.market"},
		},
		"SameMapTwiceInList": {
			reason: "A List can have the same map twice.",
			stream: "apiVersion: v1\nkind: List\nitems:\n" + strings.Repeat("- "+strings.ReplaceAll(strings.TrimSpace(sound), "\n", "\n  ")+"\n", 2),
			want:   []string{"29:5 error DuplicateObject metadata.name"},
		},
		"NotYAML": {
			reason: "Other documents are still checked.", stream: "a: b: c\n---\n" + strings.Replace(sound, "market: B2B", "market: B2X", 1),
			want: []string{"1:1 error Syntax ", "9:36 error Schema spec.product.market"},
		},
		"NoObject": {
			reason: "The user has named the file.", stream: "replicas: 1\n", want: []string{"1:1 error Syntax "},
		},
		"InvalidPolicy": {
			reason: "Only Go can compile a pattern.", stream: strings.Replace(policyFile, "#[a-z]+", "#[a-z+", 1),
			want: []string{"5:33 error InvalidPolicy spec.handleSystems[0].pattern"},
		},
		"PolicyName": {
			reason: "There is one policy for the cluster.", stream: strings.Replace(policyFile, "name: default", "name: other", 1),
			want: []string{"3:12 error Schema metadata.name"},
		},
		"Request": {
			reason: "A request has a title of one line.", stream: strings.Replace(requestFile, "title: Release 1.4.0", `title: "a\nb"`, 1),
			want: []string{"4:39 error Schema spec.title"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			stream := tc.stream
			if stream == "" {
				if !strings.Contains(sound, tc.from) {
					t.Fatalf("the sound map has no %q", tc.from)
				}
				stream = strings.Replace(sound, tc.from, tc.to, 1)
			}
			report := check(t, stream, nil)
			var got []string
			for _, f := range report.Findings {
				got = append(got, fmt.Sprintf("%d:%d %s %s %s", f.Line, f.Column, f.Level, f.Code, f.Field))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s%+v", tc.reason, diff, report.Findings)
			}
		})
	}
}

// TestFolder passes over files that hold no objects, because the user has named only the folder.
func TestFolder(t *testing.T) {
	linter := &lint.Linter{Now: fixtures.Now}
	report, err := linter.Run(t.Context(), source("replicas: 1\n---\n"+sound, true), func(int) {})
	if err != nil || len(report.Findings) > 0 || report.Summary.Maps != 1 {
		t.Errorf("got %+v, %v", report, err)
	}
}

// TestCases lints each case of the shared table: every finding of the operator is there, and every other one is about
// what the API server refuses.
func TestCases(t *testing.T) {
	for _, c := range fixtures.Cases() {
		m := c.Map()
		content, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, f := range check(t, string(content), c.Policy).Findings {
			if f.Line < 1 || f.Column < 1 || f.Message == "" || f.Name != m.Name {
				t.Errorf("%s: %+v is incomplete", c.Name, f)
			}
			if f.Code != lint.Schema {
				got = append(got, fmt.Sprint(f.Level, " ", f.Code, " ", f.Field))
			}
		}
		for _, f := range validate.Map(m, c.Policy, fixtures.Now) {
			want = append(want, fmt.Sprint(strings.ToLower(string(f.Level)), " ", f.Code, " ", f.Field))
		}
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-operator +lint):\n%s", c.Name, diff)
		}
	}
}

// TestManyRepeatedFields lints a map that repeats a field thousands of times.
func TestManyRepeatedFields(t *testing.T) {
	n, more := 0, ""
	for _, f := range check(t, sound+strings.Repeat("  engagement: Direct\n", 2001), nil).Findings {
		if f.Code == lint.DuplicateField {
			n, more = n+1, f.Message
		}
	}
	if n != 501 || more != "1500 more fields stand twice" {
		t.Errorf("%d findings, and the last one says %q", n, more)
	}
}

// TestManyFindings lints a map that breaks a rule thousands of times.
func TestManyFindings(t *testing.T) {
	m := fixtures.Largest("x", nil)
	for i := range m.Spec.EndUsers {
		for j := range m.Spec.EndUsers[i].Topics {
			m.Spec.EndUsers[i].Topics[j] = fmt.Sprintf("no-such-topic-%d", j)
		}
	}
	content, err := yaml.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	n, more := 0, 0
	for _, f := range check(t, string(content), nil).Findings {
		if f.Code == string(v1alpha1.UnknownTopic) {
			n++
			if strings.Contains(f.Message, " more places break this rule") {
				more++
			}
		}
	}
	if n != v1alpha1.MaxFindings+1 || more != 1 {
		t.Errorf("%d findings are shown, of which %d say how many more there are", n, more)
	}
}

// TestOrder lints many documents at once: the findings are in the order of the documents.
func TestOrder(t *testing.T) {
	var stream strings.Builder
	for i := range 500 {
		fmt.Fprintf(&stream, "---\n%s", strings.Replace(sound, "name: checkout", fmt.Sprintf("name: Checkout-%d", i), 1))
	}
	report := check(t, stream.String(), nil)
	if report.Summary.Maps != 500 || len(report.Findings) != 500 {
		t.Fatalf("got %+v", report.Summary)
	}
	for i, f := range report.Findings {
		if want := fmt.Sprintf("Checkout-%d", i); f.Name != want {
			t.Fatalf("the finding %d is about %s, want %s", i, f.Name, want)
		}
	}
}

// TestStops makes sure that an interrupted run ends, and so does one whose source fails.
func TestStops(t *testing.T) {
	linter := &lint.Linter{Now: fixtures.Now}
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	_, err := linter.Run(ctx, func(each func(lint.Input) error) error {
		for {
			n++
			if n == 100 {
				cancel()
			}
			if err := each(lint.Input{Raw: manifest.Raw{File: "f.yaml", Line: 1, Text: []byte(sound)}}); err != nil {
				return err
			}
		}
	}, func(int) {})
	if err == nil {
		t.Error("an interrupted run has no error")
	}
	if _, err := linter.Run(t.Context(), func(func(lint.Input) error) error { return context.DeadlineExceeded }, func(int) {}); err == nil {
		t.Error("a source that fails has no error")
	}
}

// FuzzLint lints any bytes: nothing panics, the positions are in the file, and each format can be written.
func FuzzLint(f *testing.F) {
	for _, seed := range []string{sound, policyFile, requestFile, "a: b: c", strings.ReplaceAll(sound, "acme", "\\u001b[31m")} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		report := check(t, string(stream), nil)
		lines := strings.Count(string(stream), "\n") + 1
		for _, f := range report.Findings {
			if f.Line < 1 || f.Line > lines || f.Column < 1 || f.Code == "" || f.Message == "" {
				t.Errorf("%+v in a file of %d lines", f, lines)
			}
		}
		checkFormats(t, report)
	})
}
