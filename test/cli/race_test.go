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

package cli

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/command"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/test/suite"
)

// askedRequest makes a map, and a request about it that the operator has routed.
func askedRequest(t *testing.T) *v1alpha1.StakeholderRequest {
	t.Helper()
	m := suite.NewMap(env.NewNamespace(t), "checkout")
	env.Create(t, suite.Editor(m.Namespace))
	env.Create(t, m)
	env.WaitReady(t, m)
	return ask(t, m)
}

func ask(t *testing.T, m *v1alpha1.StakeholderMap) *v1alpha1.StakeholderRequest {
	t.Helper()
	r := suite.NewRequest(m, "r1", "release")
	env.Ask(t, r)
	return env.WaitRequest(t, r, "it is routed", func(s *v1alpha1.StakeholderRequestStatus) bool { return len(s.To) > 0 })
}

// answersOf returns the answers that a request has now.
func answersOf(t *testing.T, r *v1alpha1.StakeholderRequest) []string {
	t.Helper()
	is := suite.Get(t, env.Suite, r.Namespace, r.Name, &v1alpha1.StakeholderRequest{})
	out := []string{}
	for _, answer := range is.Spec.Responses {
		out = append(out, answer.By+" "+string(answer.Verdict))
	}
	return out
}

// TestStalePatch applies patches to a request that has changed since it was read. The API server refuses what would touch an answer
// of another user, and what answers another request.
func TestStalePatch(t *testing.T) {
	commentsOf := func(users ...string) func(*testing.T, *v1alpha1.StakeholderRequest) {
		return func(t *testing.T, r *v1alpha1.StakeholderRequest) {
			t.Helper()
			for _, user := range users {
				env.Answer(t, r, user, v1alpha1.VerdictComment)
			}
		}
	}
	cases := map[string]struct {
		reason string
		// before and meanwhile change the request before and after it is read.
		before, meanwhile func(t *testing.T, r *v1alpha1.StakeholderRequest)
		refused           bool
		want              []string
	}{
		"nothing happens": {"the first answer", nil, nil, false, []string{"carla Approve"}},
		"first answers": {
			"another user has begun the list", nil, commentsOf("eve"),
			true, []string{"eve Comment"},
		},
		"more answers": {
			"another user has answered after others",
			commentsOf("eve"),
			commentsOf("paul"),
			false, []string{"eve Comment", "paul Comment", "carla Approve"},
		},
		"moved": {
			"another user has removed an answer, so that a third one is at the index",
			commentsOf("eve", "carla", "paul"),
			func(t *testing.T, r *v1alpha1.StakeholderRequest) {
				t.Helper()
				patch := client.RawPatch(types.JSONPatchType, []byte(`[{"op":"remove","path":"/spec/responses/0"}]`))
				if err := env.As(t, "eve").Patch(t.Context(), r.DeepCopy(), patch); err != nil {
					t.Fatal(err)
				}
			},
			true, []string{"carla Comment", "paul Comment"},
		},
		"another request": {
			"the request was deleted, and another one has its name", nil,
			func(t *testing.T, r *v1alpha1.StakeholderRequest) {
				t.Helper()
				env.Delete(t, r.DeepCopy())
				env.WaitGone(t, r.DeepCopy())
				m := suite.Get(t, env.Suite, r.Namespace, r.Spec.Map, &v1alpha1.StakeholderMap{})
				ask(t, m)
			},
			true, []string{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := askedRequest(t)
			if tc.before != nil {
				tc.before(t, r)
			}
			seen := suite.Get(t, env.Suite, r.Namespace, r.Name, &v1alpha1.StakeholderRequest{})
			if tc.meanwhile != nil {
				tc.meanwhile(t, r)
			}
			patch, err := inquiry.AnswerPatch(seen, &v1alpha1.Response{By: "carla", Verdict: v1alpha1.VerdictApprove})
			if err != nil {
				t.Fatal(err)
			}
			err = env.As(t, "carla").Patch(t.Context(), r.DeepCopy(), client.RawPatch(types.JSONPatchType, patch))
			if apierrors.IsInvalid(err) != tc.refused || err != nil && !tc.refused {
				t.Errorf("%s: %v", tc.reason, err)
			}
			if diff := cmp.Diff(tc.want, answersOf(t, r)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// run runs a command as a user through a proxy that calls before for each request, and returns the exit code and both outputs.
func run(t *testing.T, before func(*http.Request), namespace string, args ...string) (code int, out, errOut string) {
	t.Helper()
	transport, err := rest.TransportFor(env.Plane.Config)
	if err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse(env.Plane.Config.Host)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) {
		before(r.In)
		r.SetURL(target)
	}}
	server := httptest.NewServer(proxy)
	defer server.Close()
	var stdout, stderr bytes.Buffer
	// The arguments may be incomplete, so the flags come first.
	args = slices.Insert(args, 1, "--server="+server.URL, "--kubeconfig="+os.DevNull, "--namespace="+namespace)
	code = command.Run(t.Context(), "v1.2.3", args, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &stdout, ErrOut: &stderr})
	return code, stdout.String(), stderr.String()
}

// TestAnswerAfterAnother has another user answer between the moment when the command has read a request and the one when it writes.
func TestAnswerAfterAnother(t *testing.T) {
	r := askedRequest(t)
	var once sync.Once
	code, out, errOut := run(t, func(request *http.Request) {
		if request.Method == http.MethodPatch {
			once.Do(func() { env.Answer(t, r, "eve", v1alpha1.VerdictComment) })
		}
	}, r.Namespace, "approve", r.Name, "--as=carla")
	if code != 0 {
		t.Fatalf("it ends with %d: %s%s", code, out, errOut)
	}
	if diff := cmp.Diff([]string{"eve Comment", "carla Approve"}, answersOf(t, r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestAnswerToAnother has the request replaced by another one of its name between the moment when the command has read it and the
// one when it writes.
func TestAnswerToAnother(t *testing.T) {
	r := askedRequest(t)
	m := suite.Get(t, env.Suite, r.Namespace, r.Spec.Map, &v1alpha1.StakeholderMap{})
	var once sync.Once
	code, _, errOut := run(t, func(request *http.Request) {
		if request.Method == http.MethodPatch {
			once.Do(func() {
				env.Delete(t, r.DeepCopy())
				env.WaitGone(t, r.DeepCopy())
				ask(t, m)
			})
		}
	}, r.Namespace, "approve", r.Name, "--as=carla")
	if want := "it was deleted and made again meanwhile"; code != 1 || !strings.Contains(errOut, want) {
		t.Errorf("it ends with %d: %s, want %q", code, errOut, want)
	}
	if diff := cmp.Diff([]string{}, answersOf(t, r)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDecidedMeanwhile has the request decided between the moment when the command has read it and the one when it writes.
func TestDecidedMeanwhile(t *testing.T) {
	r := askedRequest(t)
	// The patch adds to a list that is there, so that admission has to refuse it.
	env.Answer(t, r, "paul", v1alpha1.VerdictComment)
	code, _, errOut := run(t, func(request *http.Request) {
		if request.Method == http.MethodPatch {
			env.Answer(t, r, "carla", v1alpha1.VerdictReject)
			env.WaitOutcome(t, r, v1alpha1.OutcomeRejected)
		}
	}, r.Namespace, "comment", r.Name, "wait", "--as=eve")
	if want := "error: cannot comment on " + r.Namespace + "/r1: it has ended meanwhile. A new answer needs a new request: `kubectl stakeholders request`\n"; code != 1 || errOut != want {
		t.Errorf("it ends with %d: %s, want %s", code, errOut, want)
	}
}

// signal calls a function when a text is written.
type signal struct {
	written bytes.Buffer
	text    string
	call    func()
}

func (s *signal) Write(p []byte) (int, error) {
	if strings.Contains(string(p), s.text) {
		s.call()
	}
	return s.written.Write(p)
}

// TestWaitEnds waits for an outcome, and something happens meanwhile.
func TestWaitEnds(t *testing.T) {
	cases := map[string]struct {
		reason string
		// meanwhile changes the request. Nil interrupts the command.
		meanwhile func(t *testing.T, r *v1alpha1.StakeholderRequest)
		code      int
		says      string
	}{
		"interrupted": {
			"the request stays open", nil,
			3, "error: interrupted. Request NAMESPACE/r1 stays open. Go on waiting with `kubectl wait --for=condition=Decided sreq/r1 -n NAMESPACE --timeout=24h`",
		},
		"approved": {"a yes", func(t *testing.T, r *v1alpha1.StakeholderRequest) {
			t.Helper()
			env.Answer(t, r, "carla", v1alpha1.VerdictApprove)
		}, 0, ""},
		"rejected": {"a no", func(t *testing.T, r *v1alpha1.StakeholderRequest) {
			t.Helper()
			env.Answer(t, r, "carla", v1alpha1.VerdictReject)
		}, 1, "error: request NAMESPACE/r1: Rejected by customer/board\n"},
		"deleted": {"there is no answer any more", func(t *testing.T, r *v1alpha1.StakeholderRequest) {
			t.Helper()
			env.Delete(t, r.DeepCopy())
		}, 3, "error: request NAMESPACE/r1 was deleted while it waited for an answer\n"},
		"another map": {"no answer counts any more", func(t *testing.T, r *v1alpha1.StakeholderRequest) {
			t.Helper()
			m := suite.NewMap(r.Namespace, r.Spec.Map)
			env.Delete(t, m.DeepCopy())
			env.WaitGone(t, m.DeepCopy())
			env.Create(t, m)
		}, 3, "error: request NAMESPACE/r1: StakeholderMap checkout was deleted and created again since this was asked: make a new request\n"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r := askedRequest(t)
			kubeconfig := t.TempDir() + "/kubeconfig"
			if err := env.Plane.UserKubeconfig(kubeconfig, r.Namespace, suite.Asker); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), suite.Patience)
			defer cancel()
			var once sync.Once
			stderr := &signal{text: "Waiting: 0 of 1 parties have approved", call: func() {
				if tc.meanwhile == nil {
					cancel()
					return
				}
				once.Do(func() { tc.meanwhile(t, r) })
			}}
			args := []string{"request", "checkout", "release", "--name=r1", "--title=" + r.Spec.Title, "--wait", "--kubeconfig=" + kubeconfig}
			code := command.Run(ctx, "v1.2.3", args, genericiooptions.IOStreams{In: strings.NewReader(""), Out: &bytes.Buffer{}, ErrOut: stderr})
			if want := strings.ReplaceAll(tc.says, "NAMESPACE", r.Namespace); code != tc.code || !strings.Contains(stderr.written.String(), want) {
				t.Errorf("%s: it ends with %d: %s, want %d: %s", tc.reason, code, stderr.written.String(), tc.code, want)
			}
			if tc.meanwhile == nil && suite.Get(t, env.Suite, r.Namespace, r.Name, &v1alpha1.StakeholderRequest{}).Spec.Withdrawn != nil {
				t.Error("it was withdrawn")
			}
		})
	}
}
