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
	"os"
	"path/filepath"
)

// helmAssetsEnv names a folder with Helm 3 and Helm 4.
const helmAssetsEnv = "HELM_ASSETS"

// HelmBinaries are the files of the folder that HelmAssets returns.
var HelmBinaries = []string{"helm3", "helm4"}

// HelmAssets is the folder with Helm 3 and Helm 4: what the environment variable HELM_ASSETS names or, if that is unset, the folder that
// hack/helm.sh prints. The script builds them if its cache does not have them, which takes minutes the first time.
func HelmAssets(ctx context.Context) (string, error) {
	dir := os.Getenv(helmAssetsEnv)
	if dir == "" {
		built, err := buildAssets(ctx, "helm.sh")
		if err != nil {
			return "", err
		}
		dir = built
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return dir, checkBinaries(dir, HelmBinaries...)
}
