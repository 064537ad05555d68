#!/usr/bin/env bash
# h2load as a client of HTTP/1.1: 2000 requests over kept connections, alone and pipelined.
#
#   h2load_test.sh ECHO_PROGRAM
# shellcheck source=tests/interop/interop.sh
. "$(dirname "${BASH_SOURCE[0]}")/interop.sh"

need h2load

# run NAME OPTIONS... URL
run() {
  local name=$1
  shift
  timeout 60 h2load --h1 --requests 2000 --clients 16 --threads 1 "$@" >"$work/report" 2>&1 ||
    fail "$name: $(cat "$work/report")"
  expect_line "$name: none failed" '2000 succeeded, 0 failed, 0 errored, 0 timeout' "$work/report"
  expect_line "$name: all answers good" '^status codes: 2000 2xx, 0 3xx, 0 4xx, 0 5xx' "$work/report"
}

start_service --workers 2
run "one at a time" "$address/plaintext"
run "pipelined" --max-concurrent-streams 8 "$address/json"
head -c 5000 /dev/urandom >"$work/body"
run "posting, pipelined" --max-concurrent-streams 4 --data "$work/body" "$address/echo"
stop_service
