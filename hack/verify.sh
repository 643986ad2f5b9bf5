#!/usr/bin/env bash
#
# Checks that generated files are current: deep copies, apply configurations, the CRD, RBAC, the JSON
# schema, pages and pictures of docs, dist/install.yaml, files of the Helm chart, and every go.mod and go.sum. It checks the files of
# the working tree, committed or not: it regenerates a copy of them and compares, and never writes to the working tree.
# It also checks the links within the documentation, and the pages that other files name.
#
#   LOCALBIN  where the Makefile keeps its tools, so that the copy does not build them again
#   MAKE      the make to use
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
localbin=${LOCALBIN:-$root/bin}
readonly max_lines=200

say() { printf 'verify: %s\n' "$*" >&2; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$scratch/before" "$scratch/after"

# sources lists the project's files, NUL separated: those that git tracks or would add. If git fails, as in a source
# archive, it lists everything except the tools.
sources() {
  cd "$root"
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard |
      # git still lists a deleted file until the deletion is committed.
      while IFS= read -r -d '' file; do
        if [ -e "$file" ] || [ -L "$file" ]; then
          printf '%s\0' "$file"
        fi
      done
  else
    find . -path ./bin -prune -o -path ./.git -prune -o -type f -print0
  fi
}

sources >"$scratch/list"
(cd "$root" && tar --null -T "$scratch/list" -cf - | tar -xf - -C "$scratch/before")
cp -Rp "$scratch/before/." "$scratch/after"

# Otherwise a generated file whose source is gone would stay and look current. The schema and the examples of rules are
# embedded in packages that their generators use, so they have to stay; they are always overwritten.
cd "$scratch/after"
rm -rf api/v1alpha1/applyconfiguration config/crd/bases config/rbac/role.yaml docs/reference docs/images \
  dist/install.yaml dist/chart/files
find api -name 'zz_generated.*.go' -exec rm -f {} +

say "regenerating in a copy"
# The plugin embeds the CRDs, so they come first. A variable IMG of the user's would change install.yaml.
if ! env -u IMG "${MAKE:-make}" --no-print-directory LOCALBIN="$localbin" manifests generate build-installer >"$scratch/log" 2>&1; then
  cat "$scratch/log" >&2
  say "the generators failed: their output is above"
  exit 1
fi

failed=
if ! diff -ruN "$scratch/before" "$scratch/after" >"$scratch/diff"; then
  failed=1
  say "generated files are not current; run 'make manifests generate build-installer', and delete what has no source any more:"
  # Lines of "diff -rq" name both copies; users know the path below them.
  (cd "$scratch" && diff -rqN before after || true) | sed -e 's|^Files before/\(.*\) and after/.* differ$|  \1|' >&2
  sed -e "s|$scratch/before|a|" -e "s|$scratch/after|b|" -e "${max_lines}q" "$scratch/diff" >&2
fi

say "checking go.mod and go.sum of every module"
while IFS= read -r file; do
  module=$(dirname "$file")
  if ! (cd "$module" && GOWORK=off go mod tidy -diff) >"$scratch/tidy" 2>"$scratch/tidy.err"; then
    failed=1
    if [ -s "$scratch/tidy" ]; then
      say "$module is not tidy; run 'go mod tidy' there:"
      sed -e "${max_lines}q" "$scratch/tidy" >&2
    else
      say "'go mod tidy' failed in $module:"
      cat "$scratch/tidy.err" >&2
    fi
  fi
done < <(find . -name go.mod | sed 's|^\./||' | sort)

say "checking the links within the documentation"
(cd "$root" && GOWORK=off CGO_ENABLED=0 go run -trimpath ./hack/check-links) || failed=1

if [ -n "$failed" ]; then
  exit 1
fi
say "all generated files are current"
