"""The other implementations. Each makes messages, opens ours, and says which of the cases it shares with us."""

import base64
import json
import subprocess
from pathlib import Path

from tests.interop.jose.cases import CONTENT

# As many hashes as the peers use by themselves: more than we accept without further word.
ITERATIONS = 32768

PARTIES = {"iss": "https://issuer.example", "aud": "shop", "sub": "ada"}


class Refused(Exception):
    """A peer could not make or open a message."""


def output_of(command, content=b"", **options):
    done = subprocess.run(command, input=content, capture_output=True, timeout=60, check=False, **options)
    if done.returncode != 0:
        raise Refused(f"{' '.join(map(str, command))}: {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


class Keys:
    """Key files, made by candela."""

    def __init__(self, candela, folder, options):
        self.candela = candela
        self.folder = Path(folder)
        for name, words in options.items():
            output_of([candela, "keys", "generate", "--kid", name, "--out", self.private(name), *words])
            if self.is_secret(name):
                self.public(name).write_bytes(self.private(name).read_bytes())
            else:
                self.public(name).write_bytes(output_of([candela, "keys", "show", self.private(name)]))

    def private(self, name):
        return self.folder / f"{name}.jwk"

    def public(self, name):
        return self.folder / f"{name}.pub.jwk"

    def is_secret(self, name):
        return json.loads(self.private(name).read_text())["kty"] == "oct"


def each(action, cases, *more):
    """The results of `action` by the cases' names, and what went wrong."""
    results, failed = {}, {}
    for case in cases:
        try:
            results[case.name] = action(case, *(values[case.name] for values in more))
        except Refused as why:
            failed[case.name] = str(why)
    return results, failed


class Candela:
    """We ourselves."""

    def __init__(self, candela, keys):
        self.candela = candela
        self.keys = keys

    def make(self, cases):
        return each(self._make, cases)

    def open(self, cases, messages):
        return each(self._open, cases, messages)

    def thumbprint(self, name):
        return output_of([self.candela, "keys", "thumbprint", self.keys.public(name)]).decode().strip()

    def _key_words(self, files, case):
        words = []
        for name, algorithm in zip(case.keys, case.algorithms):
            words += ["--key", files(name), "--alg", algorithm]
        return words

    def _make(self, case):
        if case.action == "token":
            words = ["--iss", PARTIES["iss"], "--aud", PARTIES["aud"], "--sub", PARTIES["sub"], "--claim", "level=3"]
            made = [self.candela, "jwt", "mint", "--typ", "at+jwt", *words]
            return output_of([*made, *self._key_words(self.keys.private, case)]).decode().strip()
        words = [self.candela, "jose", case.action]
        if case.form in ("flattened", "general"):
            words += ["--form", case.form]
        if case.form in ("detached", "unencoded"):
            words += ["--detached"]
        if case.form == "unencoded":
            words += ["--unencoded"]
        if case.action == "encrypt":
            words += ["--enc", case.encryption, "--allow", "RSA1_5", "--allow", "PBES2", "--iterations", "2000"]
        if case.zip:
            words += ["--zip"]
        files = self.keys.private if case.action == "sign" else self.keys.public
        return output_of([*words, *self._key_words(files, case)], CONTENT.encode()).decode().strip()

    def _open(self, case, message):
        if case.action == "token":
            words = ["--iss", PARTIES["iss"], "--aud", PARTIES["aud"], "--sub", PARTIES["sub"], "--typ", "at+jwt"]
            made = [self.candela, "jwt", "verify", *words, *self._key_words(self.keys.public, case)]
            claims = json.loads(output_of(made, message.encode()))
            return CONTENT if claims["level"] == 3 else json.dumps(claims)
        signed = case.action == "sign"
        words = [self.candela, "jose", "verify" if signed else "decrypt"]
        if case.form in ("flattened", "general"):
            words += ["--allow", "json"]
        if case.form in ("detached", "unencoded"):
            content = self.keys.folder / "content"
            content.write_bytes(CONTENT.encode())
            words += ["--payload", content, "--allow", "b64"]
        if not signed:
            words += ["--enc", case.encryption, "--allow", "RSA1_5", "--allow", "PBES2"]
            words += ["--iterations", str(ITERATIONS)]
        if case.zip:
            words += ["--allow", "zip"]
        if signed:
            words += self._key_words(self.keys.public, case)
            return output_of(words, message.encode()).decode()
        # Each of the recipients by itself.
        opened = {
            output_of([*words, "--key", self.keys.private(name), "--alg", algorithm], message.encode()).decode()
            for name, algorithm in zip(case.keys, case.algorithms)
        }
        return opened.pop() if len(opened) == 1 else "contents that differ"


class Peer:
    """What holds for those who can do both ways whatever they share."""

    def makes(self, case):
        return True

    def opens(self, case):
        return True


class Npm(Peer):
    """The `jose` package of npm, in one process of node for all cases."""

    def __init__(self, node, script, keys):
        self.command = [node, script]
        self.keys = keys

    def shares(self, case):
        # It left `zip` out, and of the newest names it has one.
        return not case.zip and case.algorithms != ["Ed448"]

    def opens(self, case):
        # Node no longer decrypts RSA1_5.
        return case.algorithms != ["RSA1_5"]

    def make(self, cases):
        answer = self._ask({"make": [self._request(case, case.action != "encrypt") for case in cases]})
        return answer["made"], answer["failed"]

    def open(self, cases, messages):
        requests = [{**self._request(case, case.action == "encrypt"), "message": messages[case.name]} for case in cases]
        answer = self._ask({"open": requests})
        return answer["opened"], answer["failed"]

    def thumbprints(self, names):
        keys = {name: json.loads(self.keys.public(name).read_text()) for name in names}
        return self._ask({"keys": keys})["thumbprints"]

    def _ask(self, request):
        return json.loads(output_of(self.command, json.dumps(request).encode()))

    def _request(self, case, private):
        files = self.keys.private if private else self.keys.public
        keys = [json.loads(files(name).read_text()) for name in case.keys]
        return {**vars(case), "keys": keys, "content": CONTENT}


class Debian(Peer):
    """The `jose` command, a process for each message."""

    def __init__(self, command, keys):
        self.command = command
        self.keys = keys
        self.content = keys.folder / "content"
        self.content.write_bytes(CONTENT.encode())
        self.algorithms = output_of([command, "alg"]).decode().split()

    def shares(self, case):
        if case.action == "token" or case.form == "unencoded":
            return False
        return self._has_curve(case.keys) and all(name in self.algorithms for name in case.algorithms)

    def makes(self, case):
        # It says `zip` without deflating, and in JSON an `encrypted_key` of `dir`, which RFC 7516, section 7.2.1, forbids.
        return not case.zip and not (case.form != "compact" and case.algorithms == ["dir"])

    @staticmethod
    def _has_curve(keys):
        return not any(name.startswith(("x", "ed")) for name in keys)

    def make(self, cases):
        return each(self._make, cases)

    def open(self, cases, messages):
        return each(self._open, cases, messages)

    def thumbprints(self, names):
        known = [name for name in names if self._has_curve([name])]
        command = [self.command, "jwk", "thp", "-a", "S256", "-i"]
        return {name: output_of([*command, self.keys.public(name)]).decode().strip() for name in known}

    def _make(self, case):
        compact = ["-c"] if case.form in ("compact", "detached") else []
        if case.action == "sign":
            words = ["jws", "sig", "-I", self.content, *compact]
            if case.form == "detached":
                words += ["-O", "/dev/null"]
            for name, algorithm in zip(case.keys, case.algorithms):
                header = {"protected": {"alg": algorithm, "kid": name}}
                words += ["-s", json.dumps(header), "-k", self.keys.private(name)]
        elif case.form == "general":
            words = ["jwe", "enc", "-I", self.content, "-i", json.dumps({"protected": {"enc": case.encryption}})]
            for name, algorithm in zip(case.keys, case.algorithms):
                words += ["-r", json.dumps({"header": {"alg": algorithm, "kid": name}}), "-k", self.keys.public(name)]
        else:
            header = {"alg": case.algorithms[0], "enc": case.encryption, "kid": case.keys[0]}
            if case.zip:
                header["zip"] = "DEF"
            words = ["jwe", "enc", "-I", self.content, "-i", json.dumps({"protected": header}), *compact]
            words += ["-k", self.keys.public(case.keys[0])]
        return output_of([self.command, *words]).decode().strip()

    def _open(self, case, message):
        if case.action == "encrypt":
            opened = {
                output_of([self.command, "jwe", "dec", "-i", "-", "-k", self.keys.private(name)], message.encode())
                for name in case.keys
            }
            return opened.pop().decode() if len(opened) == 1 else "contents that differ"
        words = ["jws", "ver", "-i", "-", "-a"]
        words += ["-I", self.content] if case.form == "detached" else ["-O", "-"]
        for name in case.keys:
            words += ["-k", self.keys.public(name)]
        shown = output_of([self.command, *words], message.encode()).decode()
        return CONTENT if case.form == "detached" else shown


class Jwcrypto(Peer):
    """Debian's python3-jwcrypto, in this process."""

    def __init__(self, keys):
        self.keys = keys

    def shares(self, case):
        # It takes the older name only for signatures of an Edwards curve.
        return case.algorithms[0] not in ("Ed25519", "Ed448")

    def make(self, cases):
        return each(self._guarded(self._make), cases)

    def open(self, cases, messages):
        return each(self._guarded(self._open), cases, messages)

    def thumbprints(self, names):
        return {name: self._key(self.keys.public, name).thumbprint() for name in names}

    @staticmethod
    def _guarded(action):
        def guarded(*values):
            try:
                return action(*values)
            except Exception as why:  # whatever it throws is its refusal
                raise Refused(repr(why)) from why

        return guarded

    @staticmethod
    def _complete(case, message):
        """The message with the content back in it, which it knows no other way to verify."""
        if case.form not in ("detached", "unencoded"):
            return message
        header, _, signature = message.split(".")
        encoded = base64.urlsafe_b64encode(CONTENT.encode()).decode().rstrip("=")
        content = CONTENT if case.form == "unencoded" else encoded
        return json.dumps({"protected": header, "payload": content, "signature": signature})

    @staticmethod
    def _key(files, name):
        from jwcrypto import jwk

        return jwk.JWK.from_json(files(name).read_text())

    def _make(self, case):
        from jwcrypto import jws, jwt

        if case.action == "token":
            header = {"alg": case.algorithms[0], "kid": case.keys[0], "typ": "at+jwt"}
            token = jwt.JWT(header=header, claims={**PARTIES, "level": 3}, default_claims={"iat": None, "exp": None})
            token.make_signed_token(self._key(self.keys.private, case.keys[0]))
            return token.serialize()
        if case.action == "sign":
            message = jws.JWS(CONTENT.encode())
            for name, algorithm in zip(case.keys, case.algorithms):
                header = {"alg": algorithm, "kid": name}
                if case.form == "unencoded":
                    header.update(b64=False, crit=["b64"])
                message.add_signature(self._key(self.keys.private, name), protected=json.dumps(header))
            if case.form in ("detached", "unencoded"):
                message.detach_payload()
            return message.serialize(compact=case.form in ("compact", "detached", "unencoded"))
        return self._encrypt(case)

    def _encrypt(self, case):
        from jwcrypto import jwe

        header = {"enc": case.encryption}
        if case.zip:
            header["zip"] = "DEF"
        if case.form != "general":
            header.update(alg=case.algorithms[0], kid=case.keys[0])
        algorithms = [*case.algorithms, case.encryption]
        message = jwe.JWE(CONTENT.encode(), protected=json.dumps(header), algs=algorithms)
        for name, algorithm in zip(case.keys, case.algorithms):
            own = json.dumps({"alg": algorithm, "kid": name}) if case.form == "general" else None
            message.add_recipient(self._key(self.keys.public, name), header=own)
        return message.serialize(compact=case.form == "compact")

    def _open(self, case, message):
        from jwcrypto import jwe, jws, jwt

        if case.action == "token":
            checked = {**PARTIES, "level": 3}
            token = jwt.JWT(algs=case.algorithms, check_claims=checked)
            token.deserialize(message, self._key(self.keys.public, case.keys[0]))
            return CONTENT
        opened = set()
        for name in case.keys:
            if case.action == "sign":
                read = jws.JWS()
                read.allowed_algs = case.algorithms
                read.deserialize(self._complete(case, message), self._key(self.keys.public, name))
                # Unencoded content comes as a text.
                opened.add(read.payload if isinstance(read.payload, str) else read.payload.decode())
            else:
                read = jwe.JWE(algs=[*case.algorithms, case.encryption])
                read.deserialize(message, self._key(self.keys.private, name))
                opened.add(read.payload.decode())
        return opened.pop() if len(opened) == 1 else "contents that differ"
