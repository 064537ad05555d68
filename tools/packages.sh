# shellcheck shell=bash disable=SC2034  # the lists are used by the scripts that source this one
# The Debian packages that the project needs, and how they get onto the machine. Sourced by ./candela and .ci/run.
#
# A name may be a choice, newest first: "libllhttp-dev|node-llhttp" is satisfied by either, and the first one that the
# distribution offers is installed.

# What every build needs.
build_packages=(
  g++ cmake ninja-build pkg-config
  libuv1-dev libssl-dev zlib1g-dev libfmt-dev libspdlog-dev libsimdjson-dev libyaml-cpp-dev libcli11-dev libpq-dev
  libsqlite3-dev libhiredis-dev
  "libllhttp-dev|node-llhttp")

# What the demonstration runs with.
demo_packages=(curl ca-certificates)

# What the tests are built and run with.
test_packages=(doctest-dev curl openssl python3 postgresql redis-server)

# Independent clients and servers that the interop tests talk to.
peer_packages=(wrk apache2-utils nghttp2-client nginx nodejs node-undici jose python3-jwcrypto)
# Where node comes from elsewhere than Debian, npm came with it.
command -v npm >/dev/null || peer_packages+=(npm)

# What the benchmarks add.
bench_packages=(wrk valgrind python3)

# The servers that the benchmarks put beside ours, and the database; each can be missing.
bench_peer_packages=(nginx libh2o-evloop-dev golang-go golang-github-valyala-fasthttp-dev nodejs postgresql)

# What the checks of .ci/run add.
check_packages=(git clang-19 clang-format-19 libclang-rt-19-dev shellcheck valgrind)

packages_changed=no
service_policy=/usr/sbin/policy-rc.d

say() { printf 'candela: %s\n' "$*" >&2; }
die() {
  say "$@"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "neither root nor sudo, cannot run: $*"
    return 1
  fi
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" </dev/null; }

# missing_packages NAME...: prints those that are not installed, one a line.
missing_packages() {
  local installed name choice
  # shellcheck disable=SC2068  # each choice is a word of its own
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' ${@//|/ } 2>/dev/null | sed -n 's/^installed //p' || true)
  for name in "$@"; do
    for choice in ${name//|/ }; do
      grep -qxF -- "$choice" <<<"$installed" && continue 2
    done
    printf '%s\n' "$name"
  done
}

# offered_package NAME: the first of the choices that the distribution has; the last one when it has none.
offered_package() {
  local choice
  for choice in ${1//|/ }; do
    if apt-cache show --no-all-versions "$choice" >/dev/null 2>&1; then break; fi
  done
  printf '%s\n' "$choice"
}

# Packages bring services along; none of them shall start on this machine because of us.
without_services() {
  local status=0
  if [ -e "$service_policy" ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$service_policy" >/dev/null
  as_root chmod +x "$service_policy"
  "$@" || status=$?
  as_root rm -f "$service_policy"
  return "$status"
}

# install_each NAME...: one by one, with a line for each that fails.
install_each() {
  local name status=0
  for name in "$@"; do
    if ! apt install --no-install-recommends "$name" >"$package_log" 2>&1; then
      say "package $name cannot be installed: $(grep '^E:' "$package_log" | tail -n 1)"
      status=1
    fi
  done
  return "$status"
}

# install_packages NAME...: installs what is missing; asks apt only when something is. Fails when one is still missing.
install_packages() {
  local missing=() chosen=() name package_log
  command -v dpkg-query >/dev/null || {
    say "not a Debian system; taking for granted that these are there: $*"
    return 0
  }
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  package_log=$(mktemp)
  apt update >"$package_log" 2>&1 || say "the package lists could not be renewed: $(tail -n 1 "$package_log")"
  for name in "${missing[@]}"; do chosen+=("$(offered_package "$name")"); done
  say "installing ${chosen[*]}"
  packages_changed=yes
  local status=0
  without_services apt install --no-install-recommends "${chosen[@]}" >"$package_log" 2>&1 ||
    without_services install_each "${chosen[@]}" || status=1
  rm -f "$package_log"
  return "$status"
}
