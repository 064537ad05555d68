#!/usr/bin/env bash
# Node's undici as a client; what it asks stands in undici_client.js.
#
#   undici_test.sh ECHO_PROGRAM
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/interop/interop.sh
. "$here/interop.sh"

# Debian's folder of modules is no part of the search path of every node.
modules=/usr/share/nodejs

need node
if [ ! -d "$modules/undici" ]; then
  printf 'skipped: undici is not installed\n'
  exit 77
fi
start_service --workers 2
NODE_PATH=$modules timeout 60 node "$here/undici_client.js" "$address" || fail "undici was not served"
stop_service
