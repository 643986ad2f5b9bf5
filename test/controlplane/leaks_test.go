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
	"strings"
	"testing"
	"time"
)

func TestCheckLeaks(t *testing.T) {
	end := make(chan struct{})
	go forgotten(end)
	if err := checkLeaks(time.Millisecond); err == nil || !strings.Contains(err.Error(), "controlplane.forgotten") {
		t.Errorf("a goroutine that runs is reported as %v", err)
	}
	close(end)
	if err := checkLeaks(testTimeout); err != nil {
		t.Error(err)
	}
}

func forgotten(end <-chan struct{}) { <-end }
