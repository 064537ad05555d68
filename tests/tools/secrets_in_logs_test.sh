#!/usr/bin/env bash
# No log record of the whole test run holds a secret: a private or symmetric key, a whole token, a password, the value of a
# field that carries one. Runs when all test programs have ended; they keep what they log, on every level, in one folder.
#
#   secrets_in_logs_test.sh FOLDER
set -euo pipefail

folder=$1
# What a secret looks like, whoever planted it. `canary` is what tests plant where it has no such look.
patterns=(
  '"(d|p|q|dp|dq|qi|k)" ?: ?"[A-Za-z0-9_-]{20,}"'   # members of a private or symmetric JWK
  'BEGIN [A-Z ]*PRIVATE KEY'
  'eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8,}'  # a signed token, or the beginning of an encrypted one
  '[a-z]://[^/@ :]*:[^/@ ]+@'                         # a password in a URL
  '(Bearer|Basic|DPoP) [A-Za-z0-9+/=._~-]{8,}'
  '[Cc][Aa][Nn][Aa][Rr][Yy]'
)
expression=$(IFS='|'; echo "${patterns[*]}")

# A search that finds nothing proves nothing before it has found one of each.
samples=(
  '{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ"}'
  '-----BEGIN EC PRIVATE KEY-----'
  'token=eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.DtEhU3ljbEg8L38VWAfUAqOyKAM6'
  'eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9k.48V1_ALb6US04U3b'
  'connecting to postgres://app:hunter2@127.0.0.1/db'
  'Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='
  'the-Canary-of-this-test'
)
for sample in "${samples[@]}"; do
  grep -qE -- "$expression" <<<"$sample" || { echo "not recognised: $sample"; exit 1; }
done

records=$(cat "$folder"/*.log 2>/dev/null | wc -l)
[ "$records" -gt 0 ] || { echo "$folder: nothing was logged"; exit 1; }
if found=$(grep -nE -- "$expression" "$folder"/*.log); then
  printf 'secrets in log records:\n%s\n' "$(head -20 <<<"$found")"
  exit 1
fi
echo "$records log records of $(find "$folder" -name '*.log' | wc -l) programs, no secret among them"
