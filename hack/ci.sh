#!/usr/bin/env bash
#
# Runs targets of make one after the other, until one fails, and ends with a table of how long each took, also after a failure and
# when it is interrupted. Its arguments are the targets. Below the target test, the table has the times of the groups of packages.
#
#   MAKE  the make to use
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly row='ci:   %-24s %6s   %s\n'
module=$(awk '$1 == "module" { print $2; exit }' go.mod)
events=$(mktemp)
table=
running=
began=0

# add_row adds a target, its seconds and its result to the table.
# The format is not a literal on purpose: all rows have the same one.
# shellcheck disable=SC2059
add_row() { table+=$(printf "$row" "$1" "$2" "$3")$'\n'; }

# add_packages adds the groups of packages that have run so far: the time of each is the sum of its packages, several of which run at once.
add_packages() {
  awk -v module="$module/" '
    !/"Test":/ && /"Action":"(pass|fail)"/ && match($0, /"Package":"[^"]*"/) {
      package = substr($0, RSTART + 11, RLENGTH - 12)
      if (index(package, module) == 1) package = substr(package, length(module) + 1)
      count = split(package, part, "/")
      group = count > 1 && part[1] == "test" ? part[1] "/" part[2] : part[1]
      packages[group]++
      if (match($0, /"Elapsed":[0-9.]+/)) seconds[group] += substr($0, RSTART + 10, RLENGTH - 10)
      if (/"Action":"fail"/) failed[group]++
    }
    END {
      for (group in packages) {
        result = "packages: " packages[group] (failed[group] ? ", failed: " failed[group] : "")
        printf "%d|%s|%s\n", seconds[group] + 0.5, group, result
      }
    }' "$events" | sort -t '|' -k 1,1nr -k 2,2 >"$events.groups"
  while IFS='|' read -r seconds group result; do
    add_row "  $group" "($seconds s)" "$result"
  done <"$events.groups"
}

# end_target adds the running target with its result.
end_target() {
  add_row "$running" "$((SECONDS - began)) s" "$1"
  if [ "$running" = test ]; then
    add_packages
  fi
  running=
}

finish() {
  local status=$?
  trap - EXIT
  if [ -n "$running" ]; then
    end_target FAILED
  fi
  for target in "$@"; do
    add_row "$target" "" "not run"
  done
  add_row "in all" "$SECONDS s" "$([ "$status" -eq 0 ] && echo passed || echo "FAILED with status $status")"
  printf '\nci: how long each part took; times in brackets add up packages that are tested at the same time\n%s' "$table"
  rm -f "$events" "$events.groups"
  exit "$status"
}
trap 'finish "$@"' EXIT
# Traps for these, because bash runs EXIT for them only if they are trapped.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

while [ $# -gt 0 ]; do
  running=$1
  began=$SECONDS
  shift
  "${MAKE:-make}" --no-print-directory TEST_EVENTS="$events" "$running"
  end_target ok
done
