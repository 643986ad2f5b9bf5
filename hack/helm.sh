#!/usr/bin/env bash
#
# Finds or builds Helm 3 and Helm 4, with which the chart is checked and installed. Prints the folder that holds the
# executables helm3 and helm4 as the last line on stdout; everything else goes to stderr.
#
#   HELM_ASSETS     a folder with both executables: it is used, and nothing is built
#   XDG_CACHE_HOME  where the built ones are kept (default ~/.cache)
#
# The versions are those of hack/helm/go.mod, and nowhere else.
set -euo pipefail

tool=helm
module=hack/helm
binaries="helm3 helm4"
takes="about three minutes on two cores, and 1 GB of disk, most of it Go's build cache"
files=
# shellcheck source=lib/binaries.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/binaries.sh"

package_of() { echo "helm.sh/helm/v${1#helm}/cmd/helm"; }

# ldflags_of strips an executable, sets its version and, for Helm 3, the version of Kubernetes that it assumes without a
# cluster. Helm 4 finds the latter itself.
ldflags_of() {
  local package minor
  package=helm.sh/helm/v${1#helm}
  printf '%s' "-s -w -X $package/internal/version.version=$(required "$package")"
  if [ "$1" = helm3 ]; then
    minor=$(required k8s.io/client-go)
    minor=${minor#v0.}
    for name in lint/rules chartutil; do
      printf ' -X %s.k8sVersionMajor=1 -X %s.k8sVersionMinor=%s' "$package/pkg/$name" "$package/pkg/$name" "${minor%%.*}"
    done
  fi
}

helm3=$(required helm.sh/helm/v3)
helm4=$(required helm.sh/helm/v4)
if [ -z "$helm3" ] || [ -z "$helm4" ]; then
  die "$module/go.mod names no version of helm.sh/helm/v3 or helm.sh/helm/v4"
fi
provide "$helm3-$helm4" "${HELM_ASSETS:-}"
