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
# Written for bash 3.2, which is what macOS has.
set -euo pipefail

readonly binaries="etcd kube-apiserver kube-controller-manager kubectl"
readonly heartbeat_seconds=20

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly module=$root/hack/controlplane

say() { printf 'control-plane: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# missing lists those of the four executables that a folder lacks.
missing() {
  local name
  for name in $binaries; do
    if [ ! -f "$1/$name" ] || [ ! -x "$1/$name" ]; then
      printf ' %s' "$name"
    fi
  done
}

# required prints the version of a module that hack/controlplane/go.mod requires.
required() {
  awk -v module="$1" '$1 == "require" { $1 = ""; $0 = $0 } $1 == module && $2 ~ /^v/ { print $2; exit }' \
    "$module/go.mod"
}

package_of() {
  case $1 in
    etcd) echo go.etcd.io/etcd/server/v3 ;;
    *) echo "k8s.io/kubernetes/cmd/$1" ;;
  esac
}

# ldflags_of strips an executable and tells it its version, which clients look at.
ldflags_of() {
  local version=$1 package major minor
  major=${version#v}
  minor=${major#*.}
  printf '%s' '-s -w'
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    printf ' -X %s.gitVersion=%s -X %s.gitMajor=%s -X %s.gitMinor=%s -X %s.gitCommit=' \
      "$package" "$version" "$package" "${major%%.*}" "$package" "${minor%%.*}" "$package"
  done
}

check_go() {
  local wanted have major minor rest
  wanted=$(awk '$1 == "go" { print $2; exit }' "$module/go.mod")
  command -v go >/dev/null 2>&1 ||
    die "Go $wanted or later is needed to build the control plane, and there is no go in PATH: see https://go.dev/doc/install"
  # Inside the module, so that a Go that can fetch the toolchain that go.mod asks for does so.
  have=$(cd "$module" && go env GOVERSION) ||
    die "Go $wanted or later is needed to build the control plane; what this go said is above: see https://go.dev/doc/install"
  rest=${have#go}
  major=${rest%%.*}
  rest=${rest#*.}
  minor=${rest%%[!0-9]*}
  case $major.$minor in
    *[!0-9.]* | .* | *.) return ;; # a development build of Go: let the compiler judge
  esac
  if [ "$major" -lt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -lt "$(echo "$wanted" | cut -d. -f2)" ]; }; then
    die "Go $wanted or later is needed to build the control plane, this is $have: see https://go.dev/doc/install"
  fi
}

build_pid=
staging=

stop_build() {
  if [ -n "$build_pid" ]; then
    # The whole process group: go starts compilers and linkers of its own.
    kill -TERM -- "-$build_pid" 2>/dev/null || true
    wait "$build_pid" 2>/dev/null || true
    build_pid=
  fi
}

clean_up() {
  stop_build
  if [ -n "$staging" ]; then
    rm -rf "$staging"
  fi
}

# build_one builds an executable into the staging folder and says every now and then that it still does.
build_one() {
  local name=$1 position=$2 started=$SECONDS last=$SECONDS
  say "[$position/4] $name ..."
  # Job control gives the build a process group of its own, so that it can be stopped as a whole;
  # only for this line, because foreground commands are to stay in the terminal's group.
  set -m
  (
    cd "$module"
    # For this machine, whatever a cross build in the caller's environment says.
    GOOS='' GOARCH='' GOWORK=off CGO_ENABLED=0 exec go build -mod=readonly -trimpath -buildvcs=false \
      -ldflags "$(ldflags_of "$kubernetes")" -o "$staging/$name" "$(package_of "$name")"
  ) </dev/null >&2 &
  build_pid=$!
  set +m
  while kill -0 "$build_pid" 2>/dev/null; do
    sleep 1
    if [ $((SECONDS - last)) -ge "$heartbeat_seconds" ]; then
      last=$SECONDS
      say "still building $name, $((SECONDS - started)) s"
    fi
  done
  if ! wait "$build_pid"; then
    build_pid=
    die "building $name failed: the reason is above"
  fi
  build_pid=
  say "[$position/4] $name done in $((SECONDS - started)) s"
}

# put_in_place moves the full staging folder to where it belongs. Two builds at once both succeed:
# the second one finds the folder there and throws its own away.
put_in_place() {
  local target=$1 inside
  if [ -d "$target" ] && [ -n "$(missing "$target")" ]; then
    mv "$target" "$staging.incomplete"
    rm -rf "$staging.incomplete"
  fi
  if [ ! -d "$target" ]; then
    mv "$staging" "$target"
    # mv moves *into* a folder that somebody else put there since the line above.
    inside=$target/$(basename "$staging")
    if [ -d "$inside" ]; then
      rm -rf "$inside"
    fi
  fi
}

main() {
  local assets lacking target parent position name
  assets=${KUBEBUILDER_ASSETS:-}
  if [ -n "$assets" ]; then
    lacking=$(missing "$assets")
    if [ -z "$lacking" ]; then
      (cd "$assets" && pwd)
      return
    fi
    say "KUBEBUILDER_ASSETS=$assets lacks$lacking; using our own control plane instead"
  fi

  check_go
  kubernetes=$(required k8s.io/kubernetes)
  etcd=$(required go.etcd.io/etcd/server/v3)
  if [ -z "$kubernetes" ] || [ -z "$etcd" ]; then
    die "hack/controlplane/go.mod names no version of k8s.io/kubernetes or go.etcd.io/etcd/server/v3"
  fi
  if [ -z "${XDG_CACHE_HOME:-}" ] && [ -z "${HOME:-}" ]; then
    die "neither XDG_CACHE_HOME nor HOME is set: there is no place to keep the control plane"
  fi
  parent=${XDG_CACHE_HOME:-$HOME/.cache}/stakeholder-operator/control-plane
  target=$parent/k8s-$kubernetes-etcd-$etcd-$(go env GOHOSTOS)-$(go env GOHOSTARCH)
  if [ -z "$(missing "$target")" ]; then
    echo "$target"
    return
  fi

  say "building Kubernetes $kubernetes and etcd $etcd from source, once: about five to ten minutes on two cores,"
  say "and 2 to 3 GB of disk, most of it Go's build cache. The executables go to"
  say "$target"
  mkdir -p "$parent"
  # What a killed build left behind; a day is longer than any build that is still running.
  find "$parent" -maxdepth 1 -type d -name '.build.*' -mtime +0 -exec rm -rf {} +
  trap clean_up EXIT
  # With a reason of their own, because bash runs EXIT for these only if they are trapped.
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Beside the target, so that moving it there is a rename; the name is this process's own.
  staging=$parent/.build.$$.$RANDOM
  mkdir "$staging"
  position=0
  for name in $binaries; do
    position=$((position + 1))
    build_one "$name" "$position"
  done
  put_in_place "$target"
  lacking=$(missing "$target")
  [ -z "$lacking" ] || die "$target still lacks$lacking"
  say "done in $SECONDS s"
  echo "$target"
}

main "$@"
