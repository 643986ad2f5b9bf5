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

package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/explain"
)

// about is a kind with the conditions whose changes are events.
type about struct {
	kind       string
	conditions []string
	// folder has the reasons of events that are no reasons of conditions: constants whose names start with prefix.
	folder, prefix string
	// silent are the reasons that make no event of their own.
	silent []string
}

var kinds = []about{
	{
		kind:       "StakeholderMap",
		conditions: []string{v1alpha1.ConditionValid, v1alpha1.ConditionPublished, v1alpha1.ConditionAuthorized},
		folder:     "controllers/stakeholdermap", prefix: "event",
		silent: []string{v1alpha1.ReasonNeverValid, v1alpha1.ReasonAuthorized},
	},
	{
		kind:       "StakeholderPolicy",
		conditions: []string{v1alpha1.ConditionValid, v1alpha1.ConditionPublished, v1alpha1.ConditionEnforced},
	},
	{
		kind:       "StakeholderRequest",
		conditions: []string{v1alpha1.ConditionRouted, v1alpha1.ConditionDecided},
		folder:     "controllers/stakeholderrequest", prefix: "reason",
		silent: []string{v1alpha1.ReasonRouted, v1alpha1.ReasonPending},
	},
}

const eventsIntro = generated + `# Events

` + "`kubectl describe smap checkout -n payments`" + ` shows the events of a map. Events are about changes only: while nothing changes,
there are none. [Reasons](reasons.md) and [rules](rules.md) explain each code and how to correct the problem.

- A new map makes one event, ` + "`Granted`" + `, which also names its ConfigMap. An edit makes one ` + "`Granted`" + ` about all subjects that
  gained rights and one ` + "`Revoked`" + ` about all that lost them. ` + "`Granted`" + ` names only the roles and namespaces with new rights.
- Both name the subjects, the roles, the target namespaces and the cause: the map is new, was edited or deleted, or a window opened
  or closed.
- ` + "`Published`" + ` is an event only if no rights changed with the new table, or if the table is in force again after a failure.
- Each failure has its own event. So has a map that is valid again.
- A note has at most 1,000 bytes. It has every role, and up to eight subjects of each; it says how many more there are. If names
  are long, it has fewer.
- An event that repeats an earlier one is counted in the series of that one.
- A map has at most 30 different events at once, and one more each minute. Further events are counted in one series for each
  reason, and its note says so.
`

// eventsPage is docs/reference/events.md.
func eventsPage(root string) ([]byte, error) {
	all, err := explain.All()
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	page.WriteString(eventsIntro)
	for _, kind := range kinds {
		fmt.Fprintf(&page, "\n## %s\n\n| reason | type | when |\n| --- | --- | --- |\n", kind.kind)
		if err := writeOwnReasons(&page, root, &kind); err != nil {
			return nil, err
		}
		if kind.kind == "StakeholderMap" {
			page.WriteString("| the code of a [rule](rules.md) | Warning | The map has become invalid |\n")
		}
		for i := range all {
			if e := &all[i]; kind.records(e) {
				fmt.Fprintf(&page, "| [%s](reasons.md#%s) | %s | %s |\n", e.Code, strings.ToLower(e.Code), typeOf(e), cell(e.Summary))
			}
		}
	}
	return page.Bytes(), nil
}

// writeOwnReasons writes the reasons of events that are no reasons of conditions. The type is Normal unless the comment says Warning.
func writeOwnReasons(page *bytes.Buffer, root string, kind *about) error {
	if kind.folder == "" {
		return nil
	}
	constants, err := constantsIn(filepath.Join(root, kind.folder))
	if err != nil {
		return err
	}
	found := false
	for i := range constants {
		c := &constants[i]
		if rest, ok := strings.CutPrefix(c.name, kind.prefix); !ok || rest == "" || !isReason(c.value) {
			continue
		}
		if !strings.HasPrefix(c.doc, c.name+" : ") {
			return fmt.Errorf("%s in %s needs a comment that begins with %q", c.name, kind.folder, c.name+" : ")
		}
		found = true
		eventType, text := "Normal", c.sentence()
		if rest, ok := strings.CutPrefix(text, "Warning: "); ok {
			eventType, text = "Warning", strings.ToUpper(rest[:1])+rest[1:]
		}
		fmt.Fprintf(page, "| %s | %s | %s |\n", c.value, eventType, strings.TrimSuffix(cell(text), "."))
	}
	if !found {
		return fmt.Errorf("%s has no reasons of events", kind.folder)
	}
	return nil
}

// isReason reports whether a text has the form of a reason, such as DriftRepaired.
func isReason(text string) bool {
	return text != "" && text[0] >= 'A' && text[0] <= 'Z' && !strings.ContainsAny(text, " .:/%")
}

// records reports whether a change to this reason is an event.
func (k *about) records(e *explain.Explanation) bool {
	if e.Type != explain.Reason && e.Type != explain.Outcome || !slices.Contains(e.Of, k.kind) || slices.Contains(k.silent, e.Code) {
		return false
	}
	return e.Type == explain.Outcome || slices.ContainsFunc(e.When, func(when string) bool {
		condition, _, _ := strings.Cut(when, "=")
		return slices.Contains(k.conditions, condition)
	}) || e.Code == v1alpha1.ReasonLapsed
}

// typeOf returns the type of the event: a condition that is not true makes a warning, an outcome does not.
func typeOf(e *explain.Explanation) string {
	warnings := []string{v1alpha1.ReasonNearlyFull, v1alpha1.ReasonPolicyDeleted}
	isTrue := func(when string) bool { return strings.HasSuffix(when, "=True") }
	if e.Type == explain.Outcome || e.Code == v1alpha1.ReasonLapsed || slices.ContainsFunc(e.When, isTrue) && !slices.Contains(warnings, e.Code) {
		return "Normal"
	}
	return "Warning"
}
