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

package recorder

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/fixtures"
)

// eventObject identifies an Event object in client-go: events that agree in it become one series.
type eventObject struct {
	eventType, reason, action string
	regarding                 corev1.ObjectReference
}

func scheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	s := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(s); err != nil {
		t.Fatal(err)
	}
	return s
}

// counting is a recorder that counts events by Event object, with the first note.
type counting struct {
	objects map[eventObject]int
	notes   map[eventObject]string
}

func (c *counting) Eventf(regarding, _ runtime.Object, eventType, reason, action, note string, args ...any) {
	about, ok := regarding.(*corev1.ObjectReference)
	if !ok {
		panic(fmt.Sprintf("an event about %T", regarding))
	}
	key := eventObject{eventType, reason, action, *about}
	c.objects[key]++
	if c.objects[key] == 1 {
		c.notes[key] = fmt.Sprintf(note, args...)
	}
}

func newCounting() *counting {
	return &counting{objects: make(map[eventObject]int), notes: make(map[eventObject]string)}
}

// A flood of edits, or of maps that are deleted and created again, makes a small number of Event objects. Every event
// is counted in one of them.
func TestFloodOfEventsMakesFewObjects(t *testing.T) {
	t.Parallel()
	const flood = 17_371
	for name, change := range map[string]func(*v1alpha1.StakeholderMap, int){
		"edits":      func(m *v1alpha1.StakeholderMap, i int) { m.ResourceVersion = strconv.Itoa(i) },
		"re-creates": func(m *v1alpha1.StakeholderMap, i int) { m.UID = types.UID(strconv.Itoa(i)) },
	} {
		now := testingclock.NewFakePassiveClock(fixtures.Now)
		sink := newCounting()
		recorder := &Bounded{Recorder: sink, Scheme: scheme(t), Clock: now}
		m := fixtures.Minimal()
		reasons := []string{"Granted", "Revoked", v1alpha1.ReasonPublished, "DriftRepaired"}
		for i := range flood {
			change(m, i)
			// The flood takes an hour, so the API server has deleted the first events by its end.
			now.SetTime(fixtures.Now.Add(time.Hour * time.Duration(i) / flood))
			recorder.Eventf(m, nil, corev1.EventTypeNormal, reasons[i%len(reasons)], "Act", "User %d", i)
		}
		most, total := eventBurst+60*eventsPerMinute+len(reasons), 0
		for _, n := range sink.objects {
			total += n
		}
		if len(sink.objects) > most || total != flood {
			t.Errorf("%s: %d objects tell of %d events, want at most %d of %d", name, len(sink.objects), total, most, flood)
		}
	}
}

// Equal events join one series, and different events are recorded in full. Maps have separate budgets.
func TestEventsOfTheSameTextAreASeries(t *testing.T) {
	t.Parallel()
	now := testingclock.NewFakePassiveClock(fixtures.Now)
	sink := newCounting()
	recorder := &Bounded{Recorder: sink, Scheme: scheme(t), Clock: now}
	m := fixtures.Minimal()
	record := func(name, version, note string) {
		m.Name, m.ResourceVersion = name, version
		recorder.Eventf(m, nil, corev1.EventTypeNormal, "Revoked", "Act", "%s", note)
	}
	for i := range 500 {
		record("flapping", strconv.Itoa(i), "the same")
	}
	if len(sink.objects) != 1 {
		t.Errorf("500 events that say the same make %d objects", len(sink.objects))
	}
	record("flapping", "a", "something else")
	record("other", "b", "the same")
	if len(sink.objects) != 3 {
		t.Errorf("one more that says something else, and one of another map, make %d objects, want 3", len(sink.objects))
	}
	m.UID = "created-again"
	record("flapping", "c", "the same")
	if len(sink.objects) != 4 {
		t.Error("a map that was created again has no events of its own")
	}
	for i := range 2 * eventBurst {
		record("flooded", strconv.Itoa(i), fmt.Sprint("note ", i))
	}
	objects := len(sink.objects)
	if want := 4 + eventBurst + 1; objects != want {
		t.Errorf("there are %d objects after a flood, want %d", objects, want)
	}
	found := false
	for _, note := range sink.notes {
		found = found || note == onlyCounted
	}
	if !found {
		t.Error("nothing says that events are only counted")
	}
	// The budget refills with time. Once it is full, the object's history is dropped.
	now.SetTime(fixtures.Now.Add(2 * time.Minute))
	record("flooded", "d", "two minutes later")
	if len(sink.objects) != objects+1 {
		t.Error("nothing is told in full two minutes after a flood")
	}
	now.SetTime(fixtures.Now.Add(2 * time.Hour))
	record("other", "e", "hours later")
	if len(recorder.objects) != 1 {
		t.Errorf("%d objects are remembered after hours", len(recorder.objects))
	}
}

// A namespace that is being deleted takes no events: an attempt would only make an error in the log.
func TestNoEventsInNamespaceThatGoes(t *testing.T) {
	t.Parallel()
	sink := newCounting()
	recorder := &Bounded{
		Recorder: sink, Scheme: scheme(t), Clock: testingclock.NewFakePassiveClock(fixtures.Now),
		Closed: func(namespace string) bool { return namespace == "payments" },
	}
	m := fixtures.Minimal()
	recorder.Eventf(m, nil, corev1.EventTypeNormal, "Revoked", "Act", "note")
	m.Namespace = "elsewhere"
	recorder.Eventf(m, nil, corev1.EventTypeNormal, "Revoked", "Act", "note")
	if len(sink.objects) != 1 {
		t.Errorf("there are %d events, want one", len(sink.objects))
	}
}
