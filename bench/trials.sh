#!/usr/bin/env bash
# bench/trials.sh BUILD_DIR [OPTIONS]: what must hold of the service over a PostgreSQL of its own for a while. `--help` in
# place of the options lists them. Exit 0: all hold; 1: something does not; 2: something broke.
set -euo pipefail

[[ $# -ge 1 && -d $1 ]] || { echo "usage: bench/trials.sh BUILD_DIR [OPTIONS]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1
shift

for program in "$build"/bench/{load,techempower/techempower}; do
  [[ -x $program ]] || { echo "trials: $program is missing: build it first" >&2; exit 2; }
done

export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
exec python3 -m suite.trials --build "$build" "$@"
