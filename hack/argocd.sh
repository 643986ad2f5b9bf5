#!/usr/bin/env bash
#
# Finds or builds the Argo CD that the end-to-end tests run: one program, which is every component. Prints the folder
# that holds it as the last line on stdout; everything else goes to stderr.
#
#   ARGOCD_ASSETS   a folder with the executable: it is used, and nothing is built
#   XDG_CACHE_HOME  where the built one is kept (default ~/.cache)
#
# The version is that of hack/argocd/go.mod, and nowhere else.
set -euo pipefail

tool=argocd
module=hack/argocd
binaries=argocd
takes="about five minutes on two cores, and 3 GB of disk, most of it Go's build cache"
files=
# shellcheck source=lib/binaries.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/binaries.sh"

package_of() { echo github.com/argoproj/argo-cd/v3/cmd; }

ldflags_of() { printf '%s' "-s -w -X github.com/argoproj/argo-cd/v3/common.version=${version#v}"; }

version=$(required github.com/argoproj/argo-cd/v3)
if [ -z "$version" ]; then
  die "$module/go.mod names no version of github.com/argoproj/argo-cd/v3"
fi
provide "$version" "${ARGOCD_ASSETS:-}"
