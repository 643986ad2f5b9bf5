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

// Command overview draws the picture of the README: the roles, what the operator makes of them, and who gets which question.
// It writes a file for light and one for dark pages, because an SVG in a page does not know the theme of that page.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("o", "", "the folder to write the pictures to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "overview:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	for i := range themes {
		file := filepath.Join(out, themes[i].file)
		if err := os.WriteFile(file, []byte(picture(&themes[i])), 0o644); err != nil { //nolint:gosec // a picture of the documentation
			return err
		}
	}
	return nil
}
