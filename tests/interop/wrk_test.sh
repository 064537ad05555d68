#!/usr/bin/env bash
# wrk as a client: a second over 16 connections, each way of answering, without an error.
#
#   wrk_test.sh ECHO_PROGRAM
# shellcheck source=tests/interop/interop.sh
. "$(dirname "${BASH_SOURCE[0]}")/interop.sh"

need wrk
start_service --workers 2
for path in /plaintext /json /big/100000; do
  timeout 20 wrk --threads 1 --connections 16 --duration 1s "$address$path" >"$work/report"
  expect_line "wrk GET $path: requests" '^ +[1-9][0-9]* requests in' "$work/report"
  if grep -E 'Socket errors|Non-2xx' "$work/report"; then fail "wrk GET $path met errors"; fi
done
stop_service
