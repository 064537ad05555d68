#!/usr/bin/env bash
# The verbs on keys and tokens as a shell runs them: pipes, and wrong input of every kind by its exit status.
#
#   wrong_input_test.sh CANDELA
set -euo pipefail

candela=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# expect STATUS ERROR WORD...: runs the command without input; the error stream begins with ERROR, and nothing is shown.
expect() {
  local wanted=$1 error=$2 status=0
  shift 2
  "$candela" "$@" >out 2>err </dev/null || status=$?
  [ "$status" = "$wanted" ] || fail "candela $*: status $status instead of $wanted: $(cat err)"
  [[ $(cat err) = "$error"* ]] || fail "candela $*: [$(cat err)] does not begin with [$error]"
  [ ! -s out ] || fail "candela $*: [$(cat out)] was shown"
}

"$candela" keys generate --out key
"$candela" keys show key >known
"$candela" keys generate --kind X25519 >opener
"$candela" keys generate --kind RSA --format pem >rsa.pem
printf 'not a key' >text
printf '{"kty":' >half
: >empty
mkdir folder

# Pipes from end to end, the key among them.
[ "$(printf 'a word' | "$candela" jose sign --key key | "$candela" jose verify --key known)" = 'a word' ] ||
  fail 'signing and verifying in a pipe'
[ "$(printf 'a word' | "$candela" jose encrypt --key opener - | "$candela" jose decrypt --key opener -)" = 'a word' ] ||
  fail 'encrypting and decrypting in a pipe'
printf 'a word' | "$candela" jose sign --key key >message
[ "$("$candela" keys show key | "$candela" jose verify --key - message)" = 'a word' ] || fail 'a key in a pipe'
"$candela" jwt mint --key key | "$candela" jwt verify --key known >/dev/null || fail 'a token in a pipe'
"$candela" jwt mint --key key --claims - <<<'{"iss":"me"}' >token

expect 2 'usage: candela jose ACTION' jose
expect 2 'usage: candela jwt ACTION' jwt
expect 2 'usage: candela keys ACTION' keys
expect 2 'usage: candela chain ACTION' chain
for verb in jose jwt keys chain; do expect 2 "candela $verb: there is no action \"x\"" "$verb" x; done

for action in 'jose sign' 'jose verify' 'jose encrypt' 'jose decrypt' 'jwt mint' 'jwt verify'; do
  # shellcheck disable=SC2086  # a verb and its action
  {
    expect 2 "candela $action: --key is needed" $action
    expect 2 "candela $action: " $action --louder
    expect 2 "candela $action: cannot read missing: No such file or directory" $action --key missing
    expect 2 "candela $action: cannot read folder: Is a directory" $action --key folder
    expect 1 'refused: json_invalid' $action --key text
    expect 1 'refused: json_invalid' $action --key half
    expect 1 'refused: json_invalid' $action --key empty
    expect 2 "candela $action: there is no" $action --key key --alg none
  }
done
for action in 'jose sign' 'jose verify' 'jwt verify'; do
  # shellcheck disable=SC2086
  {
    expect 2 "candela $action: cannot read missing" $action --key key missing
    expect 2 "candela $action: cannot read folder" $action --key key folder
    expect 2 "candela $action: there is no signature algorithm \"A128KW\"" $action --key key --alg A128KW message
    expect 2 "candela $action: " $action --key key message message
  }
done
for action in 'jose encrypt' 'jose decrypt'; do
  # shellcheck disable=SC2086
  {
    expect 2 "candela $action: cannot read missing" $action --key opener missing
    expect 2 "candela $action: cannot read missing" $action --password missing text
    expect 2 "candela $action: there is no key encryption algorithm \"ES256\"" $action --key opener --alg ES256 text
    expect 2 "candela $action: there is no content encryption algorithm \"A1\"" $action --key opener --enc A1 text
    expect 2 "candela $action: nothing called \"none\" is off" $action --key opener --allow none text
    expect 2 "candela $action: " $action --key opener --iterations many text
  }
done

expect 1 'refused: malformed' jose verify --key key text
expect 1 'refused: malformed' jose verify --key key empty
expect 1 'refused: malformed' jose decrypt --key opener message
expect 1 'refused: key_unfit' jose decrypt --key known message
expect 1 'refused: key_unfit' jose verify --key opener message
expect 1 'refused: key_unfit' jose sign --key key --alg RS256 text
expect 1 'refused: algorithm_refused' jose verify --key rsa.pem message
expect 1 'refused: key_unfit' jose verify --key rsa.pem --alg ES256 message
expect 2 'candela jose sign: there is no form "x"' jose sign --key key --form x text
expect 2 'candela jose sign: "x" is not NAME=VALUE' jose sign --key key --header x text
expect 2 'candela jose sign: no key is called "x"' jose sign --key key --kid x text
expect 2 'candela jose verify: only one thing can be read' jose verify --key key --payload - -
expect 1 'refused: malformed' jwt inspect text
expect 1 'refused: malformed' jwt verify --key known text
expect 2 'candela jwt inspect: cannot read missing' jwt inspect missing
expect 2 'candela jwt verify: "x" is no duration' jwt verify --key known --leeway x token
expect 1 'candela keys check: cannot read missing' keys check missing
expect 1 'candela keys check: cannot read folder' keys check folder
expect 1 'refused: json_invalid: ' keys check text
expect 1 'refused: json_invalid: ' keys check
for action in show thumbprint 'convert --to pem'; do
  # shellcheck disable=SC2086
  {
    expect 2 "candela keys ${action%% *}: cannot read missing" keys $action missing
    expect 1 'refused: json_invalid' keys $action half
  }
done
expect 1 'candela keys generate: key exists already' keys generate --out key

expect 2 'candela keys record: --authority is needed' keys record
expect 2 'candela keys record: cannot read missing' keys record --authority missing --iss urn:s:a --key key
expect 1 'refused: json_invalid' keys record --authority text --iss urn:s:a --key key
expect 2 'candela keys record: "x" is no duration' keys record --authority key --iss urn:s:a --key key --expires-in x
expect 2 'candela keys authority: records are signed by' keys authority --alg HS256

"$candela" chain mint --key key --iss urn:s:a --aud urn:s:b --op x >fields
expect 2 'candela chain mint: --iss is needed' chain mint
expect 2 'candela chain mint: --key is needed' chain mint --iss urn:s:a --aud urn:s:b --op x
expect 2 'candela chain mint: cannot read missing' chain mint --iss urn:s:a --aud urn:s:b --op x --key missing
expect 1 'refused: json_invalid' chain mint --iss urn:s:a --aud urn:s:b --op x --key half
expect 1 'refused: key_unfit' chain mint --iss urn:s:a --aud urn:s:b --op x --key rsa.pem
expect 2 'candela chain mint: either --keys or --known' chain mint --iss urn:s:b --aud urn:s:c --op x --key key --behind fields
expect 2 'candela chain show: there is no chain' chain show empty
expect 2 'candela chain show: cannot read missing' chain show missing
expect 1 'refused: chain_malformed: ' chain show text
verify=(chain verify --aud urn:s:b --root urn:s:a)
expect 2 'candela chain verify: either --keys or --known' "${verify[@]}" fields
expect 2 'candela chain verify: "key" is not IDENTITY=FILE' "${verify[@]}" --known key fields
expect 1 'refused: json_invalid' "${verify[@]}" --keys text fields
expect 2 'candela chain verify: cannot read missing' "${verify[@]}" --known urn:s:a=key missing
expect 1 'refused: chain_missing: ' "${verify[@]}" --known urn:s:a=key empty
expect 1 'refused: chain_malformed: ' "${verify[@]}" --known urn:s:a=key text

# A reader that goes early is no success.
status=0
"$candela" keys show key >/dev/full 2>err || status=$?
[ "$status" = 1 ] || fail "a full device: status $status"
grep -q '^candela keys show: cannot write the result' err || fail "a full device: $(cat err)"
echo 'ok: wrong input'
