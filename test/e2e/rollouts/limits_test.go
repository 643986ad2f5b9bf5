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

package rollouts

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/test/controlplane"
)

// What a customer may not do: change what runs, or see more than the Rollout.
func TestCustomersDoNotDeploy(t *testing.T) {
	t.Parallel()
	target := newProduct(t)
	elsewhere := env.NewNamespace(t)
	newPausedRollout(t, target)
	waitMayPromote(t, carla, target, true)

	checkRefused(t, target, []attempt{
		{"Only developers change the image.", carla, "set image shop shop=shop.example/shop:3", "update", "rollouts"},
		{"Only developers set a pause in the spec.", carla, "pause shop", "patch", "rollouts"},
		{"A restart changes the spec.", carla, "restart shop", "patch", "rollouts"},
		{"It lists older ReplicaSets.", carla, "undo shop", "list", "replicasets"},
	}, firstPause)
	if _, err := carla.plugin(t, elsewhere, "promote", "shop"); !forbids(err, carla, "get", "rollouts") {
		t.Errorf("where the product does not run, promote gives %v", err)
	}
	for _, args := range []string{"get rollout shop", "status shop"} {
		checkHangs(t, carla, target, args, "list", "replicasets")
	}
	for _, p := range []person{carla, paul} {
		if out := mustRun(t, p, target, "list rollouts"); !strings.Contains(out, "shop") {
			t.Errorf("%s sees no Rollout in the list: %q", p.user, out)
		}
	}
}

// checkHangs expects that the plugin is refused and does not end: it tries again for ever.
func checkHangs(t *testing.T, p person, namespace, args, verb, resource string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stderr")
	log, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // it is only read
	cmd := p.command(t.Context(), namespace, strings.Fields(args)...)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		// It can be killed, so it had not ended.
		if err := errors.Join(cmd.Process.Kill(), ignoreKilled(cmd.Wait())); err != nil {
			t.Errorf("%s in the name of %s has ended: %v", args, p.user, err)
		}
	}()
	// The log quotes the refusal.
	want := strings.ReplaceAll(refusal(p, verb, resource), `"`, `\"`)
	controlplane.Eventually(t, patience, args+" is refused", func() error {
		content, err := os.ReadFile(path)
		if err == nil && !strings.Contains(string(content), want) {
			err = fmt.Errorf("it has written: %s", content)
		}
		return err
	})
}

func ignoreKilled(err error) error {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && !exit.Exited() {
		return nil
	}
	return err
}

// A customer's promotion does not resume a Rollout that its developers have paused in its spec.
func TestPausedByDevelopers(t *testing.T) {
	t.Parallel()
	target := newProduct(t)
	newPausedRollout(t, target)
	waitMayPromote(t, carla, target, true)
	patchSpec(t, target, `[{"op":"add","path":"/spec/paused","value":true}]`)
	waitState(t, target, firstPause)
	checkRefused(t, target, []attempt{
		{"Ending that pause requires a right on the spec.", carla, "promote shop", "patch", "rollouts"},
	}, firstPause)

	// It had ended the other pause before it was refused, but that is lost: the Rollout waits there again.
	controlplane.Eventually(t, patience, "the Rollout waits for its developers only", func() error {
		rollout := rolloutIn(target)
		if err := env.Admin.Get(t.Context(), client.ObjectKeyFromObject(rollout), rollout); err != nil {
			return err
		}
		waits, _, err := unstructured.NestedBool(rollout.Object, "status", "controllerPause")
		if err == nil && waits {
			err = errors.New("it still waits at its step, too")
		}
		return err
	})
	patchSpec(t, target, `[{"op":"remove","path":"/spec/paused"}]`)
	waitState(t, target, firstPause)
	mustRun(t, carla, target, "promote shop")
	waitState(t, target, secondPause)
}
