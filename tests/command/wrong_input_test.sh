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
# Of a refusal that is the whole first line, and the second one says why.
expect() {
  local wanted=$1 error=$2 status=0
  shift 2
  "$candela" "$@" >out 2>err </dev/null || status=$?
  [ "$status" = "$wanted" ] || fail "candela $*: status $status instead of $wanted: $(cat err)"
  [[ $(cat err) = "$error"* ]] || fail "candela $*: [$(cat err)] does not begin with [$error]"
  [ ! -s out ] || fail "candela $*: [$(cat out)] was shown"
  [[ $error != refused:* ]] || [[ $(head -n 2 err) = "$error"$'\n  '[!\ ]* ]] ||
    fail "candela $*: [$(cat err)] does not say why"
}

# refuses CODE FILE WORD...: the same of a refusal, whose reason begins with the file that it is about.
refuses() {
  local code=$1 file=$2
  shift 2
  expect 1 "refused: $code" "$@"
  [[ $(sed -n 2p err) = "  $file: "?* ]] || fail "candela $*: [$(cat err)] does not name $file"
}

"$candela" keys generate --out key
"$candela" keys show key >known
"$candela" keys generate --kind X25519 >opener
"$candela" keys generate --kind RSA --format pem >rsa.pem
printf 'not a key' >text
printf '{"kty":' >half
: >empty
mkdir folder
truncate -s 100M large
head -c 4096 /dev/zero | tr '\0' '\377' >junk

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
    expect 2 "candela $action: cannot read large: it is longer than 64 MiB" $action --key large
    for file in text half empty junk; do refuses json_invalid $file $action --key $file; done
    refuses json_invalid 'the standard input' $action --key -
    expect 2 "candela $action: there is no" $action --key key --alg none
  }
done
for action in 'jose sign' 'jose verify' 'jwt verify'; do
  # shellcheck disable=SC2086
  {
    expect 2 "candela $action: cannot read missing" $action --key key missing
    expect 2 "candela $action: cannot read folder" $action --key key folder
    expect 2 "candela $action: cannot read large" $action --key key large
    expect 2 "candela $action: there is no signature algorithm \"A128KW\"" $action --key key --alg A128KW message
    expect 2 "candela $action: unexpected argument text" $action --key key message text
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

for file in text empty junk; do
  refuses malformed $file jose verify --key key $file
  refuses malformed $file jose decrypt --key opener $file
  refuses malformed $file jwt verify --key known $file
  refuses malformed $file jwt inspect $file
  refuses json_invalid $file keys check $file
done
refuses malformed 'the standard input' jose verify --key key
refuses malformed message jose decrypt --key opener message
refuses key_unfit known jose decrypt --key known message
refuses key_unfit opener jose verify --key opener message
refuses key_unfit key jose sign --key key --alg RS256 text
refuses key_unfit known jose sign --key known text
refuses key_unfit key jose encrypt --key key text
refuses algorithm_refused message jose verify --key rsa.pem message
refuses key_unfit message jose verify --key rsa.pem --alg ES256 message
expect 2 'candela jose sign: there is no form "x"' jose sign --key key --form x text
expect 2 'candela jose sign: "x" is not NAME=VALUE' jose sign --key key --header x text
expect 2 'candela jose sign: no key is called "x"' jose sign --key key --kid x text
expect 2 'candela jose verify: only one thing can be read' jose verify --key key --payload - -
expect 2 'candela jwt inspect: cannot read missing' jwt inspect missing
expect 2 'candela jwt verify: "x" is no duration' jwt verify --key known --leeway x token
expect 1 'candela keys check: cannot read missing' keys check missing
expect 1 'candela keys check: cannot read folder' keys check folder
expect 1 'candela keys check: cannot read large' keys check large
refuses json_invalid 'the standard input' keys check
expect 2 'candela keys check: unexpected argument text' keys check key text
for action in show thumbprint 'convert --to pem'; do
  # shellcheck disable=SC2086
  {
    expect 2 "candela keys ${action%% *}: cannot read missing" keys $action missing
    refuses json_invalid half keys $action half
  }
done
expect 1 'candela keys generate: key exists already' keys generate --out key

expect 2 'candela keys record: --authority is needed' keys record
expect 2 'candela keys record: cannot read missing' keys record --authority missing --iss urn:s:a --key key
refuses json_invalid text keys record --authority text --iss urn:s:a --key key
expect 2 'candela keys record: "x" is no duration' keys record --authority key --iss urn:s:a --key key --expires-in x
expect 2 'candela keys authority: records are signed by' keys authority --alg HS256

"$candela" chain mint --key key --iss urn:s:a --aud urn:s:b --op x >fields
expect 2 'candela chain mint: --iss is needed' chain mint
expect 2 'candela chain mint: --key is needed' chain mint --iss urn:s:a --aud urn:s:b --op x
expect 2 'candela chain mint: cannot read missing' chain mint --iss urn:s:a --aud urn:s:b --op x --key missing
refuses json_invalid half chain mint --iss urn:s:a --aud urn:s:b --op x --key half
expect 1 'refused: key_unfit' chain mint --iss urn:s:a --aud urn:s:b --op x --key rsa.pem
expect 2 'candela chain mint: either --keys or --known' chain mint --iss urn:s:b --aud urn:s:c --op x --key key --behind fields
expect 2 'candela chain show: empty: there is no chain' chain show empty
expect 2 'candela chain show: cannot read missing' chain show missing
refuses chain_malformed text chain show text
verify=(chain verify --aud urn:s:b --root urn:s:a)
expect 2 'candela chain verify: either --keys or --known' "${verify[@]}" fields
expect 2 'candela chain verify: "key" is not IDENTITY=FILE' "${verify[@]}" --known key fields
refuses json_invalid text "${verify[@]}" --keys text fields
expect 2 'candela chain verify: cannot read missing' "${verify[@]}" --known urn:s:a=key missing
refuses chain_missing empty "${verify[@]}" --known urn:s:a=key empty
refuses chain_malformed text "${verify[@]}" --known urn:s:a=key text

expect 2 'candela audit verify: missing: there is no such file' audit verify --key known missing
for file in text empty junk; do refuses json_invalid $file audit verify --key $file folder; done
expect 2 'candela audit verify: cannot read missing' audit verify --key missing folder

# A reader that goes early is no success.
status=0
"$candela" keys show key >/dev/full 2>err || status=$?
[ "$status" = 1 ] || fail "a full device: status $status"
grep -q '^candela keys show: cannot write the result' err || fail "a full device: $(cat err)"
echo 'ok: wrong input'
