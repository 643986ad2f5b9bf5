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
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// executable is the manager, built for a platform.
type executable struct {
	platform v1.Platform
	path     string
}

// parseExecutable reads PLATFORM=FILE, such as linux/amd64=bin/manager.
func parseExecutable(arg string) (executable, error) {
	name, path, ok := strings.Cut(arg, "=")
	if !ok || path == "" {
		return executable{}, fmt.Errorf("%q is not PLATFORM=EXECUTABLE, such as linux/amd64=bin/manager", arg)
	}
	platform, err := v1.ParsePlatform(name)
	if err != nil {
		return executable{}, err
	}
	if _, known := machines[platform.Architecture]; platform.OS != "linux" || !known {
		return executable{}, fmt.Errorf("platform %q is not linux/amd64 or linux/arm64", name)
	}
	return executable{platform: *platform, path: path}, nil
}

// machines are the processors that an image can be for, by Go's names.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// checkStatic returns an error unless a Linux executable is for the architecture, and needs no file beside it: the image has
// no dynamic linker and no libraries.
func checkStatic(r io.ReaderAt, architecture string) error {
	file, err := elf.NewFile(r)
	if err != nil {
		return fmt.Errorf("this is not a Linux executable: %w", err)
	}
	if file.Machine != machines[architecture] {
		return fmt.Errorf("the executable is for %s, not for %s", file.Machine, architecture)
	}
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP || segment.Type == elf.PT_DYNAMIC {
			return errors.New("the executable is linked dynamically: build it with CGO_ENABLED=0")
		}
	}
	return nil
}
