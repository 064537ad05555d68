#!/usr/bin/env bash
# bench/run.sh BUILD_DIR [--quick] [--check]: every measurement of examples/echo against the bare responder; tables on
# the terminal, raw figures in BUILD_DIR/../bench/results.json. --quick takes fewer and shorter rounds; with --check a
# target missed by more than a quarter is a failure.
set -euo pipefail

usage() {
  echo "usage: bench/run.sh BUILD_DIR [--quick] [--check]" >&2
  exit 2
}

[[ $# -ge 1 && -d $1 ]] || usage
build=$(cd "$1" && pwd)
shift
rounds=(--pairs 25 --round-ms 300)
check=()
for word in "$@"; do
  case $word in
    --quick) rounds=(--pairs 8 --round-ms 200) ;;
    --check) check=(--check) ;;
    *) usage ;;
  esac
done

service=$build/examples/echo/echo
for program in "$service" "$build"/bench/{floor,compare,instructions}; do
  [[ -x $program ]] || { echo "bench: $program is missing: build it first" >&2; exit 2; }
done

results=$build/../bench
mkdir -p "$results"
results=$(cd "$results" && pwd)
rm -f "$results"/{comparisons,instructions}.json
common=(--floor "$build/bench/floor" --service "$service" --logs "$results" "${check[@]}")

status=0
worst() { if (($1 > status)); then status=$1; fi; }

"$build/bench/compare" "${common[@]}" "${rounds[@]}" --json "$results/comparisons.json" || worst $?
echo
"$build/bench/instructions" "${common[@]}" --json "$results/instructions.json" || worst $?

part() { if [[ -f $results/$1.json ]]; then cat "$results/$1.json"; else echo null; fi; }
printf '{"processor_time": %s,\n"instructions": %s}\n' "$(part comparisons)" "$(part instructions)" > "$results/results.json"
echo
echo "raw figures: $results/results.json"
exit "$status"
