#!/usr/bin/env bash
# Signed and encrypted messages with another implementation of JOSE, both ways: every algorithm that it shares.
#
#   jose_test.sh CANDELA PEER NPM_FOLDER    PEER: npm, debian or jwcrypto
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/interop.sh
. "$here/interop.sh"
# shellcheck source=tests/interop/npm.sh
. "$here/npm.sh"

candela=$(realpath "$1")
peer=$2
modules=$3

# The first python that has Debian's modules, which not every one looks for.
python_with() {
  local python
  for python in python3 /usr/bin/python3; do
    if "$python" -c "import $1" 2>/dev/null; then
      printf '%s\n' "$python"
      return
    fi
  done
  printf 'skipped: no python has the module %s\n' "$1" >&2
  exit 77
}

need python3
python=python3
case $peer in
  npm) need_npm "$modules" "$here/jose/package.json" ;;
  debian) need jose ;;
  jwcrypto) python=$(python_with jwcrypto) ;;
esac

cd "$here/../.."
PYTHONDONTWRITEBYTECODE=1 TMPDIR=$work "$python" -m tests.interop.jose "$candela" "$peer" "$modules/node_modules" ||
  fail "$peer and candela do not understand each other"
