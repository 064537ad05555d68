#!/usr/bin/env bash
# tools/packages.sh against a made-up distribution: installed are `cmake` and `node-llhttp`, offered are those, `wrk` and
# `nginx`; `broken` is offered but cannot be installed.
#
#   packages_test.sh SOURCE_ROOT
set -euo pipefail

root=$1
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
mkdir "$world/bin"

fake() {
  { printf '#!/usr/bin/env bash\n'; cat; } >"$world/bin/$1"
  chmod +x "$world/bin/$1"
}
fake dpkg-query <<'END'
for name; do case $name in cmake | node-llhttp) echo "installed $name" ;; esac; done
END
fake apt-cache <<'END'
case ${!#} in cmake | node-llhttp | wrk | nginx | broken) exit 0 ;; esac
exit 100
END
fake apt-get <<'END'
echo "${@:5}" >>"$WORLD/asked"
case "$*" in *broken*) echo "E: Unmet dependencies for broken" && exit 100 ;; esac
END
fake sudo <<<'exec "$@"'
export WORLD=$world PATH=$world/bin:$PATH

. "$root/tools/packages.sh"
service_policy=$world/policy

failures=0
# expect WHAT EXPECTED ACTUAL
expect() {
  [ "$2" = "$3" ] && return
  printf 'FAILED: %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}

status=0
install_packages cmake "libllhttp-dev|node-llhttp" 2>"$world/said" || status=$?
expect "apt is not asked when nothing is missing" "0 no" "$status $(test -e "$world/asked" && echo yes || echo no)"
expect "nothing is said when nothing is missing" "" "$(cat "$world/said")"
expect "a choice of which one is installed is not missing" "wrk" "$(missing_packages "libllhttp-dev|node-llhttp" wrk)"
expect "the first choice that the distribution has is taken" "nginx" "$(offered_package "nginx-light|nginx|wrk")"

status=0
install_packages cmake wrk "nginx-light|nginx" 2>"$world/said" || status=$?
expect "what is missing is installed in one go" \
  "0 update,install --no-install-recommends wrk nginx," "$status $(tr '\n' ',' <"$world/asked")"
expect "what is installed is said" "candela: installing wrk nginx" "$(cat "$world/said")"
expect "the build is configured again after an installation" yes "$packages_changed"
expect "the rule against starting services is taken back" no "$(test -e "$service_policy" && echo yes || echo no)"

status=0
: >"$world/asked"
install_packages wrk broken 2>"$world/said" || status=$?
expect "a package that fails makes the others go in one by one" "install --no-install-recommends wrk" \
  "$(grep -x 'install --no-install-recommends wrk' "$world/asked")"
expect "a package that fails is a failure" 1 "$status"
expect "a package that fails is named with the reason" \
  "candela: package broken cannot be installed: E: Unmet dependencies for broken" "$(tail -n 1 "$world/said")"

[ "$failures" = 0 ]
