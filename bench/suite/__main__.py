"""bench/run.sh BUILD_DIR [OPTIONS]: the suite as a program. `--help` lists the options.

Exit 0: measured; 1: with --check, a target was missed by more than a quarter; 2: something broke.
"""

import argparse
import os
import sys
from pathlib import Path

from . import descriptions
from .contestant import Place
from .programs import BROKEN
from .run import Run
from .server import CLIENT_CORE, CORES


def options_from(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="./candela bench", description="Servers side by side under the same load.")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    flag = {"action": "store_true"}
    parser.add_argument("--quick", **flag, help="fewer and shorter rounds: under two minutes")
    parser.add_argument("--profile", **flag, help="count instructions a request as well (needs valgrind)")
    parser.add_argument("--techempower", **flag, help="the seven tests at all levels that fit the machine")
    parser.add_argument("--check", **flag, help="fail when a target is missed by more than a quarter")
    parser.add_argument("--service", type=Path, help="the program under test")
    parser.add_argument("--db", default="", metavar="URL", help="the database, in place of a PostgreSQL of its own")
    several = {"action": "append", "default": []}
    parser.add_argument("--test", **several, metavar="WORD", help="only tests with the word in their name")
    parser.add_argument("--contestant", **several, metavar="NAME", help="only these servers")
    return parser.parse_args(words)


def place_of(options: argparse.Namespace) -> Place:
    """Where things are; reports go to a folder beside the build's own."""
    build = options.build.resolve()
    echo, full = build / "examples" / "echo" / "echo", build / "bench" / "techempower" / "techempower"
    service = options.service.resolve() if options.service else full if full.exists() else echo
    results = build.parent / "bench"
    results.mkdir(parents=True, exist_ok=True)
    return Place(build, results, service)


def main(words: list[str]) -> int:
    """Measures what is asked for and says how it ended."""
    options = options_from(words)
    run = Run(options, place_of(options))
    # The suite itself must not disturb the servers.
    if CLIENT_CORE in CORES:
        os.sched_setaffinity(0, {CLIENT_CORE})
    else:
        run.suite.skipped["a core for the client alone"] = "there is one only, servers and client share it"
    return run.measure()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except descriptions.DescriptionError as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(BROKEN)
