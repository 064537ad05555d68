"""What is exchanged with other implementations: every algorithm in every form that somebody shares."""

from dataclasses import dataclass, field
from itertools import product

CONTENT = "größer\nthan \u0000 nothing\n"

# The keys by name, each with the options of `candela keys generate` that make it.
KEYS = {
    "hs256": ["--kind", "oct", "--bits", "256"],
    "hs384": ["--kind", "oct", "--bits", "384"],
    "hs512": ["--kind", "oct", "--bits", "512"],
    "rsa": ["--kind", "RSA"],
    "p256": ["--kind", "P-256"],
    "p384": ["--kind", "P-384"],
    "p521": ["--kind", "P-521"],
    "ed25519": ["--kind", "Ed25519"],
    "ed448": ["--kind", "Ed448"],
    "x25519": ["--kind", "X25519"],
    "x448": ["--kind", "X448"],
    "a128": ["--kind", "oct", "--bits", "128"],
    "a192": ["--kind", "oct", "--bits", "192"],
    "a256": ["--kind", "oct", "--bits", "256"],
}

# Which keys an algorithm is tried with.
SIGNATURES = {
    **{f"HS{bits}": [f"hs{bits}"] for bits in (256, 384, 512)},
    **{f"{family}{bits}": ["rsa"] for family in ("RS", "PS") for bits in (256, 384, 512)},
    "ES256": ["p256"],
    "ES384": ["p384"],
    "ES512": ["p521"],
    "EdDSA": ["ed25519", "ed448"],
    "Ed25519": ["ed25519"],
    "Ed448": ["ed448"],
}

AGREEMENT_KEYS = ["p256", "p384", "p521", "x25519", "x448"]
WRAPPING = {
    **{f"A{bits}{way}": [f"a{bits}"] for way in ("KW", "GCMKW") for bits in (128, 192, 256)},
    **{name: ["rsa"] for name in ("RSA1_5", "RSA-OAEP", "RSA-OAEP-256")},
    **{f"ECDH-ES{way}": AGREEMENT_KEYS for way in ("", "+A128KW", "+A192KW", "+A256KW")},
    **{name: ["a256"] for name in ("PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW")},
}
# The size of the key that `dir` takes for each.
CONTENT_ENCRYPTION = {
    "A128CBC-HS256": "hs256",
    "A192CBC-HS384": "hs384",
    "A256CBC-HS512": "hs512",
    "A128GCM": "a128",
    "A192GCM": "a192",
    "A256GCM": "a256",
}


@dataclass
class Case:
    """One message. Lists have an entry for each signer or recipient."""

    action: str  # sign, encrypt or token
    form: str  # compact, flattened, general, detached or unencoded
    algorithms: list
    keys: list
    encryption: str = ""
    zip: bool = False
    name: str = field(init=False)

    def __post_init__(self):
        words = [self.action, self.form, "&".join(self.algorithms), "&".join(self.keys), self.encryption]
        self.name = " ".join(word for word in [*words, "zip" if self.zip else ""] if word)


def signed():
    for algorithm, keys in SIGNATURES.items():
        for key, form in product(keys, ("compact", "flattened", "general", "detached", "unencoded")):
            yield Case("sign", form, [algorithm], [key])
    yield Case("sign", "general", ["ES256", "PS256"], ["p256", "rsa"])


def encrypted():
    # Every way to wrap with every way to encrypt in the compact form; in the others what is wrapped is the same.
    for (algorithm, keys), encryption in product(WRAPPING.items(), CONTENT_ENCRYPTION):
        # Deriving from a password and the large curves take long.
        few = keys if encryption == "A128GCM" else keys[:1]
        for key in few:
            yield Case("encrypt", "compact", [algorithm], [key], encryption)
    for (algorithm, keys), form in product(WRAPPING.items(), ("flattened", "general")):
        yield Case("encrypt", form, [algorithm], keys[:1], "A256GCM")
    for encryption, key in CONTENT_ENCRYPTION.items():
        for form in ("compact", "flattened", "general"):
            yield Case("encrypt", form, ["dir"], [key], encryption)
        yield Case("encrypt", "compact", ["A256KW"], ["a256"], encryption, zip=True)
    yield Case("encrypt", "general", ["RSA-OAEP-256", "ECDH-ES+A128KW"], ["rsa", "p256"], "A128CBC-HS256")


def tokens():
    for algorithm, key in (("ES256", "p256"), ("RS256", "rsa"), ("HS256", "hs256")):
        yield Case("token", "compact", [algorithm], [key])


def all_cases():
    return [*signed(), *encrypted(), *tokens()]
