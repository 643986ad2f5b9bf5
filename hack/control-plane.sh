#!/usr/bin/env bash
#
# Finds or builds the control plane that the integration tests and the demo run against: etcd,
# kube-apiserver, kube-controller-manager and kubectl. Prints the folder that holds them as the last
# line on stdout; everything else goes to stderr.
#
#   KUBEBUILDER_ASSETS  a folder with all four executables: it is used, and nothing is built
#   XDG_CACHE_HOME      where the built ones are kept (default ~/.cache)
#
# The versions are those of hack/controlplane/go.mod, and nowhere else.
set -euo pipefail

tool=control-plane
module=hack/controlplane
binaries="etcd kube-apiserver kube-controller-manager kubectl"
takes="about five to ten minutes on two cores, and 2 to 3 GB of disk, most of it Go's build cache"
files=
# shellcheck source=lib/binaries.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/binaries.sh"

package_of() {
  case $1 in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    *) echo "k8s.io/kubernetes/cmd/$1" ;;
  esac
}

# ldflags_of strips an executable and sets its version, which clients read.
ldflags_of() {
  local package major minor
  major=${kubernetes#v}
  minor=${major#*.}
  printf '%s' '-s -w'
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf ' -X %s.gitVersion=%s -X %s.gitMajor=%s -X %s.gitMinor=%s -X %s.gitCommit=' \
      "$package" "$kubernetes" "$package" "${major%%.*}" "$package" "${minor%%.*}" "$package"
  done
}

kubernetes=$(required k8s.io/kubernetes)
etcd=$(required go.etcd.io/etcd/server/v3)
if [ -z "$kubernetes" ] || [ -z "$etcd" ]; then
  die "$module/go.mod names no version of k8s.io/kubernetes or go.etcd.io/etcd/server/v3"
fi
provide "k8s-$kubernetes-etcd-$etcd" "${KUBEBUILDER_ASSETS:-}"
