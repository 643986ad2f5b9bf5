# Shared by the scripts that build programs from modules of other projects. They build each version once, into a folder
# of the user's cache, so that a fresh clone does not build it again. Source this file. The script that does so sets
#
#   tool       what its messages begin with
#   module     the folder of the module that names the versions, relative to the root of the repository
#   binaries   the programs, separated by spaces
#   takes      the time and disk space that it needs, as text
#   files      files that belong to the programs, relative to their folder; may be empty
#
# and defines package_of and ldflags_of, which print the package and the linker's flags of a program, and, if there are
# such files, add_files, which puts them into a folder. It sets folder if the module is not in $root/$module. Then it calls
# provide <version> <folder given by the user, or nothing>, which prints the folder with the programs as the last line
# on stdout; everything else goes to stderr.
#
# Written for bash 3.2, which is what macOS has.
# shellcheck shell=bash

readonly heartbeat_seconds=20

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$root/$module

say() { printf '%s: %s\n' "$tool" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# missing lists those of the programs, and of their files, that a folder lacks.
missing() {
  local name
  for name in $files; do
    if [ ! -f "$1/$name" ]; then
      printf ' %s' "$name"
    fi
  done
  for name in $binaries; do
    if [ ! -f "$1/$name" ] || [ ! -x "$1/$name" ]; then
      printf ' %s' "$name"
    fi
  done
}

# required prints the version of a module that the module requires.
required() {
  awk -v module="$1" '$1 == "require" { $1 = ""; $0 = $0 } $1 == module && $2 ~ /^v/ { print $2; exit }' \
    "$folder/go.mod"
}

# cache_folder prints the folder that keeps what is built.
cache_folder() {
  if [ -z "${XDG_CACHE_HOME:-}" ] && [ -z "${HOME:-}" ]; then
    die "neither XDG_CACHE_HOME nor HOME is set: there is no place to keep what is built"
  fi
  echo "${XDG_CACHE_HOME:-$HOME/.cache}/stakeholder-operator/$tool"
}

check_go() {
  local wanted have major minor rest
  wanted=$(awk '$1 == "go" { print $2; exit }' "$folder/go.mod")
  command -v go >/dev/null 2>&1 ||
    die "Go $wanted or later is needed to build this, and there is no go in PATH: see https://go.dev/doc/install"
  # Inside the module, so that a Go that can fetch toolchains fetches the one that go.mod requires.
  have=$(cd "$folder" && go env GOVERSION) ||
    die "Go $wanted or later is needed to build this; what this go said is above: see https://go.dev/doc/install"
  rest=${have#go}
  major=${rest%%.*}
  rest=${rest#*.}
  minor=${rest%%[!0-9]*}
  case $major.$minor in
    *[!0-9.]* | .* | *.) return ;; # a development build of Go: let the compiler judge
  esac
  if [ "$major" -lt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -lt "$(echo "$wanted" | cut -d. -f2)" ]; }; then
    die "Go $wanted or later is needed to build this, this is $have: see https://go.dev/doc/install"
  fi
}

build_pid=
staging=

stop_build() {
  if [ -n "$build_pid" ]; then
    # The whole process group: go starts compilers and linkers as children.
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

# build_one builds an executable into the staging folder and reports now and then that it is still building.
build_one() {
  local name=$1 position=$2 count=$3 started=$SECONDS last=$SECONDS
  say "[$position/$count] $name ..."
  # Job control gives the build its own process group, so that the script can stop all of it. Only for this line,
  # because foreground commands must stay in the terminal's group.
  set -m
  (
    cd "$folder"
    # For this machine, even if the caller's environment is set up for a cross build.
    GOOS='' GOARCH='' GOWORK=off CGO_ENABLED=0 exec go build -mod=readonly -buildvcs=false \
      -ldflags "$(ldflags_of "$name")" -o "$staging/$name" "$(package_of "$name")"
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
  say "[$position/$count] $name done in $((SECONDS - started)) s"
}

# put_in_place moves the complete staging folder to its final place. Two builds at once both succeed: the second one
# finds the folder there and deletes its own.
put_in_place() {
  local target=$1 inside
  if [ -d "$target" ] && [ -n "$(missing "$target")" ]; then
    mv "$target" "$staging.incomplete"
    rm -rf "$staging.incomplete"
  fi
  if [ ! -d "$target" ]; then
    mv "$staging" "$target"
    # mv moves *into* a folder that another process has created since the line above.
    inside=$target/$(basename "$staging")
    if [ -d "$inside" ]; then
      rm -rf "$inside"
    fi
  fi
}

# provide prints the folder that holds the programs, and builds them first if they are not there.
provide() {
  local version=$1 given=${2:-} lacking parent target position count name
  if [ -n "$given" ]; then
    lacking=$(missing "$given")
    if [ -z "$lacking" ]; then
      (cd "$given" && pwd)
      return
    fi
    say "$given lacks$lacking; using our own instead"
  fi
  check_go
  parent=$(cache_folder)
  target=$parent/$version-$(go env GOHOSTOS)-$(go env GOHOSTARCH)
  if [ -z "$(missing "$target")" ]; then
    echo "$target"
    return
  fi

  say "building $version from source, once: $takes. The executables go to"
  say "$target"
  mkdir -p "$parent"
  # The remains of a killed build; a day is longer than any build that is still running.
  find "$parent" -maxdepth 1 -type d -name '.build.*' -mtime +0 -exec rm -rf {} +
  trap clean_up EXIT
  # Traps for these, because bash runs EXIT for them only if they are trapped.
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  # Next to the target, so that moving it there is a rename; the name contains this process's ID.
  staging=$parent/.build.$$.$RANDOM
  mkdir "$staging"
  # shellcheck disable=SC2086
  set -- $binaries
  count=$#
  position=0
  for name in "$@"; do
    position=$((position + 1))
    build_one "$name" "$position" "$count"
  done
  if [ -n "$files" ]; then
    add_files "$staging"
  fi
  put_in_place "$target"
  lacking=$(missing "$target")
  [ -z "$lacking" ] || die "$target still lacks$lacking"
  say "done in $SECONDS s"
  echo "$target"
}
