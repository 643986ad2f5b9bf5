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
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// helmAssetsEnv names the folder that holds the executables of Helm.
const helmAssetsEnv = "HELM_ASSETS"

// Helms are the executables of two versions of Helm.
type Helms struct {
	Three, Four string
}

// FindHelms returns the executables in the folder that the environment variable HELM_ASSETS names. When that is unset,
// hack/helm.sh finds or builds them, which takes minutes the first time.
func FindHelms(ctx context.Context) (Helms, error) {
	dir := os.Getenv(helmAssetsEnv)
	if dir == "" {
		built, err := buildAssets(ctx, "helm.sh")
		if err != nil {
			return Helms{}, err
		}
		dir = built
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Helms{}, fmt.Errorf("folder of binaries: %w", err)
	}
	helms := Helms{Three: filepath.Join(dir, "helm3"), Four: filepath.Join(dir, "helm4")}
	return helms, checkBinaries(dir, filepath.Base(helms.Three), filepath.Base(helms.Four))
}
