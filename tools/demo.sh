#!/usr/bin/env bash
# The show of ./candela demo: starts the echo service on a free port and asks it real requests.
#
#   tools/demo.sh BUILD_DIR [--once]
#
# Every answer is compared with what it must be. --once ends after the show, with status 1 when an answer was wrong.
set -euo pipefail

service=$1/examples/echo/echo
once=${2-}
failures=0
port=
service_pid=
service_output=
answer=$(mktemp)

leave() {
  [ -z "$service_pid" ] || kill -TERM "$service_pid" 2>/dev/null || true
  rm -f "$answer"
}
trap leave EXIT
trap 'exit 130' INT TERM

# Leaves the address in `address`; what the service printed before it is shown.
start_service() {
  exec {service_output}< <(exec "$service" --port 0 --chain 2>&1)
  service_pid=$!
  local line
  while IFS= read -r -t 20 -u "$service_output" line; do
    printf '  %s\n' "$line"
    if [[ $line =~ http://127\.0\.0\.1:([0-9]+) ]]; then
      port=${BASH_REMATCH[1]}
      address=http://127.0.0.1:$port
      return
    fi
  done
  printf 'the service did not start\n' >&2
  exit 1
}

# show STATUS PATTERN [CURL OPTIONS...] PATH: one request; the answer must have the status, and its head and body the pattern.
show() {
  local status=$1 pattern=$2 path=${!#} options=("${@:3:$#-3}") verdict=ok
  printf '\n$ curl'
  printf ' %q' "${options[@]}" "$address$path"
  printf '\n'
  curl --silent --show-error --include --max-time 10 "${options[@]}" "$address$path" >"$answer" || verdict=failed
  tr -d '\r' <"$answer" | head -c 1500 | head -n 24 | sed 's/^/  /'
  printf '\n'
  grep -q "^HTTP/1\.1 $status " "$answer" && grep -q -- "$pattern" "$answer" || verdict=failed
  if [ "$verdict" = failed ]; then
    printf '  ^ WRONG: expected status %s and "%s"\n' "$status" "$pattern"
    failures=$((failures + 1))
  fi
}

show_requests() {
  show 200 '^Hello, World!' /plaintext
  show 200 '"message":"Hello, World!"' /json
  show 200 '"b":"two words"' /path/one/two%20words
  show 200 'a line of text' --data 'a line of text' /echo
  show 200 '"x-demo":"yes"' --header 'X-Demo: yes' /headers
  show 200 'X-Content-Type-Options' --head /plaintext
  show 404 'application/problem+json' /nowhere
  show 405 'Allow:' --request DELETE /plaintext
  show 500 'application/problem+json' /boom
  show 200 '"status":"up"' /health
  show 200 '_total' /metrics
}

# The service ends by itself when it is told to, with status 0.
show_shutdown() {
  local status=0
  printf '\n$ kill -TERM %s\n' "$service_pid"
  kill -TERM "$service_pid"
  cat <&"$service_output" | sed 's/^/  /'
  wait "$service_pid" || status=$?
  service_pid=
  printf '  exit status %s\n' "$status"
  [ "$status" = 0 ] || failures=$((failures + 1))
}

printf 'Starting %s --port 0 --chain\n' "${service##*/}"
start_service
show_requests
[ "$once" != --once ] || show_shutdown

if [ "$failures" -gt 0 ]; then
  printf '\n%d of these were not what they must be.\n' "$failures"
  exit 1
fi
printf '\nAll answers were right.\n'
[ "$once" != --once ] || exit 0

cat <<END

The service stays up until Ctrl-C. Addresses to try:

  $address/plaintext
  $address/json
  $address/path/your/words
  $address/big/1000000
  $address/health
  $address/metrics
END
cat <&"$service_output"
