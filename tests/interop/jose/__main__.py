"""Exchanges every case with one other implementation, both ways.

    python3 -m tests.interop.jose CANDELA PEER [NODE_MODULES]    PEER: npm, debian or jwcrypto

Ends with 1 when a message of one is not what the other made of it.
"""

import sys
import tempfile
from pathlib import Path

from tests.interop.jose import peers
from tests.interop.jose.cases import CONTENT, KEYS, all_cases


def peer_named(name, keys, modules):
    if name == "npm":
        # Modules are looked for beside the script.
        script = Path(modules).parent / "npm.mjs"
        script.write_bytes(Path(__file__).with_name("npm.mjs").read_bytes())
        return peers.Npm("node", script, keys)
    return peers.Debian("jose", keys) if name == "debian" else peers.Jwcrypto(keys)


def complaints(what, cases, contents, failed):
    for case in cases:
        if case.name in failed:
            yield f"{what}: {case.name}: {failed[case.name]}"
        elif contents.get(case.name) != CONTENT:
            yield f"{what}: {case.name}: other content: {contents.get(case.name)!r}"


def exchange(what, maker, opener, cases):
    """What goes wrong when one makes messages and the other opens them."""
    messages, not_made = maker.make(cases)
    for name, why in not_made.items():
        yield f"{what}: {name} could not be made: {why}"
    made = [case for case in cases if case.name in messages]
    yield from complaints(what, made, *opener.open(made, messages))


def thumbprints_differ(us, peer):
    for name, theirs in peer.thumbprints(KEYS).items():
        if theirs != us.thumbprint(name):
            yield f"thumbprint of {name}: {theirs} instead of {us.thumbprint(name)}"


def run(candela, name, modules):
    with tempfile.TemporaryDirectory() as folder:
        keys = peers.Keys(candela, folder, KEYS)
        us = peers.Candela(candela, keys)
        peer = peer_named(name, keys, modules)
        shared = [case for case in all_cases() if peer.shares(case)]
        opened = [case for case in shared if peer.opens(case)]
        made = [case for case in shared if peer.makes(case)]
        wrong = [
            *exchange("of ours", us, peer, opened),
            *exchange("of theirs", peer, us, made),
            *thumbprints_differ(us, peer),
        ]
    for line in wrong:
        print("FAILED:", line, file=sys.stderr)
    print(f"{len(opened)} messages of ours, {len(made)} of theirs, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else ""))
