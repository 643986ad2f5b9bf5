#!/usr/bin/env bash
#
# Finds or builds the control plane that the integration tests and the demo run against: etcd,
# kube-apiserver, kube-controller-manager and kubectl. Prints the folder that holds them as the last
# line on stdout; everything else goes to stderr.
#
#   KUBERNETES_VERSION  another version of Kubernetes than that of hack/controlplane/go.mod, such as v1.34.5
#   KUBEBUILDER_ASSETS  a folder with all four executables: it is used, and nothing is built, unless KUBERNETES_VERSION is set
#   XDG_CACHE_HOME      where the built ones are kept (default ~/.cache)
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

# field prints a field of what go mod download says as JSON.
field() { printf '%s\n' "$2" | sed -n "s/.*\"$1\": \"\(.*\)\".*/\1/p"; }

# another_module makes a module like hack/controlplane for another version, in the cache, and has it used. It requires what
# that version of Kubernetes requires itself. The checksums are those of Go's checksum database.
another_module() {
  local version=$1 answer requirements making
  case $version in
    v1.*.*) ;;
    *) die "KUBERNETES_VERSION is $version: it has to be a version such as v1.34.5" ;;
  esac
  check_go
  folder=$(cache_folder)/module-$version
  if [ -f "$folder/go.sum" ]; then
    return
  fi
  say "reading what Kubernetes $version consists of"
  mkdir -p "$(cache_folder)"
  answer=$(cd "$root/$module" && go mod download -json "k8s.io/kubernetes@$version") ||
    die "Kubernetes $version is not available as a Go module: $(field Error "$answer")"
  requirements=$(field GoMod "$answer")
  making=$(mktemp -d "$(cache_folder)/.build.XXXXXX")
  {
    sed -e '/^require/,$d' "$root/$module/go.mod"
    echo "require k8s.io/kubernetes $version"
    # Kubernetes replaces its staging modules by folders, which its own module does not have.
    sed -n "s|^[[:space:]]*\(k8s.io/[a-z-]*\) => \./staging/.*|replace \1 => \1 v0.${version#v1.}|p" "$requirements"
  } >"$making/go.mod"
  # It adds what the programs need to go.mod and go.sum.
  # shellcheck disable=SC2046
  if ! (cd "$making" && GOOS='' GOARCH='' GOWORK=off CGO_ENABLED=0 go list -mod=mod -deps $(for name in $binaries; do package_of "$name"; done)) >/dev/null; then
    rm -rf "$making"
    die "the modules of Kubernetes $version could not be read: the reason is above"
  fi
  rm -rf "$folder"
  mv "$making" "$folder"
}

given=${KUBEBUILDER_ASSETS:-}
if [ -n "${KUBERNETES_VERSION:-}" ]; then
  given=
  if [ "$KUBERNETES_VERSION" != "$(required k8s.io/kubernetes)" ]; then
    another_module "$KUBERNETES_VERSION"
  fi
fi
kubernetes=$(required k8s.io/kubernetes)
etcd=$(required go.etcd.io/etcd/server/v3)
if [ -z "$kubernetes" ] || [ -z "$etcd" ]; then
  die "$folder/go.mod names no version of k8s.io/kubernetes or go.etcd.io/etcd/server/v3"
fi
provide "k8s-$kubernetes-etcd-$etcd" "$given"
