#!/usr/bin/env bash
#
# Checks the manager's image: what is in it, and that a build in another folder gives the same digest.
#
#   hack/image-check.sh LAYOUT
#
#   VERSION, REVISION, SOURCE_DATE_EPOCH  what the layout was built with
#   MAKE                                  the make to use
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
layout=$(cd "$1" && pwd)
cd "$root"

say() { printf 'image-check: %s\n' "$*" >&2; }

# The same Go gives the same executable. The Dockerfile and the workflows take it from different places.
go=$(cat .go-version)
if ! grep -q "^FROM .*golang:$go@sha256:" Dockerfile; then
  say "the Dockerfile does not build with Go $go, which .go-version names"
  exit 1
fi

digest=$(cd hack/image && CGO_ENABLED=0 GOWORK=off go run -mod=readonly . check "$layout")
say "$digest has what it should have"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/hack"
cp -Rp Makefile go.mod go.sum api cmd controllers "$scratch"
cp -Rp hack/image "$scratch/hack"
again=$(cd "$scratch" && "${MAKE:-make}" --no-print-directory image-layout IMAGE_LAYOUT=layout \
  VERSION="$VERSION" REVISION="$REVISION" SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH")
if [ "$again" != "$digest" ]; then
  say "a build in another folder has another digest: $again"
  exit 1
fi
say "a build in another folder has the same digest"
