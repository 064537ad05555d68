#!/usr/bin/env bash
# curl as a client: kept connections, bodies with and without a word before, HEAD, HTTP/1.0, many at a time.
#
#   curl_test.sh ECHO_PROGRAM
# shellcheck source=tests/interop/interop.sh
. "$(dirname "${BASH_SOURCE[0]}")/interop.sh"

need curl
ask() { curl --silent --show-error --max-time 20 "$@"; }

kept_connections() {
  ask --write-out '%{num_connects} %{http_code} %{http_version}\n' --output /dev/null "$address/plaintext" \
    --output /dev/null "$address/json" --output "$work/headers" "$address/headers" >"$work/told"
  expect "three requests over one connection" $'1 200 1.1\n0 200 1.1\n0 200 1.1' "$(cat "$work/told")"
  expect_line "the request's own headers" '"user-agent":"curl/' "$work/headers"
}

bodies() {
  expect "a form" 'name=tea&count=2' "$(ask --data name=tea --data count=2 "$address/echo")"
  ask --data-binary "@$work/large" --header 'Expect: 100-continue' --expect100-timeout 20 --verbose \
    --output "$work/back" "$address/echo" 2>"$work/verbose"
  expect_line "the word to go on" '^< HTTP/1\.1 100 Continue' "$work/verbose"
  cmp "$work/large" "$work/back" || fail "a large body after 100 Continue came back different"
  ask --header 'Transfer-Encoding: chunked' --data-binary "@$work/large" --output "$work/back" "$address/stream"
  cmp "$work/large" "$work/back" || fail "a chunked body came back different"
  ask --upload-file - --request POST --output "$work/back" "$address/stream" <"$work/large"
  cmp "$work/large" "$work/back" || fail "a body of unknown length came back different"
  printf 'ok: large bodies, sized and chunked\n'
  # A refusal comes in place of the word, and the body stays at home.
  head -c 17000000 /dev/zero >"$work/too_large"
  expect "a body beyond the bound is refused before it is sent" '413 0' "$(ask --output /dev/null \
    --header 'Expect: 100-continue' --expect100-timeout 20 --data-binary "@$work/too_large" \
    --write-out '%{http_code} %{size_upload}' "$address/echo")"
}

other_ways() {
  ask --head "$address/plaintext" >"$work/head"
  expect_line "HEAD tells the length" '^Content-Length: 13' "$work/head"
  expect "HTTP/1.0" 'Hello, World!' "$(ask --http1.0 "$address/plaintext")"
  expect "HTTP/1.0, streamed" 1000000 "$(ask --http1.0 "$address/big/1000000" | wc -c)"
  ask --http1.0 --data-binary "@$work/large" --output "$work/back" "$address/stream"
  cmp "$work/large" "$work/back" || fail "a streamed body over HTTP/1.0 came back different"
  expect "an unknown method's status" 405 "$(ask --request DELETE --output /dev/null --write-out '%{http_code}' \
    "$address/plaintext")"
  expect "an offer of HTTP/2 is passed over" '200 1.1' "$(ask --http2 --output /dev/null \
    --write-out '%{http_code} %{http_version}' "$address/plaintext")"
  expect "ten at a time" "$(printf 'slept 50 ms%.0s' {1..10})" \
    "$(ask --parallel --parallel-max 10 "$address/sleep/50?[1-10]" 2>"$work/progress")"
}

head -c 3000000 /dev/urandom >"$work/large"
start_service --workers 2
kept_connections
bodies
other_ways
stop_service
