#!/bin/sh
# Asks the stakeholders of a product, and waits for their answer. Needs kubectl only. What to ask comes from the environment:
#
#   ASK_NAMESPACE    namespace of the map; required
#   ASK_MAP          name of the map; required
#   ASK_TOPIC        topic of the map; required
#   ASK_TITLE        one line; required
#   ASK_DESCRIPTION  what those who answer have to know
#   ASK_SUBJECT      what an approval opens, such as an image with its digest
#   ASK_LINK         https address of what helps to answer, such as the run of the pipeline
#   ASK_VALID_FOR    how long an approval opens the subject, such as 720h
#   ASK_TIMEOUT      how long to wait, such as 72h or 1h30m; 24h if left out. The request expires then.
#
# Prints the name of the request on standard output, and everything else on standard error. Exits with
#
#   0  Approved, and what it opens is open; or Accepted
#   1  Rejected, Declined, Deferred, Withdrawn; or the approval has lapsed, or the request was deleted
#   2  it could not be asked, or it can no longer be decided
#   3  no answer in time
#
# If it is interrupted, it withdraws the request.
set -eu

# A line of GitHub's log that contains ##[ can be a command, and names in a message are what others have chosen.
say() { printf 'ask-and-wait: %s\n' "$1" | sed 's/##\[/## [/g' >&2; }

finish() {
  say "$2"
  exit "$1"
}

# strings prints a JSON object of strings, given name=value. kubectl escapes them, so that no value can end its string.
strings() {
  for pair in "$@"; do
    set -- "$@" "--from-literal=$pair"
    shift
  done
  kubectl create configmap strings --dry-run=client --output='jsonpath={.data}' "$@"
}

# seconds prints how many a duration has. A shell may execute what stands in an arithmetic expression, so that must be digits.
seconds() {
  rest=$1 total=0
  for unit in h:3600 m:60 s:1; do
    case $rest in *"${unit%:*}"*) ;; *) continue ;; esac
    number=${rest%%"${unit%:*}"*}
    rest=${rest#*"${unit%:*}"}
    case $number in '' | *[!0-9]* | ??????*) return 1 ;; esac
    while [ "${number#0?}" != "$number" ]; do number=${number#0}; done
    total=$((total + number * ${unit#*:}))
  done
  [ -z "$rest" ] && [ "$total" -gt 0 ] && echo "$total"
}

# look prints what a template says of the request. It prints nothing if the request is gone.
look() { kubectl get --namespace="$ASK_NAMESPACE" --ignore-not-found --output="jsonpath=$1" "$request"; }

# message prints that of a condition of the request, on one line.
message() { look "{.status.conditions[?(@.type==\"$1\")].message}" | tr '\n' ' '; }

# outcome prints what has come of the request, and why. The message says the outcome too, if there was an answer.
outcome() {
  why=$(message "$2")
  case $why in "$1"*) ;; *) why="$1: $why" ;; esac
  printf '%s\n' "$why"
}

# interruptible runs a command so that a signal ends the wait for it: a shell acts on none while a command in the foreground
# runs.
interruptible() {
  "$@" >/dev/null 2>&1 &
  child=$!
  ended=0
  wait "$child" || ended=$?
  child=''
  return "$ended"
}

interrupted() {
  trap '' HUP INT TERM
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
  if [ -n "$request" ]; then
    say "interrupted, withdrawing $request"
    kubectl patch --namespace="$ASK_NAMESPACE" --type=merge --patch='{"spec":{"withdrawn":true}}' "$request" >&2 ||
      say "$request could not be withdrawn: its stakeholders are still asked"
  fi
  exit "$1"
}

child='' request=''
for name in ASK_NAMESPACE ASK_MAP ASK_TOPIC ASK_TITLE; do
  eval "[ -n \"\${$name:-}\" ]" || finish 2 "$name is not set"
done
timeout=${ASK_TIMEOUT:-24h}
left=$(seconds "$timeout") || finish 2 'ASK_TIMEOUT must be a duration such as 72h or 1h30m'
deadline=$(($(date +%s) + left))
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 143' TERM

# Admission accepts the name of the user who asks, and no other.
me=$(kubectl auth whoami --output='jsonpath={.status.userInfo.username}') || finish 2 'the API server does not say who asks'
metadata=$(strings "generateName=$ASK_MAP-$ASK_TOPIC-") || finish 2 'kubectl does not work'
set -- "map=$ASK_MAP" "topic=$ASK_TOPIC" "title=$ASK_TITLE" "requestedBy=$me" "expiresAfter=$timeout"
[ -z "${ASK_DESCRIPTION:-}" ] || set -- "$@" "description=$ASK_DESCRIPTION"
[ -z "${ASK_SUBJECT:-}" ] || set -- "$@" "subject=$ASK_SUBJECT"
[ -z "${ASK_VALID_FOR:-}" ] || set -- "$@" "validFor=$ASK_VALID_FOR"
spec=$(strings "$@") || finish 2 'kubectl does not work'
if [ -n "${ASK_LINK:-}" ]; then
  link=$(strings 'title=Details' "url=$ASK_LINK") || finish 2 'kubectl does not work'
  spec="${spec%\}},\"links\":[$link]}"
fi
request=$(
  printf '{"apiVersion":"stakeholders.dev/v1alpha1","kind":"StakeholderRequest","metadata":%s,"spec":%s}' "$metadata" "$spec" |
    kubectl create --namespace="$ASK_NAMESPACE" --output=name --filename=-
) || finish 2 'the request was refused'
printf '%s\n' "$request"

said=''
while :; do
  if state=$(look '{.status.outcome}/{.status.conditions[?(@.type=="Approved")].status}/{.status.conditions[?(@.type=="Approved")].reason}/{.status.conditions[?(@.type=="Ready")].reason}'); then
    case $state in
    '') finish 1 "$request was deleted" ;;
    Approved/True/*) finish 0 "$(outcome Approved Approved)" ;;
    Approved/False/Opening/* | Approved/Unknown/* | Approved//*) next=Approved ;;
    Approved/*) finish 1 "$(outcome 'Approved, and no longer open' Approved)" ;;
    Accepted/*) finish 0 "$(outcome Accepted Ready)" ;;
    Expired/*) finish 3 "$(outcome Expired Ready)" ;;
    # It can no longer be decided.
    Pending/*/AuthorUnverified | Pending/*/WithdrawalUnverified | Pending/*/MapReplaced) finish 2 "$(message Ready)" ;;
    Pending/* | //*) next=Decided ;;
    *) finish 1 "$(outcome "${state%%/*}" Ready)" ;;
    esac
    now="waiting for $next: $(look '{.status.to}') $(message Ready)" || now=$said
    [ "$now" = "$said" ] || say "$now"
    said=$now
  else
    next=Decided
  fi
  began=$(date +%s)
  left=$((deadline - began))
  [ "$left" -gt 0 ] || finish 3 "no answer within $timeout"
  # It ends at once if the API server cannot be reached or the user may not watch. Then the loop asks every few seconds.
  [ "$left" -lt 15 ] || left=15
  if ! interruptible kubectl wait --namespace="$ASK_NAMESPACE" --for="condition=$next" --timeout="${left}s" "$request"; then
    [ $(($(date +%s) - began)) -ge 5 ] || interruptible sleep 5
  fi
done
