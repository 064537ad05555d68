#!/usr/bin/env bash
# ./candela in a copy of the tree's front, with a made-up cmake that writes down what it was asked: what needs no build is
# answered without one, and an installation builds what it needs.
#
#   front_door_test.sh SOURCE_ROOT
set -euo pipefail

root=$1
world=$(mktemp -d)
trap 'rm -rf "$world"' EXIT
mkdir -p "$world/bin" "$world/tree/framework/command" "$world/tree/build"
cp -r "$root/candela" "$root/tools" "$world/tree"
cp "$root/framework/command/verbs.cpp" "$world/tree/framework/command"

cat >"$world/bin/cmake" <<'END'
#!/usr/bin/env bash
echo "$*" >>"$WORLD/asked"
END
# Every package is there.
cat >"$world/bin/dpkg-query" <<'END'
#!/usr/bin/env bash
for name; do echo "installed $name"; done
END
chmod +x "$world/bin"/*
export WORLD=$world PATH=$world/bin:$PATH
unset CANDELA_CONFIGURE

failures=0
# expect WHAT EXPECTED ACTUAL
expect() {
  [ "$2" = "$3" ] && return
  printf 'FAILED: %s\n  expected: %s\n  found:    %s\n' "$1" "$2" "$3"
  failures=$((failures + 1))
}

# run ARGUMENT...: leaves `status`, `said` (both streams), and the list of what cmake was asked.
run() {
  status=0
  : >"$world/asked"
  said=$(cd "$world" && tree/candela "$@" 2>&1) || status=$?
}
asked() { sed "s|$world|WORLD|g; s/--parallel [0-9]*/--parallel N/" "$world/asked" | tr '\n' ';'; }

for words in "demo --help" "test -h" "bench --help" "new --help" "install --help" "--help" "help"; do
  # shellcheck disable=SC2086  # words
  run $words
  expect "$words is no mistake" 0 "$status"
  expect "$words builds nothing" "" "$(asked)"
  expect "$words lists a verb of the script" 1 "$(grep -c '^  ./candela install PREFIX' <<<"$said")"
  expect "$words lists a verb of the built command" 1 "$(grep -c '^  ./candela routes .*PROGRAM' <<<"$said")"
done

run tset
expect "an unknown verb is told at once" '2 candela: there is no verb "tset" (see ./candela --help)' "$status $said"
expect "an unknown verb builds nothing" "" "$(asked)"

run new "bad name!"
expect "a name that cannot be is a mistake" 2 "$status"
expect "a name that cannot be builds nothing" "" "$(asked)"
expect "the sentence about it is the command's" 1 \
  "$(grep -cF -- "$(sed 's/^candela: //; s/, unlike.*//' <<<"$said")" "$root/framework/command/detail/scaffold.cpp")"

run install
expect "an installation needs a place" \
  "2 candela: install takes the folder to install in: ./candela install PREFIX" "$status $said"
expect "an installation without a place builds nothing" "" "$(asked)"

run install somewhere/else
expect "an installation succeeds" 0 "$status"
expect "it builds what it needs, and installs" "--preset release;--build WORLD/tree/build/release --parallel N --target candela candela_shared candela_command;--install WORLD/tree/build/release --prefix WORLD/somewhere/else;" "$(asked)"
expect "it says how it is found" 1 "$(grep -c -- "-D CMAKE_PREFIX_PATH=$world/somewhere/else\$" <<<"$said")"

[ "$failures" = 0 ]
