#!/usr/bin/env bash
# A tour of policyc in a minute: ./dev demo calls it with the folder of the tools.
set -euo pipefail
tools=${1:-build/bin}
policy=stdlib-policies/boat_club.policy
facts=tests/demo/club.json

if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
  bold=$'\e[1m' dim=$'\e[2m' cyan=$'\e[36m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
else
  bold='' dim='' cyan='' green='' red='' plain=''
fi

chapter=0
chapter() {
  chapter=$((chapter + 1))
  printf '\n%s%s%d  %s%s\n' "$bold" "$cyan" "$chapter" "$1" "$plain"
  printf '%s%s%s\n\n' "$dim" "$2" "$plain"
}

indented() { sed 's/^/   /'; }

# Shows a command as one would type it, and what it prints. $1: the exit codes that are fine.
run() {
  local fine=$1 code=0
  shift
  printf '%s$ policyc %s%s\n' "$bold" "$*" "$plain"
  "$tools/policyc" "$@" 2>&1 || code=$?
  echo
  [[ " $fine " == *" $code "* ]] || {
    echo "policyc ended with $code" >&2
    exit 1
  }
}

# One request, one line: who, what, the decision, and the role that it hangs on.
ask() {
  local user=$1 right=$2 row=$3 answer verdict role colour=$green
  answer=$("$tools/policyc" decide "$policy" --facts "$facts" --as "$user" --can "$right" --on "$row" --explain 2>&1) || true
  verdict=$(head -n 1 <<<"$answer")
  [[ "$verdict" == allow* ]] || colour=$red
  role=$(sed -n 's/^ *role: //p' <<<"$answer" | tr -d '`')
  printf '   %-6s %-7s %-20s %s%-26s%s %s%s%s\n' "$user" "$right" "$row" "$colour" "${verdict%%:*}" "$plain" \
    "$dim" "$role" "$plain"
}

chapter "A policy, checked and tested" "Its scenarios run on the reference evaluator and in machine code, which must agree."
run 0 check "$policy"
run 0 test "$policy"

chapter "Into machine code" "What each decision asks of the facts, on its way to LLVM."
printf '%s$ policyc build %s --emit=ir | head -24%s\n' "$bold" "$policy" "$plain"
("$tools/policyc" build "$policy" --emit=ir || true) 2>&1 | head -24 | cut -c 1-116 | indented || true
echo

chapter "Decisions over a small organisation" "$facts: a club with a north and a south, six people and a team."
ask sam read boat_trip/dawn
ask sam read boat_trip/regatta
ask sam delete boat_trip/regatta
ask sam read boat_trip/crossing
ask kim read boat_trip/crossing
ask kim delete boat_trip/moonlight
ask ben write boat_trip/regatta
ask ben delete boat_trip/regatta
ask ben read boat_trip/moonlight
ask roohi write boat_trip/regatta
ask roohi delete boat_trip/regatta
ask soul assign boat_trip/moonlight
ask roohi write city/oslo
echo
run "0 1" decide "$policy" --facts "$facts" --as sam --can delete --on boat_trip/regatta --explain
run "0 1" decide "$policy" --facts "$facts" --as roohi --can delete --on boat_trip/regatta --explain

chapter "What an operation would change" "A dry run: every row that a cascade comes to, and the relationship that it comes through."
run 0 cascade "$policy" --facts "$facts" assign boat_trip/dawn to ana
run 0 cascade "$policy" --facts "$facts" --as roohi assign boat_trip/dawn to ana
run 0 cascade "$policy" --facts "$facts" --as sam share boat_trip/dawn with ben for read

chapter "In whose name automation acts" "A step of a flow: who it runs as, whether it may, and whether it does more than its trigger could."
run 0 run-as "$policy" --facts "$facts" --flow audit_trip --step write_log --by lea --on boat_trip/dawn
run 0 run-as "$policy" --facts "$facts" --flow audit_trip --step write_log --by lea --on boat_trip/crossing --explain

chapter "An exported solution, imported" "Roles, tables and relationships of a solution folder become a policy that compiles."
imported=$(dirname "$tools")/demo
mkdir -p "$imported"
run 0 import dataverse tests/solutions/boat_club -o "$imported/imported.policy"
run 0 check "$imported/imported.policy"
sed -n '/^role/,$p' "$imported/imported.policy" | head -16 | indented
echo

if [[ -e "$(dirname "$tools")/runtime/libpolicy.so" ]] && command -v cc >/dev/null; then
  chapter "In a program of yours" "An image, the header that belongs to it, and a host in C that loads one and includes the other."
  run 0 build examples/crm.policy -o "$imported/crm.so"
  run 0 build examples/crm.policy --emit=header -o "$imported/crm.h"
  libraries=$(realpath "$(dirname "$tools")/runtime")
  host=(cc -std=c11 -O2 -I"$imported" -Iruntime/include -DCRM_IMAGE="\"$imported/crm.so\"" examples/c_host.c
    -o "$imported/c_host" -L"$libraries" -lpolicy -Wl,-rpath,"$libraries")
  printf '%s$ cc examples/c_host.c -lpolicy && ./c_host%s\n' "$bold" "$plain"
  "${host[@]}" && "$imported/c_host" | indented
fi

chapter "A mistake, as its author meets it" "Everything that is wrong, in one run, at its place, in the author's words."
run 1 check tests/demo/mistake.policy

if [[ -x "$tools/million_checks" ]]; then
  chapter "A million checks" "The same decisions by the reference evaluator and by machine code."
  "$tools/million_checks" "$policy" "$facts" | indented
  echo
fi
printf '%sNext:%s README.md, docs/language.md, and ./dev test\n' "$bold" "$plain"
