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

package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
)

// answer is what the API server in the test answers to one request, and hang is how a watch stays open.
type answer struct {
	status int
	bodies []any
	hang   bool
}

// state is a request at a resource version. Its title says which.
func state(version string) *v1alpha1.StakeholderRequest {
	return &v1alpha1.StakeholderRequest{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: "StakeholderRequest"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "payments", Name: "r", ResourceVersion: version},
		Spec:       v1alpha1.StakeholderRequestSpec{Title: version},
	}
}

func read(version string) answer { return answer{200, []any{state(version)}, false} }

func event(kind, version string) any { return map[string]any{"type": kind, "object": state(version)} }

func refused(code int32, reason metav1.StatusReason) *metav1.Status {
	return &metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: metav1.StatusFailure, Code: code, Reason: reason, Message: string(reason)}
}

// serve answers the requests of the test one after the other. The requests after the last answer fail the test.
func serve(t *testing.T, answers []answer) *cluster.Cluster {
	t.Helper()
	next := make(chan answer, len(answers))
	for _, a := range answers {
		next <- a
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var a answer
		select {
		case a = <-next:
		default:
			t.Errorf("one request too many: %s", r.URL)
			a.status = http.StatusTeapot
		}
		if isWatch := r.URL.Query().Get("watch") != ""; isWatch && r.URL.Query().Get("fieldSelector") != "metadata.name=r" {
			t.Errorf("it watches more than the request: %s", r.URL)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.status)
		for _, body := range a.bodies {
			if err := json.NewEncoder(w).Encode(body); err != nil {
				t.Error(err)
			}
		}
		if a.hang {
			if flusher, ok := w.(http.Flusher); ok {
				flusher.Flush()
			}
			<-r.Context().Done()
		}
	}))
	t.Cleanup(server.Close)
	flags := genericclioptions.NewConfigFlags(false)
	flags.APIServer, flags.KubeConfig = &server.URL, new(os.DevNull)
	c, err := cluster.Connect(flags, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFollow(t *testing.T) {
	t.Parallel()
	unavailable := answer{503, []any{refused(503, metav1.StatusReasonServiceUnavailable)}, false}
	cases := map[string]struct {
		reason  string
		answers []answer
		// seen are the states that the caller looks at. The last is "end" in some cases, with which they have seen enough.
		seen []string
		err  func(error) bool
	}{
		"there already": {"the first state is enough", []answer{read("end")}, []string{"end"}, nil},
		"changes": {
			"each change is seen", []answer{read("1"), {200, []any{event("MODIFIED", "2"), event("MODIFIED", "end")}, true}}, []string{"1", "2", "end"}, nil,
		},
		"watch ends": {
			"the API server ends a watch after some minutes, and the next one goes on",
			[]answer{read("1"), {200, []any{event("MODIFIED", "2")}, false}, {200, []any{event("MODIFIED", "end")}, true}}, []string{"1", "2", "end"}, nil,
		},
		"too old": {
			"the API server has forgotten the state, so it is read again",
			[]answer{read("1"), {200, []any{map[string]any{"type": "ERROR", "object": refused(410, metav1.StatusReasonExpired)}}, false}, read("5"), {200, []any{event("MODIFIED", "end")}, true}},
			[]string{"1", "5", "end"}, nil,
		},
		"refused as too old": {
			"the API server says so before the watch begins", []answer{read("1"), {410, []any{refused(410, metav1.StatusReasonExpired)}, false}, read("end")}, []string{"1", "end"}, nil,
		},
		"away": {
			"the API server is away for a moment, also when the request is read again",
			[]answer{read("1"), {200, []any{map[string]any{"type": "ERROR", "object": refused(410, metav1.StatusReasonExpired)}}, false}, unavailable, read("end")},
			[]string{"1", "end"}, nil,
		},
		"deleted": {"a request that is gone has no outcome", []answer{read("1"), {200, []any{event("DELETED", "2")}, true}}, []string{"1"}, func(err error) bool {
			return errors.Is(err, cluster.ErrDeleted)
		}},
		"deleted meanwhile": {
			"it was deleted while no watch was open",
			[]answer{read("1"), {200, []any{map[string]any{"type": "ERROR", "object": refused(410, metav1.StatusReasonExpired)}}, false}, {404, []any{refused(404, metav1.StatusReasonNotFound)}, false}},
			[]string{"1"}, func(err error) bool { return errors.Is(err, cluster.ErrDeleted) },
		},
		"never there": {"a wrong name is no deleted request", []answer{{404, []any{refused(404, metav1.StatusReasonNotFound)}, false}}, nil, apierrors.IsNotFound},
		"may not watch": {
			"the user learns that they may not watch", []answer{read("1"), {403, []any{refused(403, metav1.StatusReasonForbidden)}, false}}, []string{"1"}, apierrors.IsForbidden,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := serve(t, tc.answers)
			var seen []string
			err := c.Follow(t.Context(), client.ObjectKey{Namespace: "payments", Name: "r"}, func(r *v1alpha1.StakeholderRequest) bool {
				seen = append(seen, r.Spec.Title)
				return r.Spec.Title == "end"
			})
			if diff := cmp.Diff(tc.seen, seen); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
			if tc.err == nil && err != nil || tc.err != nil && !tc.err(err) {
				t.Errorf("%s: %v", tc.reason, err)
			}
		})
	}
}

// TestFollowInterrupted ends while it waits.
func TestFollowInterrupted(t *testing.T) {
	t.Parallel()
	c := serve(t, []answer{read("1"), {200, []any{event("MODIFIED", "2")}, true}})
	ctx, cancel := context.WithCancel(t.Context())
	err := c.Follow(ctx, client.ObjectKey{Namespace: "payments", Name: "r"}, func(r *v1alpha1.StakeholderRequest) bool {
		if r.Spec.Title == "2" {
			cancel()
		}
		return false
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(fmt.Errorf("it ends with %w", err))
	}
}
