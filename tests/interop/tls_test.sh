#!/usr/bin/env bash
# TLS with the clients of others: curl, and OpenSSL's own for what curl does not show.
#
#   tls_test.sh ECHO_PROGRAM
# shellcheck source=tests/interop/interop.sh
. "$(dirname "${BASH_SOURCE[0]}")/interop.sh"

need curl
need openssl
ask() { curl --silent --show-error --max-time 20 --cacert "$work/ca.pem" "$@"; }

# issue NAME EXTENSION: a certificate of the test's own authority.
issue() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$work/$1.key" \
    -out "$work/$1.csr" 2>/dev/null
  openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
    -extfile <(printf '%s\n' "$2") -out "$work/$1.pem" 2>/dev/null
}

make_certificates() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=test authority' -days 2 \
    -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
  issue server 'subjectAltName=IP:127.0.0.1,DNS:localhost'
  issue client 'extendedKeyUsage=clientAuth'
}

versions() {
  local version
  for version in 1.2 1.3; do
    expect "TLS $version" 'Hello, World!' "$(ask --tlsv$version --tls-max $version "$address/plaintext")"
  done
  ask --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 --output /dev/null "$address/plaintext" 2>"$work/refusal" &&
    fail "TLS 1.1 was accepted"
  expect_line "TLS 1.1 is refused" 'curl: \(35\)' "$work/refusal"
  ask --verbose --http2 --output /dev/null "$address/plaintext" 2>"$work/verbose"
  expect_line "ALPN settles on HTTP/1.1" 'ALPN.* accepted.* http/1\.1' "$work/verbose"
}

bodies() {
  ask --data-binary "@$work/large" --output "$work/back" "$address/echo"
  cmp "$work/large" "$work/back" || fail "a large body over TLS came back different"
  expect "two requests over one connection" $'1\n0' "$(ask --write-out '%{num_connects}\n' \
    --output /dev/null "$address/plaintext" --output /dev/null "$address/big/1000000")"
}

# openssl_client OPTIONS...: one request; what OpenSSL tells of the connection goes to the standard output.
openssl_client() {
  printf 'GET /plaintext HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' |
    timeout 20 openssl s_client -connect "${address#https://}" -CAfile "$work/ca.pem" -verify_return_error -ign_eof "$@" 2>&1
}

resumption() {
  local version
  for version in tls1_2 tls1_3; do
    openssl_client -$version -sess_out "$work/session" >"$work/first"
    expect_line "$version: a new session" '^New, ' "$work/first"
    openssl_client -$version -sess_in "$work/session" >"$work/second"
    expect_line "$version: the same session again" '^Reused, ' "$work/second"
    expect_line "$version: its answer" 'Hello, World!' "$work/second"
  done
}

client_certificates() {
  cat >"$work/service.yml" <<END
server:
  tls:
    certificate: server.pem
    private_key: server.key
    client_ca: ca.pem
    client_certificates: required
END
  start_service --workers 2 --config "$work/service.yml"
  expect "a client with a certificate" 'Hello, World!' \
    "$(ask --cert "$work/client.pem" --key "$work/client.key" "$address/plaintext")"
  ask "$address/plaintext" >"$work/answer" 2>&1 && fail "a client without a certificate was served"
  printf 'ok: a client without a certificate is refused\n'
  stop_service
}

head -c 3000000 /dev/urandom >"$work/large"
make_certificates
start_service --workers 2 --tls "$work/server.pem" "$work/server.key"
versions
bodies
resumption
stop_service
client_certificates
