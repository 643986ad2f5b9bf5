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

package integration

import (
	"bufio"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// metric is the current sum of all series that begin like this.
func metric(t *testing.T, series string) float64 {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, env.operator.MetricsURL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // nothing was written
	total := 0.0
	for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
		line := scanner.Text()
		if !strings.HasPrefix(line, series) {
			continue
		}
		value, err := strconv.ParseFloat(line[strings.LastIndex(line, " ")+1:], 64)
		if err != nil {
			t.Fatal(err)
		}
		total += value
	}
	return total
}

// Metrics follow the changes. This test is not parallel, because they are sums over all maps.
func TestMetrics(t *testing.T) {
	const (
		ready    = `stakeholders_maps{ready="true"}`
		invalid  = `stakeholders_findings{code="UnacknowledgedOverlap",level="error"}`
		silent   = `stakeholders_findings{code="NoHandle",level="warning"}`
		granted  = `stakeholders_grants{role="customer"}`
		revoked  = `stakeholders_revocation_duration_seconds_count{cause="edited"}`
		expired  = `stakeholders_revocation_duration_seconds_count{cause="expired"}`
		repaired = `stakeholders_drift_repairs_total{kind="RoleBinding"}`
	)
	// A map of an earlier test could become ready at any moment.
	env.DeleteMaps(t)
	controlplane.Eventually(t, patience, "the operator knows no map", func() error {
		for _, status := range []string{"true", "false", "unknown"} {
			if n := metric(t, fmt.Sprintf("stakeholders_maps{ready=%q}", status)); n != 0 {
				return fmt.Errorf("it knows %v maps that are ready: %s", n, status)
			}
		}
		return nil
	})
	before := make(map[string]float64)
	for _, series := range []string{ready, invalid, silent, granted, revoked, expired, repaired} {
		before[series] = metric(t, series)
	}
	want := func(series string, more float64) {
		t.Helper()
		controlplane.Eventually(t, patience, fmt.Sprintf("%s has grown by %v", series, more), func() error {
			if got := metric(t, series) - before[series]; got != more {
				return fmt.Errorf("it has grown by %v", got)
			}
			return nil
		})
	}
	m := newMap(newUnguardedNamespace(t), "checkout")
	temp := customer("temp", nil, "temp")
	temp.ValidUntil = inSeconds(3)
	m.Spec.Customers = append(m.Spec.Customers, temp)
	m = createReady(t, m)
	want(ready, 1)
	want(silent, 4)
	want(expired, 1)
	want(granted, 1)
	if age := metric(t, "stakeholders_oldest_pending_map_age_seconds"); age != 0 {
		t.Errorf("everything is in force, and the oldest pending map is %v s old", age)
	}

	binding := get(t, m.Namespace, "stakeholders:checkout:customer", &rbacv1.RoleBinding{})
	if err := env.Admin.Delete(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	want(repaired, 1)

	edit(t, m, func(s *v1alpha1.StakeholderMapSpec) {
		s.Customers = s.Customers[:1]
		s.Customers[0].Subjects = users("carla", "chris")
		s.EndUsers[0].Subjects = users("chris")
	})
	want(ready, 0)
	want(invalid, 1)
	// Eve is no longer an end user, and no one was added.
	want(revoked, 1)
	want(granted, 1)

	if err := env.Admin.Delete(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	want(invalid, 0)
	want(granted, 0)
}
