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

package script

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// recorder is a test of one script, whose failure is no failure of the test around it.
type recorder struct {
	log    strings.Builder
	failed bool
}

func (r *recorder) Log(args ...any) {
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			r.log.WriteString(text)
		}
	}
}

func (r *recorder) Fatal(args ...any) {
	r.Log(args...)
	r.FailNow()
}

func (r *recorder) FailNow() {
	r.failed = true
	runtime.Goexit()
}

// Run runs the script in a goroutine, which FailNow ends.
func (r *recorder) Run(_ string, f func(testscript.T)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(r)
	}()
	<-done
}

func (r *recorder) Skip(args ...any) { r.Fatal(args...) }
func (r *recorder) Parallel()        {}
func (r *recorder) Verbose() bool    { return true }

func TestExits(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ script, want string }{
		"this code":      {"exits 3 sh -c 'echo yes; echo no >&2; exit 3'\nstdout ^yes$\nstderr ^no$\n", ""},
		"standard input": {"stdin in\nexits 1 sh -c 'cat; exit 1'\ncmp stdout in\n-- in --\nhello\n", ""},
		"another code":   {"exits 3 sh -c 'exit 1'\n", "sh ends with the exit code 1, want 3"},
		"success":        {"exits 1 true\n", "true ends with the exit code 0, want 1"},
		"a signal":       {"exits 1 sh -c 'kill -9 $$'\n", "want 1"},
		"no program":     {"exits 1 no-such-program\n", "no-such-program"},
		"code 0":         {"exits 0 true\n", "For 0 there is exec"},
		"no code":        {"exits false x\n", "want an exit code"},
		"no arguments":   {"exits 1\n", "usage: exits"},
		"negated":        {"! exits 1 true\n", "usage: exits"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "a.txtar"), []byte(tt.script), 0o600); err != nil {
				t.Fatal(err)
			}
			r := &recorder{}
			testscript.RunT(r, Params(t, dir))
			if r.failed != (tt.want != "") || !strings.Contains(r.log.String(), tt.want) {
				t.Errorf("failed is %t, and the log lacks %q:\n%s", r.failed, tt.want, r.log.String())
			}
		})
	}
}

func TestAnyCode(t *testing.T) {
	t.Parallel()
	for line, refused := range map[string]bool{
		"! exec kubectl-stakeholders ask":             true,
		" [unix] ! exec  kubectl-stakeholders ask":    true,
		"! exec kubectl stakeholders ask":             true,
		"? exec kubectl-stakeholders ask":             true,
		"! exec env A=b kubectl-stakeholders ask":     true,
		"! exec kubectl-stakeholders ask --wait &a&":  true,
		"exec kubectl-stakeholders ask":               false,
		"exits 2 kubectl-stakeholders ask":            false,
		"! exec grep x y":                             false,
		"# ! exec kubectl-stakeholders ask is wrong.": false,
	} {
		err := refuseAnyCode(&txtar.Archive{Comment: []byte("# Ask.\n" + line + "\nstderr x\n")})
		if (err != nil) != refused {
			t.Errorf("%s: got %v, refused has to be %t", line, err, refused)
		}
	}
}
