#!/usr/bin/env bash
# bench/run.sh BUILD_DIR [OPTIONS]: the benchmark suite on what is built; tables on the terminal, the report and the raw
# figures in BUILD_DIR/../bench. `--help` in place of the options lists them; bench/README.md says what they measure.
set -euo pipefail

[[ $# -ge 1 && -d $1 ]] || { echo "usage: bench/run.sh BUILD_DIR [OPTIONS]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$1
shift

for program in "$build"/examples/echo/echo "$build"/bench/{floor,load,compare,instructions}; do
  [[ -x $program ]] || { echo "bench: $program is missing: build it first" >&2; exit 2; }
done
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "bench: needs Python 3.11" >&2; exit 2; }

export PYTHONPATH=$here PYTHONDONTWRITEBYTECODE=1
exec python3 -m suite --build "$build" "$@"
