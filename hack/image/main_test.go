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
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	executables := newExecutables(t)
	layout := filepath.Join(t.TempDir(), "layout")
	var written, checked bytes.Buffer
	if err := run(t.Context(), []string{
		"write", "-o", layout, "-version", "v1.2.3", "-created", "1780000000",
		"linux/amd64=" + executables[0].path, "linux/arm64=" + executables[1].path,
	}, &written); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"check", layout}, &checked); err != nil {
		t.Fatal(err)
	}
	if written.String() != checked.String() || !strings.HasPrefix(written.String(), "sha256:") {
		t.Errorf("write said %q, check said %q", written.String(), checked.String())
	}
}

func TestWrongArguments(t *testing.T) {
	write := []string{"write", "-o", filepath.Join(t.TempDir(), "layout"), "-version", "v1.2.3"}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{nil, "usage"},
		{[]string{"build"}, "usage"},
		{[]string{"check"}, "usage"},
		{[]string{"push", "layout"}, "usage"},
		{write, "usage"},
		{append(write[:5:5], "linux/amd64=manager"), "usage"}, // No time.
		{append(write[:5:5], "-created", "0", "manager"), "not PLATFORM=EXECUTABLE"},
		{append(write[:5:5], "-created", "0", "linux/amd64="), "not PLATFORM=EXECUTABLE"},
		{append(write[:5:5], "-created", "0", "windows/amd64=manager"), "not linux/amd64 or linux/arm64"},
		{append(write[:5:5], "-created", "0", "linux/s390x=manager"), "not linux/amd64 or linux/arm64"},
		{append(write[:5:5], "-created", "0", "linux/amd64=no-such-file"), "no-such-file"},
	} {
		if err := run(t.Context(), tt.args, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %q", tt.args, err, tt.want)
		}
	}
}
