#!/usr/bin/env bash
# ApacheBench as a client, which speaks HTTP/1.0: with and without kept connections, and posting.
#
#   ab_test.sh ECHO_PROGRAM
# shellcheck source=tests/interop/interop.sh
. "$(dirname "${BASH_SOURCE[0]}")/interop.sh"

need ab

# run NAME OPTIONS... URL: 2000 requests, none of which may fail.
run() {
  local name=$1
  shift
  timeout 60 ab -q -n 2000 -c 16 "$@" >"$work/report" 2>&1 || fail "$name: $(cat "$work/report")"
  expect_line "$name: all complete" '^Complete requests: +2000$' "$work/report"
  expect_line "$name: none failed" '^Failed requests: +0$' "$work/report"
  if grep '^Non-2xx' "$work/report"; then fail "$name: not every answer was good"; fi
}

start_service --workers 2
run "a connection each" "$address/plaintext"
run "kept connections" -k "$address/plaintext"
expect_line "every connection was kept" '^Keep-Alive requests: +2000$' "$work/report"
head -c 5000 /dev/urandom >"$work/body"
run "posting" -k -p "$work/body" -T application/octet-stream "$address/echo"
expect_line "every body came back" '^HTML transferred: +10000000 bytes' "$work/report"
stop_service
