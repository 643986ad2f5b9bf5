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
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	metricGoroutines = "go_goroutines"
	// moreGoroutines is how many more goroutines an operator may have after its tests than before, for connections and
	// for parts that start when they are first used. It is ten, of a hundred, for tests of any length. A leak grows
	// with every object.
	moreGoroutines = 30
	// goroutinesTimeout bounds the wait for goroutines that are about to end.
	goroutinesTimeout = 10 * time.Second
	// quitTimeout bounds how long an operator may write its stacks.
	quitTimeout = 20 * time.Second
	// maxStacks bounds how many places a message lists.
	maxStacks = 10
)

// checkGoroutines fails if the operator has many more goroutines than at the start. It then ends the operator, and
// lists from its stacks where the goroutines come from.
func (d *Detector) checkGoroutines(ctx context.Context, operator *Operator) error {
	now := 0
	var failed error
	err := WaitFor(ctx, goroutinesTimeout, "the operator's goroutines have ended", func() error {
		metrics, err := scrape(ctx, operator.MetricsURL)
		if failed = err; err != nil {
			return err
		}
		if now = int(metrics[metricGoroutines]); now > d.goroutines+moreGoroutines {
			return fmt.Errorf("%d goroutines", now)
		}
		return nil
	})
	d.plane.progress("the operator had %d goroutines at the start and has %d now", d.goroutines, now)
	if err == nil || failed != nil || ctx.Err() != nil {
		return errors.Join(err, failed)
	}
	dump, err := operator.quit()
	return errors.Join(fmt.Errorf("the operator had %d goroutines at the start and has %d now; most are created by\n\t%s",
		d.goroutines, now, strings.Join(goroutineOrigins(dump), "\n\t")), err)
}

// quit ends the operator with SIGQUIT and returns the stacks that the Go runtime then writes to the log. Stop and Kill
// have no effect after it.
func (o *Operator) quit() (stacks string, err error) {
	o.stopping.Do(func() {
		o.ending.Store(true)
		info, statErr := os.Stat(o.LogPath)
		if statErr != nil {
			err = errors.Join(statErr, o.process.kill())
			return
		}
		if err = o.process.signal(syscall.SIGQUIT); err != nil {
			return
		}
		timer := time.NewTimer(quitTimeout)
		defer timer.Stop()
		select {
		case <-o.process.done:
		case <-timer.C:
			err = errors.Join(fmt.Errorf("%s did not end within %s of SIGQUIT", o.process.name, quitTimeout), o.process.kill())
		}
		content, readErr := os.ReadFile(o.LogPath)
		stacks, err = string(content[min(len(content), int(info.Size())):]), errors.Join(err, readErr)
		o.stopErr = faultsIn(o.LogPath)
	})
	return stacks, err
}

// goroutineOrigins counts the goroutines of a dump by the function that started them, the most frequent
// first.
func goroutineOrigins(dump string) []string {
	counts := make(map[string]int)
	for line := range strings.Lines(dump) {
		if origin, found := strings.CutPrefix(strings.TrimSpace(line), "created by "); found {
			origin, _, _ = strings.Cut(origin, " in goroutine ")
			counts[origin]++
		}
	}
	origins := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	lines := make([]string, 0, maxStacks)
	for _, origin := range origins[:min(len(origins), maxStacks)] {
		lines = append(lines, fmt.Sprintf("%d %s", counts[origin], origin))
	}
	return lines
}
