#!/usr/bin/env bash
# nginx as a reverse proxy in front of the service: kept upstream connections, bodies both ways, HTTP/1.0 upstream.
#
#   nginx_test.sh ECHO_PROGRAM
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/interop/interop.sh
. "$here/interop.sh"

PATH=$PATH:/usr/sbin
need nginx
need curl
ask() { curl --silent --show-error --max-time 20 "$@"; }

# try_port: starts nginx on a port that may be free; fails when it is not.
try_port() {
  local port=$((20000 + RANDOM % 10000)) output line
  sed -e "s|@work@|$work|g; s|@service@|${address#http://}|; s|@port@|$port|" "$here/nginx.conf.in" >"$work/nginx.conf"
  exec {output}< <(exec nginx -p "$work" -e stderr -c "$work/nginx.conf" 2>&1)
  peer_pid=$!
  while IFS= read -r -t 20 -u "$output" line; do
    printf '%s\n' "$line" >>"$work/nginx.start"
    # The line that follows its listening.
    [[ $line == *'event method'* ]] || continue
    cat <&"$output" >"$work/nginx.out" &
    reader_pid=$!
    exec {output}<&-
    front=http://127.0.0.1:$port
    return
  done
  exec {output}<&-
  return 1
}

start_nginx() {
  for _ in {1..10}; do
    try_port && return
    kill -TERM "$peer_pid" 2>/dev/null || true
    wait "$peer_pid" || true
  done
  fail "nginx did not start: $(cat "$work/nginx.start")"
}

stop_nginx() {
  kill -QUIT "$peer_pid"
  wait "$peer_pid" || fail "nginx ended with $?"
  peer_pid=
  wait "$reader_pid"
  if grep -E '\[(error|crit|alert|emerg)\]' "$work/nginx.out"; then fail "nginx complained about the service"; fi
  printf 'ok: nginx had no complaint\n'
}

same_back() {
  local name=$1
  shift
  ask --output "$work/back" "$@"
  cmp "$work/large" "$work/back" || fail "$name: the body came back different"
  printf 'ok: %s\n' "$name"
}

service_sockets() { find "/proc/$service_pid/fd" -lname 'socket:*' | wc -l; }

through_the_proxy() {
  local before
  before=$(service_sockets)
  expect "a plain request" 'Hello, World!' "$(ask "$front/plaintext")"
  expect "many in a row" "$(printf '200 %.0s' {1..200})" \
    "$(ask --output /dev/null --write-out '%{http_code} ' "$front/json?[1-200]")"
  expect "one upstream connection served them all, and is kept" $((before + 1)) "$(service_sockets)"
  expect "a form" 'name=tea' "$(ask --data name=tea "$front/echo")"
  same_back "a large body" --data-binary "@$work/large" "$front/echo"
  same_back "a chunked body, passed through" --header 'Transfer-Encoding: chunked' --data-binary "@$work/large" \
    "$front/stream"
  ask --head "$front/plaintext" >"$work/head"
  expect_line "HEAD tells the length" '^Content-Length: 13' "$work/head"
  expect "a streamed response" 5000000 "$(ask "$front/big/5000000" | wc -c)"
  expect "an error passes as it is" 404 "$(ask --output /dev/null --write-out '%{http_code}' "$front/nowhere")"
}

over_http_1_0() {
  expect "HTTP/1.0 upstream" 'Hello, World!' "$(ask "$front/old/plaintext")"
  same_back "a large body over it" --data-binary "@$work/large" "$front/old/echo"
  same_back "a body streamed back to the connection's end" --data-binary "@$work/large" "$front/old/stream"
}

head -c 3000000 /dev/urandom >"$work/large"
start_service --workers 2
start_nginx
through_the_proxy
over_http_1_0
stop_nginx
stop_service
