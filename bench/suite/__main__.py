"""bench/run.sh BUILD_DIR [OPTIONS]: the suite as a program. `--help` lists the options.

Exit 0: measured; 1: with --check, a target was missed by more than a quarter; 2: something broke.
"""

import argparse
import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import contestant, database, descriptions, generators, machine, programs, report, results, rounds, techempower, terminal
from .contestant import Place
from .descriptions import Contestant, Test
from .results import Judged, Peer, Suite
from .rounds import Arena, Plan
from .server import CLIENT_CORE

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / "peers"
CLIFF = 1.25  # by how much a target may be missed before --check fails


@dataclass(frozen=True)
class Pace:
    """How long everything takes."""

    plans: dict[str, Plan]
    level: Plan  # of the TechEmpower tests
    compare: list[str]


THOROUGH = Pace({"load": Plan(11, 0.5), "wrk": Plan(5, 1)}, Plan(3, 1), ["--pairs", "25", "--round-ms", "300"])
QUICK = Pace({"load": Plan(5, 0.2), "wrk": Plan(2, 1)}, Plan(3, 0.2), ["--pairs", "8", "--round-ms", "200"])


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./candela bench", description="Servers side by side under the same load.")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: under two minutes")
    parser.add_argument("--profile", action="store_true", help="count instructions a request as well (needs valgrind)")
    parser.add_argument("--techempower", action="store_true", help="the seven tests at all levels that fit the machine")
    parser.add_argument("--check", action="store_true", help="fail when a target is missed by more than a quarter")
    parser.add_argument("--service", type=Path, help="the program under test")
    parser.add_argument("--db", default="", metavar="URL", help="a database, in place of a PostgreSQL of the suite's own")
    parser.add_argument("--test", action="append", default=[], metavar="WORD", help="only tests with the word in their name")
    parser.add_argument("--contestant", action="append", default=[], metavar="NAME", help="only these servers")
    return parser.parse_args(words)


def _say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


def _place(options: argparse.Namespace) -> Place:
    build = options.build.resolve()
    echo, full = build / "examples" / "echo" / "echo", build / "bench" / "techempower" / "techempower"
    service = options.service.resolve() if options.service else full if full.exists() else echo
    folder = build.parent / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return Place(build, folder, service)


def _prepared(options: argparse.Namespace, place: Place) -> tuple[list[Contestant], list[Peer]]:
    """Those that can take part, and a word about everybody."""
    ready, told = [], []
    for one in descriptions.read_contestants(PEERS):
        if options.contestant and one.name not in options.contestant:
            continue
        peer = Peer(one.name, one.role, one.about)
        try:
            contestant.prepare(one, place)
            peer.version = contestant.version(one, place)
            ready.append(one)
        except contestant.Skipped as reason:
            peer.skipped = str(reason)
            _say(f"{one.name} is skipped: {reason}")
        told.append(peer)
    return ready, told


def _arena(stack: ExitStack, options: argparse.Namespace, place: Place, tests: list[Test], suite: Suite) -> Arena:
    """With a database, when one of the tests needs it and it can be had."""
    if options.db:
        return Arena(place, lambda test: options.db)
    if not any(test.database for test in tests):
        return Arena(place)
    try:
        own = stack.enter_context(database.Postgres())
    except database.DatabaseError as reason:
        if options.techempower:
            _say(f"the database is SQLite: {reason}")
            return Arena(place, lambda test: "sqlite:world.db" if test.database else "")
        suite.skipped["tests with a database"] = str(reason)
        _say(f"tests with a database are skipped: {reason}")
        return Arena(place)
    return Arena(place, lambda test: own.url(test.database) if test.database else "", own.meter)


def _playable(test: Test, arena: Arena) -> bool:
    return not test.database or bool(arena.database_url(test))


def _wanted(test: Test, options: argparse.Namespace) -> bool:
    return not options.test or any(word in test.name for word in options.test)


def _run_tests(tests: list[Test], contestants: list[Contestant], pace: Pace, arena: Arena, suite: Suite) -> None:
    plans = dict(pace.plans)
    for generator in list(plans):
        reason = generators.missing(generator)
        if reason:
            suite.skipped[f"load by {generator}"] = reason
            del plans[generator]
    for test in tests:
        if _playable(test, arena):
            _say(test.name)
            held = rounds.hold(test, plans, contestants, arena)
            suite.results += held
            print("\n".join(terminal.render(result) + "\n" for result in held), flush=True)


def _run_ladders(ladders: list[list[Test]], contestants: list[Contestant], pace: Pace, arena: Arena, suite: Suite) -> None:
    frameworks = [one for one in contestants if one.role != "floor"]
    for ladder in ladders:
        if _playable(ladder[0], arena):
            board = techempower.climb(ladder, frameworks, pace.level, arena, _say)
            suite.boards.append(board)
            print(terminal.render_board(board) + "\n", flush=True)


def _run_programs(options: argparse.Namespace, place: Place, pace: Pace, suite: Suite) -> int:
    """The echo service beside the bare responder: it has the routes that those measurements ask for."""
    echo = place.build / "examples" / "echo" / "echo"
    compared = programs.run("compare", place, echo, pace.compare, options.check)
    suite.processor_time = compared.figures
    status = compared.status
    if options.profile:
        print()
        counted = programs.run("instructions", place, echo, [], options.check)
        suite.instructions = counted.figures
        status = max(status, counted.status)
    print(flush=True)
    return status


def _cliff(one: Judged) -> bool:
    return not one.met and (one.ratio is None or one.ratio.median * CLIFF < one.target.at_least)


def _status(options: argparse.Namespace, suite: Suite, place: Place) -> int:
    """Of the suite's own part: a service that failed is broken, a peer that did is not our affair."""
    services = {peer.name for peer in suite.peers if peer.role == "service" and not peer.skipped}
    everything = suite.results + [result for board in suite.boards for result in board.results]
    if not services or any(name in services for result in everything for name in result.broken):
        return programs.BROKEN
    return int(options.check and any(_cliff(one) for one in suite.judged))


def _write(suite: Suite, place: Place) -> None:
    results.write_json(suite, place.results / "results.json")
    (place.results / "report.html").write_text(report.page(suite))
    print(f"report: {place.results / 'report.html'}\nraw figures: {place.results / 'results.json'}")


def main(words: list[str]) -> int:
    options = _options(words)
    pace = QUICK if options.quick else THOROUGH
    place = _place(options)
    tests, targets = descriptions.read_tests(HERE / "tests.toml")
    tests = [test for test in tests if _wanted(test, options)]
    ladders = [ladder for ladder in descriptions.read_levels(HERE / "techempower.toml") if _wanted(ladder[0], options)]
    contestants, peers = _prepared(options, place)
    suite = Suite(machine.describe(), peers)
    # The suite itself must not disturb what it measures.
    if CLIENT_CORE in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {CLIENT_CORE})
    else:
        suite.skipped["a core for the client alone"] = "there is one core only, servers and clients share it"
    status = programs.MEASURED
    with ExitStack() as stack:
        chosen = [test for ladder in ladders for test in ladder] if options.techempower else tests
        arena = _arena(stack, options, place, chosen, suite)
        if options.techempower:
            _run_ladders(ladders, contestants, pace, arena, suite)
        else:
            _run_tests(tests, contestants, pace, arena, suite)
    if not (options.techempower or options.test):
        status = _run_programs(options, place, pace, suite)
    suite.judged = results.judge(targets, suite.results)
    print(terminal.verdicts(suite.judged) + "\n")
    _write(suite, place)
    return max(status, _status(options, suite, place))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except descriptions.DescriptionError as error:
        _say(str(error))
        sys.exit(programs.BROKEN)
