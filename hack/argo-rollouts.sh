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
# Written for bash 3.2, which is what macOS has.
set -euo pipefail

readonly binaries="rollouts-controller kubectl-argo-rollouts"
readonly upstream=github.com/argoproj/argo-rollouts
readonly heartbeat_seconds=20

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly module=$root/hack/argo-rollouts

say() { printf 'argo-rollouts: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# missing lists what a folder lacks of the executables and the manifests.
missing() {
  local name
  for name in $binaries; do
    if [ ! -f "$1/$name" ] || [ ! -x "$1/$name" ]; then
      printf ' %s' "$name"
    fi
  done
  # Only what the tests read: manifests are copied as a whole.
  for name in crds role; do
    if [ ! -f "$1/manifests/$name/kustomization.yaml" ]; then
      printf ' %s' "manifests/$name"
    fi
  done
}

# required prints the version of a module that hack/argo-rollouts/go.mod requires.
required() {
  awk -v module="$1" '$1 == "require" { $1 = ""; $0 = $0 } $1 == module && $2 ~ /^v/ { print $2; exit }' \
    "$module/go.mod"
}

check_go() {
  local wanted have
  wanted=$(awk '$1 == "go" { print $2; exit }' "$module/go.mod")
  command -v go >/dev/null 2>&1 ||
    die "Go $wanted or later is needed to build Argo Rollouts, and there is no go in PATH: see https://go.dev/doc/install"
  # Inside the module, where Go itself compares its version with the one that go.mod asks for.
  have=$(cd "$module" && GOWORK=off go version 2>&1 && GOWORK=off go list -m 2>&1 >/dev/null) ||
    die "Go $wanted or later is needed to build Argo Rollouts; what this go said: $have; see https://go.dev/doc/install"
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
  say "[$position/2] $name ..."
  # Job control gives the build a process group of its own, so that it can be stopped as a whole;
  # only for this line, because foreground commands are to stay in the terminal's group.
  set -m
  (
    cd "$module"
    # For this machine, whatever a cross build in the caller's environment says.
    GOOS='' GOARCH='' GOWORK=off CGO_ENABLED=0 exec go build -mod=readonly -trimpath -buildvcs=false \
      -ldflags "-s -w -X $upstream/utils/version.version=${version#v}" -o "$staging/$name" "$upstream/cmd/$name"
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
  say "[$position/2] $name done in $((SECONDS - started)) s"
}

# copy_manifests takes the CustomResourceDefinitions and the controller's own rights from where the code is from.
copy_manifests() {
  local source
  source=$(cd "$module" && GOWORK=off go list -mod=readonly -m -f '{{.Dir}}' "$upstream")
  [ -d "$source/manifests" ] || die "the module $upstream $version has no manifests"
  cp -R "$source/manifests" "$staging/manifests"
  # Files of the module cache are read-only, and so would be the folders, which could then not be removed.
  chmod -R u+w "$staging/manifests"
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
  assets=${ARGO_ROLLOUTS_ASSETS:-}
  if [ -n "$assets" ]; then
    lacking=$(missing "$assets")
    if [ -z "$lacking" ]; then
      (cd "$assets" && pwd)
      return
    fi
    say "ARGO_ROLLOUTS_ASSETS=$assets lacks$lacking; using our own build instead"
  fi

  version=$(required "$upstream")
  [ -n "$version" ] || die "hack/argo-rollouts/go.mod names no version of $upstream"
  if [ -z "${XDG_CACHE_HOME:-}" ] && [ -z "${HOME:-}" ]; then
    die "neither XDG_CACHE_HOME nor HOME is set: there is no place to keep Argo Rollouts"
  fi
  check_go
  parent=${XDG_CACHE_HOME:-$HOME/.cache}/stakeholder-operator/argo-rollouts
  target=$parent/$version-$(go env GOHOSTOS)-$(go env GOHOSTARCH)
  if [ -z "$(missing "$target")" ]; then
    echo "$target"
    return
  fi

  say "building Argo Rollouts $version from source, once: BUILDTIME"
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
  copy_manifests
  put_in_place "$target"
  lacking=$(missing "$target")
  [ -z "$lacking" ] || die "$target still lacks$lacking"
  say "done in $SECONDS s"
  echo "$target"
}

main "$@"
