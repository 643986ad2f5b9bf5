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

package controlplane

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// finderUser is the operator in these tests.
const finderUser = "system:serviceaccount:system:operator"

// auditTrail makes an audit log of requests that follow each other.
type auditTrail struct {
	lines []*auditLine
	now   time.Time
	step  time.Duration
}

func newTrail(step time.Duration) *auditTrail {
	return &auditTrail{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), step: step}
}

// request adds a request on ConfigMap shop/checkout-routing, which leads to an object if there is one.
func (a *auditTrail) request(user, verb string, code int, object map[string]any) *auditTrail {
	line := &auditLine{Verb: verb, Received: a.now, Completed: a.now.Add(time.Millisecond)}
	line.User.Username = user
	line.ObjectRef.Resource, line.ObjectRef.Namespace, line.ObjectRef.Name = "configmaps", "shop", "checkout-routing"
	line.ResponseStatus.Code = code
	if object != nil {
		raw, err := json.Marshal(object)
		if err != nil {
			panic(err)
		}
		line.ResponseObject = raw
	}
	a.lines = append(a.lines, line)
	a.now = a.now.Add(a.step)
	return a
}

// writes adds a write of the operator's for each content, with a resourceVersion of its own.
func (a *auditTrail) writes(contents ...string) *auditTrail {
	for _, content := range contents {
		a.request(finderUser, "patch", http.StatusOK, written(len(a.lines)+1, content))
	}
	return a
}

// others adds a write of another user, of another object in the namespace.
func (a *auditTrail) others() *auditTrail {
	a.request("admin", "update", http.StatusOK, nil)
	a.last().ObjectRef.Name = "other"
	return a
}

func (a *auditTrail) last() *auditLine { return a.lines[len(a.lines)-1] }

// written is a ConfigMap as the API server answers with.
func written(version int, content string) map[string]any {
	return map[string]any{
		"metadata": map[string]any{"name": "checkout-routing", "namespace": "shop", "resourceVersion": strconv.Itoa(version), "generation": version, "uid": strconv.Itoa(version)},
		"data":     map[string]any{"routing.json": content},
	}
}

// letGo is the last state of an object that the API server reports.
func letGo(version int) map[string]any {
	object := written(version, "a")
	object["metadata"].(map[string]any)["deletionTimestamp"] = "2026-01-02T03:04:05Z" //nolint:forcetypeassert,errcheck // made above
	return object
}

// several repeats contents.
func several(times int, contents ...string) (all []string) {
	for range times {
		all = append(all, contents...)
	}
	return all
}

// counted are n contents that are all different.
func counted(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprint("content ", i))
	}
	return all
}

// longer is the trail with times between requests that double, as between retries.
func longer(n int) *auditTrail {
	trail := newTrail(5 * time.Millisecond)
	for range n {
		trail.request(finderUser, "patch", http.StatusForbidden, nil)
		trail.step *= 2
	}
	return trail
}

// createdAgain is an object that the operator deletes and creates over and over.
func createdAgain(times int) *auditTrail {
	trail := newTrail(time.Minute)
	for i := range times {
		trail.request(finderUser, "create", http.StatusCreated, written(i+1, "a"))
		trail.request(finderUser, "delete", http.StatusOK, nil)
	}
	return trail
}

// statusAt is a status that contains a time, relative to the write of it.
func statusAt(times int, offset time.Duration) *auditTrail {
	trail := newTrail(time.Minute)
	for i := range times {
		trail.writes("")
		object := written(i+1, "")
		object["status"] = map[string]any{"conditions": []any{map[string]any{"at": trail.last().Received.Add(offset).Format(time.RFC3339)}}}
		raw, err := json.Marshal(object)
		if err != nil {
			panic(err)
		}
		trail.last().ResponseObject = raw
	}
	return trail
}

// undone is a trail in which another user undoes the operator's work every time.
func undone(times int) *auditTrail {
	trail := newTrail(time.Millisecond)
	for range times {
		trail.writes("a").others()
	}
	return trail
}

// changed makes the same change to every line.
func (a *auditTrail) changed(change func(*auditLine)) *auditTrail {
	for _, line := range a.lines {
		change(line)
	}
	return a
}

func TestLoopFinder(t *testing.T) {
	unchanged := newTrail(time.Hour).writes("a").others().request(finderUser, "patch", http.StatusOK, written(1, "a"))
	tests := map[string]struct {
		reason string
		trail  *auditTrail
		// want are parts of the verdict; none means no loop.
		want []string
	}{
		"Nothing": {reason: "No request is no loop.", trail: newTrail(time.Second)},
		"NeedlessWrite": {
			reason: "A write that changes nothing is needless, even if others wrote in between.", trail: unchanged,
			want: []string{"update loop on configmaps shop/checkout-routing: 1 " + loopNeedless, "03:04:05.000000 patch configmaps: 200, resourceVersion 1", "05:04:05.000000 patch"},
		},
		"Progress": {reason: "Every content is new.", trail: newTrail(time.Second).writes(counted(30)...)},
		"ThereAndBack": {
			reason: "A window opens and closes.", trail: newTrail(time.Second).writes("a", "b", "a"),
		},
		"FlipFlop": {
			reason: "Two contents alternate, even slowly.", trail: newTrail(time.Hour).writes(several(3, "a", "b")...),
			want: []string{"2 " + loopReturns, "resourceVersion 5, content 1", `.data.routing.json: "a" → "b"`},
		},
		"Cycle": {
			reason: "Three contents alternate, too.", trail: newTrail(time.Hour).writes(several(2, "a", "b", "c")...), want: []string{loopReturns},
		},
		"SameAgain": {
			reason: "Only the time of the write differs.", trail: statusAt(4, -time.Second), want: []string{loopReturns},
		},
		"NextMoment": {reason: "A time in the future is content.", trail: statusAt(4, 2*time.Hour)},
		"Recreated": {
			reason: "The object is another one each time, with the same content.", trail: createdAgain(4), want: []string{loopReturns},
		},
		"Undone": {reason: "Another user undoes the work every time.", trail: undone(100)},
		"UndoneElsewhere": {
			reason: "Writes of others in other namespaces are no reason.", want: []string{loopReturns},
			trail: undone(4).changed(func(line *auditLine) {
				if line.User.Username != finderUser {
					line.ObjectRef.Namespace = "elsewhere"
				}
			}),
		},
		"NamespacesElsewhere": {
			reason: "The labels and the consent of any namespace can be a reason.",
			trail: undone(4).changed(func(line *auditLine) {
				if line.User.Username != finderUser {
					line.ObjectRef.Resource, line.ObjectRef.Namespace, line.ObjectRef.Name = "namespaces", "elsewhere", "elsewhere"
				}
			}),
		},
		"Policy": {
			reason: "The policy affects every map.",
			trail: undone(4).changed(func(line *auditLine) {
				if line.User.Username != finderUser {
					line.ObjectRef.Resource, line.ObjectRef.Namespace, line.ObjectRef.Name = "stakeholderpolicies", "", "default"
				}
			}),
		},
		"LastFinalizer": {
			reason: "Removing the last finalizer deletes an object, and does not change its resourceVersion.",
			trail:  newTrail(time.Second).writes("a").request(finderUser, "patch", http.StatusOK, letGo(1)),
		},
		"LeasesBeside": {
			reason: "A lease that is renewed in the namespace is no reason.", want: []string{loopReturns},
			trail: undone(4).changed(func(line *auditLine) {
				if line.User.Username != finderUser {
					line.ObjectRef.Resource = "leases"
				}
			}),
		},
		"Burst": {
			reason: "A counter is another content every time.", trail: newTrail(100 * time.Millisecond).writes(counted(100)...),
			want: []string{"81 " + loopBurst, "12 earlier ones", `.data.routing.json: "content 18" → "content 19"`},
		},
		"Refused": {
			reason: "A write that is refused over and over.", want: []string{loopBurst, "patch configmaps: 409"},
			trail: newTrail(time.Millisecond).writes(counted(30)...).changed(func(line *auditLine) { line.ResponseStatus.Code = http.StatusConflict }),
		},
		"Retries":    {reason: "A refused write is retried with back-off.", trail: longer(30)},
		"SlowButNew": {reason: "Many writes over a long time may all have a reason.", trail: newTrail(time.Second).writes(counted(100)...)},
		"SomebodyElse": {
			reason: "Loops of other users do not count.",
			trail:  newTrail(0).writes(several(50, "a", "b")...).changed(func(line *auditLine) { line.User.Username = "admin" }),
		},
		"DryRun": {
			reason: "A dry run writes nothing.",
			trail:  newTrail(0).writes(several(50, "a", "b")...).changed(func(line *auditLine) { line.RequestURI = "/?dryRun=All" }),
		},
		"Events": {
			reason: "Every event is another one.",
			trail:  newTrail(0).writes(several(50, "a", "b")...).changed(func(line *auditLine) { line.ObjectRef.Resource = "events" }),
		},
		"ManyObjects": {
			reason: "A handful is enough for an error.", want: []string{"and 7 more update loops"}, trail: manyLoops(maxFaults + 7),
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			finder := newLoopFinder(map[string]bool{finderUser: true})
			for _, line := range tc.trail.lines {
				if err := finder.add(line); err != nil {
					t.Fatal(err)
				}
			}
			err := finder.verdict()
			if (err != nil) != (len(tc.want) > 0) {
				t.Errorf("%s The verdict is %v", tc.reason, err)
			}
			for _, part := range tc.want {
				if err != nil && !strings.Contains(err.Error(), part) {
					t.Errorf("%s The verdict lacks %q:\n%v", tc.reason, part, err)
				}
			}
		})
	}
}

// manyLoops are loops on several objects.
func manyLoops(objects int) *auditTrail {
	all := newTrail(0)
	for i := range objects {
		loop := newTrail(time.Second).writes(several(3, "a", "b")...).changed(func(line *auditLine) {
			line.ResponseObject = []byte(strings.ReplaceAll(string(line.ResponseObject), "checkout", fmt.Sprint("checkout", i)))
		})
		all.lines = append(all.lines, loop.lines...)
	}
	return all
}

func TestLoopFinderRefusesGarbage(t *testing.T) {
	trail := newTrail(0).writes("a")
	trail.last().ResponseObject = []byte(`{"metadata":`)
	if err := newLoopFinder(map[string]bool{finderUser: true}).add(trail.last()); err == nil {
		t.Error("an object that cannot be read is passed over")
	}
}
