#!/usr/bin/env bash
# Builds examples/plugin outside the tree against an installed candela, runs its service and asks it; then shows that a
# plugin of another build is refused.
#
#   plugin_test.sh SOURCE_DIR BUILD_DIR WORK_DIR CXX BUILD_TYPE
set -euo pipefail

source_dir=$1 build_dir=$2 work=$3 cxx=$4 build_type=$5
prefix=$work/plugin_prefix
outside=$work/plugin_build
service_pid=

leave() { [ -z "$service_pid" ] || kill -TERM "$service_pid" 2>/dev/null || true; }
trap leave EXIT

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# expect NAME WANTED FOUND
expect() {
  [ "$2" = "$3" ] || fail "$1: expected [$2], found [$3]"
  printf 'ok: %s\n' "$1"
}

start_service() {
  exec {output}< <(PORT=0 exec "$outside/greeter" --config "$outside/service.yml" 2>&1)
  service_pid=$!
  local line
  while IFS= read -r -t 20 -u "$output" line; do
    [[ $line =~ (http://127\.0\.0\.1:[0-9]+) ]] || continue
    address=${BASH_REMATCH[1]}
    return
  done
  fail "the service did not start"
}

ask() { curl --silent --max-time 10 --output "$work/answer" --write-out '%{http_code}' "$@"; }

rm -rf "$prefix" "$outside"
cmake --install "$build_dir" --prefix "$prefix" >/dev/null
cmake -S "$source_dir/examples/plugin" -B "$outside" -G Ninja -D CMAKE_PREFIX_PATH="$prefix" \
  -D CMAKE_CXX_COMPILER="$cxx" -D CMAKE_BUILD_TYPE="$build_type" >/dev/null
cmake --build "$outside"

start_service
expect "without the magic word" 403 "$(ask "$address/hello/world")"
expect "with it" 200 "$(ask --header 'X-Magic-Word: please' --dump-header "$work/head" "$address/hello/world")"
expect "the handler's answer" 'Hello, world!' "$(cat "$work/answer")"
grep -qi '^x-thanks: you are welcome' "$work/head" || fail "the plugin's on_response did not run"
kill -TERM "$service_pid"
wait "$service_pid" || fail "the service ended with $?"
service_pid=

# Another build: the same plugin with another digest of the headers.
sed 's/headers [0-9a-f]\{16\}/headers 0000000000000000/g' "$outside/polite.so" >"$outside/other.so"
sed -i 's/polite\.so/other.so/' "$outside/service.yml"
status=0
complaint=$(PORT=0 "$outside/greeter" --config "$outside/service.yml" 2>&1) || status=$?
expect "the exit status with a plugin of another build" 1 "$status"
expect "the number of lines of the complaint" 1 "$(wc -l <<<"$complaint")"
[[ $complaint == *service.yml:4:5:*"other.so was built with another candela"*"headers 0000000000000000"*"headers"* ]] ||
  fail "the complaint does not tell both builds: $complaint"
printf 'ok: %s\n' "$complaint"
