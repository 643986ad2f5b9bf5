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

package waiting

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// shells run the script. Images of pipelines have one or the other as /bin/sh.
var shells = []string{"sh", "bash"}

// TestScriptEndsWithTheAnswer requires that a pipeline goes on only after a yes that has opened its subject, and that any other
// end ends it long before its time is over.
func TestScriptEndsWithTheAnswer(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		answers []answer
		code    int
		says    string
	}{
		"Approved": {
			reason: "the image is approved, and open",
			answers: []answer{
				{outcome: v1alpha1.OutcomePending, message: "customers are asked"},
				{outcome: v1alpha1.OutcomeApproved, approved: metav1.ConditionTrue, reason: "Approved", message: "the image is open"},
			},
			says: "Approved: the image is open",
		},
		"Opening": {
			reason: "the image is approved, and a moment later it is open",
			answers: []answer{
				{outcome: v1alpha1.OutcomeApproved, approved: metav1.ConditionFalse, reason: "Opening", message: "what this opens is written"},
				{outcome: v1alpha1.OutcomeApproved, approved: metav1.ConditionTrue, reason: "Approved", message: "the image is open"},
			},
			says: "Approved: the image is open",
		},
		"Lapsed": {
			reason:  "the approval was valid for a moment",
			answers: []answer{{outcome: v1alpha1.OutcomeApproved, approved: metav1.ConditionFalse, reason: "Lapsed", message: "it was valid for 1s"}},
			code:    1, says: "Approved, and no longer open: it was valid for 1s",
		},
		"Accepted": {
			reason:  "a feature request is accepted",
			answers: []answer{{outcome: v1alpha1.OutcomeAccepted, message: "by dana"}},
			says:    "Accepted: by dana",
		},
		"Rejected": {
			reason:  "a customer says no",
			answers: []answer{{outcome: v1alpha1.OutcomeRejected, approved: metav1.ConditionFalse, reason: "Rejected", message: "Rejected by customer/acme"}},
			code:    1, says: "ask-and-wait: Rejected by customer/acme",
		},
		"Declined":  {reason: "the product owner says no", answers: []answer{{outcome: v1alpha1.OutcomeDeclined}}, code: 1, says: "Declined"},
		"Deferred":  {reason: "the product owner says later", answers: []answer{{outcome: v1alpha1.OutcomeDeferred}}, code: 1, says: "Deferred"},
		"Withdrawn": {reason: "the user who asked has withdrawn it", answers: []answer{{outcome: v1alpha1.OutcomeWithdrawn}}, code: 1, says: "Withdrawn"},
		"MapReplaced": {
			reason:  "the map was deleted and created again",
			answers: []answer{{outcome: v1alpha1.OutcomePending, stuck: v1alpha1.ReasonMapReplaced, message: "make a new request"}},
			code:    2, says: "make a new request",
		},
		"Expired": {
			reason:  "no party has answered",
			answers: []answer{{outcome: v1alpha1.OutcomeExpired, approved: metav1.ConditionFalse, reason: "Expired", message: "after 1h"}},
			code:    3, says: "Expired: after 1h",
		},
	}
	for name, tc := range tests {
		for _, shell := range shells {
			t.Run(name+"/"+shell, func(t *testing.T) {
				t.Parallel()
				w := start(t, shell, ask(nil))
				r := w.request(t)
				for i, a := range tc.answers {
					if i > 0 {
						// What it waited for before has not ended it.
						w.says(t, tc.answers[i-1].message)
					}
					a.write(t, r)
				}
				w.exits(t, tc.code)
				if !strings.Contains(w.stderr.String(), tc.says) {
					t.Errorf("%s: it says %q, want something with %q", tc.reason, w.stderr.String(), tc.says)
				}
			})
		}
	}
}

// TestScriptNoticesThatTheRequestIsGone deletes the request that a pipeline waits for.
func TestScriptNoticesThatTheRequestIsGone(t *testing.T) {
	t.Parallel()
	w := start(t, "sh", ask(nil))
	r := w.request(t)
	answer{outcome: v1alpha1.OutcomePending, message: "customers are asked"}.write(t, r)
	w.says(t, "customers are asked")
	if err := env.admin.Delete(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	w.exits(t, 1)
	w.says(t, "was deleted")
}

// TestScriptTimesOut lets no user answer, not even the operator.
func TestScriptTimesOut(t *testing.T) {
	t.Parallel()
	for _, shell := range shells {
		w := start(t, shell, ask(settings{"ASK_TIMEOUT": "0h0m08s"}))
		if r := w.request(t); r.Spec.ExpiresAfter != "0h0m08s" {
			t.Errorf("the request expires after %s", r.Spec.ExpiresAfter)
		}
		began := time.Now()
		w.exits(t, 3)
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("it has waited for %s", took)
		}
		w.says(t, "no answer within 0h0m08s")
	}
}

// TestScriptWithdrawsWhenInterrupted ends pipelines as their tools do, while they wait.
func TestScriptWithdrawsWhenInterrupted(t *testing.T) {
	t.Parallel()
	// A shell cannot catch a signal that it inherits as ignored, as from nohup. One that the test catches is not inherited so.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	for sent, code := range map[syscall.Signal]int{syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		for _, shell := range shells {
			t.Run(sent.String()+"/"+shell, func(t *testing.T) {
				t.Parallel()
				w := start(t, shell, ask(nil))
				r := w.request(t)
				answer{outcome: v1alpha1.OutcomePending, message: "customers are asked"}.write(t, r)
				w.says(t, "customers are asked")
				if err := w.cmd.Process.Signal(sent); err != nil {
					t.Fatal(err)
				}
				w.exits(t, code)
				if err := env.admin.Get(t.Context(), client.ObjectKeyFromObject(r), r); err != nil {
					t.Fatal(err)
				}
				if r.Spec.Withdrawn == nil || !*r.Spec.Withdrawn {
					t.Error("the request is not withdrawn, so people are asked for nothing")
				}
			})
		}
	}
}

// hostile are values that would be something else in a shell, in JSON or in YAML. The API server accepts them, but not in a
// title all of them.
const hostile = "\"quoted\" 'single' \\ \\n \\\" $(touch pwned) `touch pwned` ${HOME} $HOME ; touch pwned & | > pwned <b> {{workflow.name}} %s %d =x, \u2713 \U0001f600 * ~ !"

// TestScriptAsksWhatItIsTold requires every value byte by byte, and that none of them runs.
func TestScriptAsksWhatItIsTold(t *testing.T) {
	t.Parallel()
	title, _, _ := strings.Cut(hostile, "{{")
	for _, shell := range shells {
		w := start(t, shell, ask(settings{
			"ASK_TITLE": title, "ASK_DESCRIPTION": hostile + "\n---\n- x: \"y\n\n" + hostile, "ASK_SUBJECT": `a"\$(touch${IFS}pwned)` + "`",
			"ASK_LINK": `https://ci.example/?a=%22"}],"requestedBy":"x'`, "ASK_VALID_FOR": "720h",
		}))
		r := w.request(t)
		want := v1alpha1.StakeholderRequestSpec{
			Map: "checkout", Topic: "release", Title: title, Description: hostile + "\n---\n- x: \"y\n\n" + hostile,
			Subject: `a"\$(touch${IFS}pwned)` + "`", RequestedBy: "system:serviceaccount:" + namespace + ":" + pipeline,
			Links: []v1alpha1.Link{{Title: "Details", URL: `https://ci.example/?a=%22"}],"requestedBy":"x'`}}, ValidFor: "720h", ExpiresAfter: "1h",
		}
		if diff := cmp.Diff(want, r.Spec); diff != "" {
			t.Errorf("%s: spec (-want +got):\n%s", shell, diff)
		}
		if !strings.HasPrefix(r.Name, "checkout-release-") {
			t.Errorf("its name is %s", r.Name)
		}
		answer{outcome: v1alpha1.OutcomeRejected, message: "##[warning]by \x60touch pwned\x60 $(touch pwned)"}.write(t, r)
		w.exits(t, 1)
		w.says(t, "Rejected: ## [warning]by `touch pwned` $(touch pwned)")
		checkEmpty(t, w.dir)
	}
}

// TestScriptSaysWhyItCannotAsk gives the script what the API server or the script itself refuses.
func TestScriptSaysWhyItCannotAsk(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		settings   settings
		kubeconfig string
		says       string
	}{
		"NoRight":           {kubeconfig: env.stranger, says: "cannot create resource"},
		"NoMap":             {settings: settings{"ASK_MAP": ""}, says: "ASK_MAP is not set"},
		"TitleOfTwoLines":   {settings: settings{"ASK_TITLE": "one\ntwo"}, says: "title must be one line"},
		"MapEndsItsString":  {settings: settings{"ASK_MAP": `x","namespace":"default`}, says: "Invalid value"},
		"NoDuration":        {settings: settings{"ASK_TIMEOUT": "soon"}, says: "ASK_TIMEOUT must be a duration"},
		"NoTime":            {settings: settings{"ASK_TIMEOUT": "0h0m"}, says: "ASK_TIMEOUT must be a duration"},
		"UnitsInAnyOrder":   {settings: settings{"ASK_TIMEOUT": "5m1h"}, says: "ASK_TIMEOUT must be a duration"},
		"DurationOfADay":    {settings: settings{"ASK_TIMEOUT": "1d"}, says: "ASK_TIMEOUT must be a duration"},
		"DurationIsCode":    {settings: settings{"ASK_TIMEOUT": "HOME[$(>pwned)]h"}, says: "ASK_TIMEOUT must be a duration"},
		"DurationTooLong":   {settings: settings{"ASK_TIMEOUT": "100000h"}, says: "ASK_TIMEOUT must be a duration"},
		"DurationWithSign":  {settings: settings{"ASK_TIMEOUT": "-1h"}, says: "ASK_TIMEOUT must be a duration"},
		"LinkWithoutHTTPS":  {settings: settings{"ASK_LINK": "javascript:alert(1)"}, says: "url must be an https address"},
		"NamespaceIsAFlag":  {settings: settings{"ASK_NAMESPACE": "--kubeconfig=/dev/null"}, says: "the request was refused"},
		"ForeignNamespace":  {settings: settings{"ASK_NAMESPACE": "default"}, says: "cannot create resource"},
		"MissingKubeconfig": {kubeconfig: os.DevNull, says: "the API server does not say who asks"},
	}
	for name, tc := range tests {
		for _, shell := range shells {
			t.Run(name+"/"+shell, func(t *testing.T) {
				t.Parallel()
				kubeconfig := env.kubeconfig
				if tc.kubeconfig != "" {
					kubeconfig = tc.kubeconfig
				}
				w := startCommand(t, kubeconfig, ask(tc.settings), shell, filepath.Join(env.examples, "ask-and-wait.sh"))
				w.exits(t, 2)
				if !strings.Contains(w.stderr.String(), tc.says) {
					t.Errorf("it says %q, want something with %q", w.stderr.String(), tc.says)
				}
				if name, err := w.stdout.ReadString('\n'); err == nil {
					t.Errorf("it has made %s", name)
				}
				checkEmpty(t, w.dir)
			})
		}
	}
}

// TestScriptSurvivesAnOutage stops the API server while a pipeline waits. It does not run in parallel with other tests.
func TestScriptSurvivesAnOutage(t *testing.T) {
	w := start(t, "sh", ask(nil))
	r := w.request(t)
	answer{outcome: v1alpha1.OutcomePending, message: "customers are asked"}.write(t, r)
	w.says(t, "customers are asked")
	if err := env.plane.KillServers(); err != nil {
		t.Fatal(err)
	}
	w.says(t, "refused")
	if err := env.plane.RestartServers(t.Context()); err != nil {
		t.Fatal(err)
	}
	answer{outcome: v1alpha1.OutcomeRejected, message: "by cfo"}.write(t, r)
	w.exits(t, 1)
}

// checkEmpty fails if anything was written to a folder.
func checkEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) > 0 {
		t.Errorf("something has run, and has written %v", entries)
	}
}
