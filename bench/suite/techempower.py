"""The seven tests at all their levels, and the table in the form that their results are known by."""

import resource
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import rounds
from .descriptions import Contestant, Test
from .figures import Standing
from .rounds import Arena, Plan, Result

SPARE_FILES = 100  # descriptors that a server or client needs beside its connections
CONNECTION_BYTES = 20 * 1024  # of kernel and server memory, both ends of a loopback connection
SHARE_OF_MEMORY = 0.25
GENERATOR = "reconnecting"


@dataclass(frozen=True)
class Row:
    """A framework's line."""

    framework: str
    best: float  # requests per second at its best level, the median of the rounds
    level: str
    share: float  # of the best framework, 0 to 1
    errors: int  # at all levels


@dataclass
class Board:
    """What one of the seven tests came to."""

    name: str
    results: list[Result]  # level by level
    left_out: dict[str, str]

    def standings(self) -> dict[str, list[tuple[str, Standing]]]:
        """By framework: its levels, and what it came to at each."""
        found: dict[str, list[tuple[str, Standing]]] = {}
        for result in self.results:
            for one in result.standings:
                found.setdefault(one.name, []).append((result.test.level, one))
        return found

    def levels(self) -> list[str]:
        """The levels that were run."""
        return [result.test.level for result in self.results]

    def best(self) -> dict[str, tuple[str, Standing]]:
        """By framework: its best level, and what it came to there."""
        reached = self.standings().items()
        return {name: max(levels, key=lambda at: at[1].median("requests_per_second")) for name, levels in reached}

    def rows(self) -> list[Row]:
        """The best framework first."""
        found = []
        reached = self.standings()
        for name, (level, best) in self.best().items():
            errors = sum(one.errors() for _, one in reached[name])
            found.append(Row(name, best.median("requests_per_second"), level, 1, errors))
        most = max((row.best for row in found), default=1)
        ranked = [Row(row.framework, row.best, row.level, row.best / most, row.errors) for row in found]
        return sorted(ranked, key=lambda row: -row.best)

    def as_json(self) -> dict[str, Any]:
        """Its table, and every level down to the single round."""
        return {
            "name": self.name,
            "rows": [asdict(row) for row in self.rows()],
            "left_out": self.left_out,
            "levels": [result.as_json() for result in self.results],
        }


def available_bytes() -> int:
    """Memory that the machine can still give."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def raise_file_limit() -> int:
    """As many descriptors as this process and its children may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def too_big(test: Test, files: int, memory: int) -> str:
    """Why a level does not fit the machine; empty when it does."""
    if test.connections + SPARE_FILES > files:
        return f"a process may have {files} files open"
    if test.connections * CONNECTION_BYTES > memory * SHARE_OF_MEMORY:
        return f"{memory // 2**20} MiB of memory are too few"
    return ""


def climb(
    ladder: list[Test], contestants: list[Contestant], plan: Plan, arena: Arena, say: Callable[[str], None]
) -> Board:
    """One of the tests, from its lowest to its highest level."""
    board = Board(ladder[0].name, [], {})
    files = raise_file_limit()
    for test in ladder:
        entered = [one for one in contestants if test.wants(one) and one.name not in board.left_out]
        reason = too_big(test, files, available_bytes())
        if reason:
            board.left_out[f"level {test.level}"] = reason
        elif entered:
            say(f"{test.name} {test.level}")
            [result] = rounds.hold(replace(test, generators=[GENERATOR]), {GENERATOR: plan}, entered, arena)
            board.results.append(result)
            board.left_out.update({name: f"at {test.level}: {why}" for name, why in result.left_out.items()})
    return board
