#!/usr/bin/env bash
# A chain by value is a token within a token: npm's jose verifies each of them.
#
#   chain_test.sh CANDELA NPM_FOLDER
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/interop.sh
. "$here/interop.sh"
# shellcheck source=tests/interop/npm.sh
. "$here/npm.sh"

candela=$(realpath "$1")
modules=$2
services=(edge cart order payment fraud ledger bank)

need_npm "$modules" "$here/jose/package.json"
cd "$work"
known=()
sets=
for service in "${services[@]}"; do
  "$candela" keys generate --out "$service.jwk"
  "$candela" keys show --format jwks "$service.jwk" >"$service.pub"
  known+=(--known "urn:shop:$service=$service.pub")
  sets+="${sets:+,}\"urn:shop:$service\":$(cat "$service.pub")"
done
printf '{%s}\n' "$sets" >keys.json

# Each service calls the next one.
wanted=
behind=()
for ((i = 0; i + 1 < ${#services[@]}; ++i)); do
  from=${services[i]} to=${services[i + 1]}
  "$candela" chain mint --key "$from.jwk" --iss "urn:shop:$from" --aud "urn:shop:$to" --op "GET /$to" \
    --by-value "${behind[@]}" "${known[@]}" >"to-$to"
  behind=(--behind "to-$to")
  wanted="urn:shop:$from calls urn:shop:$to"$'\n'$wanted
done
"$candela" chain verify "${known[@]}" --aud "urn:shop:${services[-1]}" --root urn:shop:edge "to-${services[-1]}" >/dev/null ||
  fail 'candela refuses its own chain'

# Modules are looked for beside the script.
cp "$here/jose/chain.mjs" "$modules/chain.mjs"
found=$(node "$modules/chain.mjs" keys.json <"to-${services[-1]}") || fail 'npm refuses a level'
expect 'every level from the newest to the root' "${wanted%$'\n'}" "$found"

# And it does look at them.
sed -E '1s/^(Call-Chain: .{40}).*/\1AAAA/' "to-${services[-1]}" >shortened
! node "$modules/chain.mjs" keys.json <shortened >/dev/null 2>&1 || fail 'npm accepts anything'
