#!/usr/bin/env bash
#
# Checks that the files of the repository name a version that is to be released, and that its commit is on main. Prints the section
# of the version in CHANGELOG.md.
#
#   hack/release-check.sh v1.2.3
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=${1:-}
failed=

problem() {
  printf 'release-check: %s\n' "$*" >&2
  failed=1
}

# expect compares what a file says with the version.
expect() {
  if [ "$2" != "$3" ]; then
    problem "$1 has ${2:-nothing}, want $3"
  fi
}

if ! [[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]]; then
  problem "the version '$version' is not a semantic version such as v1.2.3: make it with 'git tag', or set VERSION"
  exit 1
fi
expect "newTag of config/manager/kustomization.yaml" "$(sed -n 's/^ *newTag: //p' config/manager/kustomization.yaml)" "$version"
# The chart has the same version, because it is published with each release under this name.
expect "version of dist/chart/Chart.yaml" "$(sed -n 's/^version: //p' dist/chart/Chart.yaml)" "${version#v}"
expect "appVersion of dist/chart/Chart.yaml" "$(sed -n 's/^appVersion: //p' dist/chart/Chart.yaml)" "$version"
expect "the image of dist/install.yaml" "$(sed -n 's/^ *image: .*://p' dist/install.yaml | sort -u)" "$version"

# A tag can be on any commit. Only what was merged has been reviewed.
if ! git rev-parse --verify --quiet refs/remotes/origin/main >/dev/null; then
  problem "this clone has no origin/main to look for the commit on: run 'git fetch origin main:refs/remotes/origin/main'"
elif ! git merge-base --is-ancestor HEAD refs/remotes/origin/main; then
  problem "the commit $(git rev-parse --short HEAD) is not on main: merge it, and tag a commit of main"
fi

# The section begins with a line such as "## v1.2.3" or "## v1.2.3 - 2026-12-01", and ends before the next one.
notes=$(awk -v version="$version" '/^## / { inside = ($2 == version); next } inside' CHANGELOG.md)
if [ -z "${notes//[[:space:]]/}" ]; then
  problem "CHANGELOG.md has no section '## $version'"
fi
if [ -n "$failed" ]; then
  exit 1
fi
printf '%s\n' "$notes"
