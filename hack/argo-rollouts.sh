#!/usr/bin/env bash
#
# Finds or builds the Argo Rollouts that the tests under test/e2e/rollouts run: its controller, its kubectl plugin,
# and the manifests that belong to them. Prints the folder that holds them as the last line on stdout;
# everything else goes to stderr.
#
#   ARGO_ROLLOUTS_ASSETS  a folder with all three: it is used, and nothing is built
#   XDG_CACHE_HOME        where the built ones are kept (default ~/.cache)
#
# The version is that of hack/argo-rollouts/go.mod, and nowhere else.
set -euo pipefail

tool=argo-rollouts
module=hack/argo-rollouts
binaries="rollouts-controller kubectl-argo-rollouts"
takes="about three minutes on two cores, and 1 GB of disk, most of it Go's build cache"
# Only what the tests read: manifests are copied as a whole.
files="manifests/crds/kustomization.yaml manifests/role/kustomization.yaml"
# shellcheck source=lib/binaries.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/binaries.sh"

readonly upstream=github.com/argoproj/argo-rollouts

package_of() { echo "$upstream/cmd/$1"; }

ldflags_of() { printf '%s' "-s -w -X $upstream/utils/version.version=${version#v}"; }

# add_files copies the CustomResourceDefinitions and the controller's own rights from the module of the code.
add_files() {
  local source
  source=$(cd "$root/$module" && GOWORK=off go list -mod=readonly -m -f '{{.Dir}}' "$upstream")
  [ -d "$source/manifests" ] || die "the module $upstream $version has no manifests"
  cp -R "$source/manifests" "$1/manifests"
  # Files of the module cache are read-only. Copied folders would be, too, and could then not be removed.
  chmod -R u+w "$1/manifests"
}

version=$(required "$upstream")
if [ -z "$version" ]; then
  die "$module/go.mod names no version of $upstream"
fi
provide "$version" "${ARGO_ROLLOUTS_ASSETS:-}"
