#!/usr/bin/env bash
# What `candela new` makes is configured, built, tested, run and asked, with no word to CMake about where candela stands.
#
#   new_service_test.sh CANDELA_COMMAND CXX BUILD_TYPE [COMPILER_LAUNCHER]
set -euo pipefail

command=$1
work=$(mktemp -d)
service_pid=

leave() {
  [ -z "$service_pid" ] || kill -KILL "$service_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap leave EXIT

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

# expect WHAT EXPECTED ACTUAL
expect() { [ "$2" = "$3" ] || fail "$(printf '%s\n  expected: %s\n  found:    %s' "$@")"; }

export CXX=$2 CMAKE_BUILD_TYPE=$3
[ -z "${4-}" ] || export CMAKE_CXX_COMPILER_LAUNCHER=$4
unset CMAKE_PREFIX_PATH

cd "$work"
"$command" new order-book
cd order-book
cmake -B build -G Ninja -D CMAKE_BUILD_TYPE="$CMAKE_BUILD_TYPE"
cmake --build build
ctest --test-dir build --output-on-failure --no-tests=error | tee ../tests
grep -q '100% tests passed.* out of 2$' ../tests || fail "a new service has two tests"

# Every library that the program needs by itself is in the image that the Dockerfile makes; libc and libgcc are in each.
check_image() {
  local library package
  while read -r library; do
    package=$(dpkg-query -S "*/*-linux-gnu/$library" | sed -n '1s/:.*//p')
    case $package in
      libc6 | libgcc-s1) ;;
      *) grep -qwF -- "${package:-?}" Dockerfile || fail "the Dockerfile lacks $package, which $library is in" ;;
    esac
  done < <(objdump -p build/order-book | sed -n 's/^ *NEEDED *//p')
}
# Packages of libraries bear other names on other systems than the image's.
if grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release; then check_image; fi

exec {output}< <(PORT=0 exec build/order-book 2>&1)
service_pid=$!
address=
while [ -z "$address" ] && IFS= read -r -t 20 -u "$output" line; do
  printf '%s\n' "$line"
  if [[ $line =~ http://[0-9.]+:[0-9]+ ]]; then address=${BASH_REMATCH[0]}; fi
done
[ -n "$address" ] || fail "the service did not start"

ask() { curl --silent --show-error --max-time 10 "$@"; }
expect "the handler answers" '{"message":"Hello, Ada!"}' "$(ask "$address/greetings/Ada")"
expect "the service says that it is ready" 200 "$(ask --output /dev/null --write-out '%{http_code}' "$address/health/ready")"

kill -TERM "$service_pid"
status=0
wait "$service_pid" || status=$?
service_pid=
expect "the service ends in order" 0 "$status"

"$command" routes build/order-book | tee ../routes
grep -qE 'GET +/greetings/\{name\}' ../routes || fail "the routes of the service are listed"

printf 'a new service builds, passes its tests and runs\n'
