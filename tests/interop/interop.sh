# shellcheck shell=bash disable=SC2034  # what it leaves is used by the scripts that source this one
# What the interop tests share: the echo service on a free port with its stop, and checks with a word for each.
#
# Sourced with the path of the echo program as the first argument of the script. Leaves `address` (http://127.0.0.1:PORT
# or https://...) and `work`, a folder that goes at the end.
set -euo pipefail

echo_program=$1
work=$(mktemp -d)
service_pid=
peer_pid=

leave() {
  local pid
  for pid in "$peer_pid" "$service_pid"; do
    [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT TERM

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# need PROGRAM: ctest counts a test with status 77 as skipped.
need() {
  command -v "$1" >/dev/null && return
  printf 'skipped: %s is not installed\n' "$1"
  exit 77
}

# expect NAME WANTED FOUND
expect() {
  [ "$2" = "$3" ] || fail "$1: expected [$2], found [$3]"
  printf 'ok: %s\n' "$1"
}

# expect_line NAME PATTERN FILE: a line of the file matches the extended pattern.
expect_line() {
  grep -qE -- "$2" "$3" || fail "$1: no line with [$2] in: $(head -c 2000 "$3")"
  printf 'ok: %s\n' "$1"
}

# start_service [OPTIONS...]
start_service() {
  local output line
  exec {output}< <(exec "$echo_program" --port 0 "$@" 2>&1)
  service_pid=$!
  while IFS= read -r -t 20 -u "$output" line; do
    [[ $line =~ (https?://127\.0\.0\.1:[0-9]+) ]] || continue
    address=${BASH_REMATCH[1]}
    # Whatever it says later must not fill the pipe.
    cat <&"$output" >"$work/service.out" &
    exec {output}<&-
    return
  done
  fail "the service did not start"
}

# The service must have outlived its peers, and end well.
stop_service() {
  local status=0
  kill -TERM "$service_pid" || fail "the service was gone: $(tail -n 20 "$work/service.out")"
  wait "$service_pid" || status=$?
  service_pid=
  expect "the service's exit status" 0 "$status"
}
