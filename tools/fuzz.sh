#!/usr/bin/env bash
# Runs the fuzzers of a fuzz build for a bounded time each, two at once, starting from their seeds.
#
#   tools/fuzz.sh BUILD_DIR SECONDS [NAME...]
#
# What they find stays in BUILD_DIR/corpus/NAME and BUILD_DIR/crashes. Status 1 when a fuzzer found a defect.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
seconds=$2
shift 2
mkdir -p "$build/crashes" "$build/fuzz-logs"

# fuzz_one NAME
fuzz_one() {
  local name=$1 corpus=$build/corpus/$1 seeds=$root/tests/fuzz/seeds/$1 log=$build/fuzz-logs/$1.log
  mkdir -p "$corpus"
  if "$build/tests/fuzz/${name}_fuzz" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -verbosity=0 \
    -print_final_stats=1 -artifact_prefix="$build/crashes/$name-" "$corpus" "$seeds" >"$log" 2>&1; then
    printf 'fuzz %s: clean, %s runs\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf 'fuzz %s: FAILED\n' "$name"
    tail -n 40 "$log"
    return 1
  fi
}

if [ $# -eq 0 ]; then
  for fuzzer in "$build"/tests/fuzz/*_fuzz; do
    [ -x "$fuzzer" ] || { printf 'fuzz: no fuzzers in %s: build it first\n' "$build" >&2 && exit 2; }
    name=${fuzzer##*/}
    set -- "$@" "${name%_fuzz}"
  done
fi
export -f fuzz_one
export root build seconds
# shellcheck disable=SC2016  # the inner shell expands it
printf '%s\n' "$@" | xargs -P 2 -I '{}' bash -c 'fuzz_one "$1"' _ '{}'
