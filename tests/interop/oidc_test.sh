#!/usr/bin/env bash
# The oidc-provider package of npm as a real identity provider: jwt_verify accepts its access tokens by its JWK set, and
# goes on without a refusal or a restart while the provider changes its signing key.
#
#   oidc_test.sh ECHO_PROGRAM NPM_FOLDER
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/interop/interop.sh
. "$here/interop.sh"
# shellcheck source=tests/interop/npm.sh
. "$here/npm.sh"

modules=$2
need_npm "$modules" "$here/oidc/package.json"
# Modules are looked for beside the script.
cp "$here/oidc/provider.mjs" "$modules/provider.mjs"

coproc provider { exec node "$modules/provider.mjs" 2>&1; }
# shellcheck disable=SC2154  # coproc sets it
peer_pid=$provider_PID
# It outlives the process, whose own variables go with it.
exec {from_provider}<&"${provider[0]}" {to_provider}>&"${provider[1]}"
issuer=
while IFS= read -r -t 30 -u "$from_provider" line; do
  [[ $line = issuer\ * ]] || continue
  issuer=${line#issuer }
  break
done
[ -n "$issuer" ] || fail 'the provider did not start'

cat >"$work/service.yml" <<END
chains:
  default:
    - jwt_verify:
        issuers:
          - issuer: $issuer
            audience: [urn:example:shop]
            keys: $issuer/jwks
        scopes: [read]
END
start_service --config "$work/service.yml" --workers 2
printf '%s\n' "$address" >&"$to_provider"
exec {to_provider}>&-
cat <&"$from_provider"
status=0
wait "$peer_pid" || status=$?
peer_pid=
[ "$status" = 0 ] || fail "the provider's tokens were not served: $(tail -n 20 "$work/service.out")"
stop_service
