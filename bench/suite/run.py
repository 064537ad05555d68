"""A run of the suite, from who takes part to the report."""

import argparse
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from . import contestant, database, descriptions, generators, machine, programs, report, results, rounds, techempower
from . import terminal
from .contestant import Place
from .descriptions import Contestant, Test
from .results import Peer, Suite
from .rounds import Arena, Plan

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / "peers"
CLIFF = 1.25  # by how much a target may be missed before --check fails


@dataclass(frozen=True)
class Pace:
    """How long everything takes."""

    plans: dict[str, Plan]  # by generator
    level: Plan  # of the TechEmpower tests
    compare: list[str]


THOROUGH = Pace({"load": Plan(11, 0.5), "wrk": Plan(5, 1)}, Plan(3, 1), ["--pairs", "25", "--round-ms", "300"])
QUICK = Pace({"load": Plan(5, 0.15), "wrk": Plan(2, 1)}, Plan(3, 0.2), ["--pairs", "6", "--round-ms", "200"])


def say(line: str) -> None:
    """A word on how it goes; figures go to standard output."""
    print(f"bench: {line}", file=sys.stderr, flush=True)


class Run:
    """What the options ask for, with those that can take part."""

    def __init__(self, options: argparse.Namespace, place: Place):
        self._options = options
        self._place = place
        self._pace = QUICK if options.quick else THOROUGH
        self._contestants: list[Contestant] = []
        self.suite = Suite(machine.describe(), [])
        for one in descriptions.read_contestants(PEERS):
            if not options.contestant or one.name in options.contestant:
                self._admit(one)

    def measure(self) -> int:
        """Runs everything and writes the report; the program's exit status."""
        tests, targets = descriptions.read_tests(HERE / "tests.toml")
        ladders = descriptions.read_levels(HERE / "techempower.toml") if self._options.techempower else []
        ladders = [ladder for ladder in ladders if self._wanted(ladder[0])]
        tests = [] if self._options.techempower else [test for test in tests if self._wanted(test)]
        with ExitStack() as stack:
            arena = self._arena(stack, tests + [ladder[0] for ladder in ladders])
            self._hold_tests([test for test in tests if self._playable(test, arena)], arena)
            self._climb([ladder for ladder in ladders if self._playable(ladder[0], arena)], arena)
        everything = not (self._options.techempower or self._options.test or self._options.contestant)
        status = self._run_programs() if everything else programs.MEASURED
        self.suite.judged = results.judge(targets, self.suite.results)
        self._write()
        return max(status, self._status())

    def _admit(self, one: Contestant) -> None:
        peer = Peer(one.name, one.role, one.about)
        self.suite.peers.append(peer)
        try:
            contestant.prepare(one, self._place)
        except contestant.Skipped as reason:
            peer.skipped = str(reason)
            say(f"{one.name} is skipped: {reason}")
            return
        peer.version = contestant.version(one, self._place)
        self._contestants.append(one)

    def _wanted(self, test: Test) -> bool:
        return not self._options.test or any(word in test.name for word in self._options.test)

    def _playable(self, test: Test, arena: Arena) -> bool:
        return not test.database or bool(arena.database_url(test))

    def _arena(self, stack: ExitStack, tests: list[Test]) -> Arena:
        """With a database, when one of the tests needs it and it can be had."""
        if self._options.db:
            return Arena(self._place, lambda test: self._options.db)
        if not any(test.database for test in tests):
            return Arena(self._place)
        try:
            own = stack.enter_context(database.Postgres())
        except database.DatabaseError as reason:
            return self._arena_without_postgres(str(reason))
        return Arena(self._place, lambda test: own.url(test.database) if test.database else "", own.meter)

    def _arena_without_postgres(self, reason: str) -> Arena:
        if self._options.techempower:
            say(f"the database is SQLite: {reason}")
            return Arena(self._place, lambda test: "sqlite:world.db" if test.database else "")
        self.suite.skipped["tests with a database"] = reason
        say(f"tests with a database are skipped: {reason}")
        return Arena(self._place)

    def _hold_tests(self, tests: list[Test], arena: Arena) -> None:
        plans = dict(self._pace.plans)
        for generator in self._pace.plans:
            reason = generators.missing(generator)
            if reason:
                self.suite.skipped[f"load by {generator}"] = reason
                del plans[generator]
        for test in tests:
            say(test.name)
            held = rounds.hold(test, plans, self._contestants, arena)
            self.suite.results += held
            print("\n".join(terminal.render(result) + "\n" for result in held), flush=True)

    def _climb(self, ladders: list[list[Test]], arena: Arena) -> None:
        frameworks = [one for one in self._contestants if one.role != "floor"]
        for ladder in ladders:
            board = techempower.climb(ladder, frameworks, self._pace.level, arena, say)
            self.suite.boards.append(board)
            print(terminal.render_board(board) + "\n", flush=True)

    def _run_programs(self) -> int:
        """The echo service beside the bare responder: it has the routes that those measurements ask for."""
        echo = self._place.build / "examples" / "echo" / "echo"
        say("the service beside the bare responder")
        compared = programs.run("compare", self._place, echo, self._pace.compare, self._options.check)
        self.suite.processor_time = compared.figures
        print(flush=True)
        if not self._options.profile:
            return compared.status
        say("instructions")
        counted = programs.run("instructions", self._place, echo, [], self._options.check)
        self.suite.instructions = counted.figures
        print(flush=True)
        return max(compared.status, counted.status)

    def _write(self) -> None:
        if self.suite.judged:
            print(terminal.verdicts(self.suite.judged) + "\n")
        page, raw = self._place.results / "report.html", self._place.results / "results.json"
        page.write_text(report.page(self.suite))
        results.write_json(self.suite, raw)
        print(f"report: {page}\nraw figures: {raw}")

    def _status(self) -> int:
        """Of the suite's own part. A service that fails breaks it; a peer that does is not our affair."""
        services = {peer.name for peer in self.suite.peers if peer.role == "service"}
        held = self.suite.results + [result for board in self.suite.boards for result in board.results]
        absent = any(peer.name in services and peer.skipped for peer in self.suite.peers)
        if absent or any(result.broken & services for result in held):
            return programs.BROKEN
        return int(self._options.check and any(one.missed_by(CLIFF) for one in self.suite.judged))
