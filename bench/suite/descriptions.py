"""What is measured: the tests and the contestants, as their TOML files describe them.

Everything wrong with a file is a DescriptionError that names it: an unknown key, a missing one, a wrong type of value.
"""

import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import GenericAlias
from typing import Any

GENERATORS = ("load", "wrk")
ROLES = ("service", "floor", "peer")
DATABASES = ("unix", "tcp")
RATIOS = ("requests_per_second", "requests_per_cpu_second", "requests_per_database_cpu_second")


class DescriptionError(Exception):
    """A description that cannot be used; the text names the file and what is wrong in it."""


@dataclass(frozen=True)
class Test:
    """One load and the answer that it must get."""

    name: str  # as titles show it
    answer: str  # what is asked for; contestants name those that they serve
    path: str
    content_type: str  # what the answer's type must begin with
    connections: int
    pipeline: int = 1  # requests on the way on each connection
    share: float = 0.0  # of the rate that a server reaches at most, at which it is asked; 0: as fast as it answers
    body: str = ""  # the only right body; empty: any but an empty one
    generators: list[str] = field(default_factory=lambda: list(GENERATORS))
    database: str = ""  # how the database is reached, when the test needs one: unix or tcp
    only: list[str] = field(default_factory=list)  # contestants by name; empty: all that serve the answer
    level: str = ""  # which of its test's levels this is

    def wants(self, contestant: "Contestant") -> bool:
        """Whether the contestant takes part."""
        return self.answer in contestant.serves and (not self.only or contestant.name in self.only)


@dataclass(frozen=True)
class Target:
    """What must hold at the end: the service's figure, in multiples of another contestant's in the same rounds."""

    test: str
    against: str  # a contestant's name, or "every peer"
    figure: str
    at_least: float
    service: str = "candela"


@dataclass(frozen=True)
class Contestant:
    """A server. In texts with @names@ those stand for what is known when it starts."""

    name: str
    role: str  # service, floor or peer
    about: str  # how it makes its answers
    serves: list[str]
    start: list[str]
    needs: list[str] = field(default_factory=list)  # programs by name, or files by path
    version: list[str] = field(default_factory=list)  # a command that prints it
    build: list[str] = field(default_factory=list)  # makes @program@
    configuration: str = ""  # a file that is filled in and put into @scratch@
    with_database: list[str] = field(default_factory=list)  # more arguments where a test needs a database
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path()  # where its description stands


def _matches(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, GenericAlias):
        items = value.values() if isinstance(value, dict) else value
        return isinstance(value, wanted.__origin__) and all(isinstance(item, str) for item in items)
    if wanted is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, wanted) and not isinstance(value, bool)


def _described(kind: type, table: Any, where: str, hidden: tuple[str, ...] = ()) -> Any:
    """An object of a dataclass, from a table that has its members."""
    if not isinstance(table, dict):
        raise DescriptionError(f"{where}: expected a table")
    members = {member.name: member for member in fields(kind) if member.name not in hidden}
    for key, value in table.items():
        if key not in members:
            raise DescriptionError(f"{where}: unknown key {key}; known are {', '.join(members)}")
        if not _matches(value, members[key].type):
            raise DescriptionError(f"{where}: {key} has a wrong type: {value!r}")
    try:
        return kind(**table)
    except TypeError as error:
        raise DescriptionError(f"{where}: {error}") from None


def _among(where: str, key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise DescriptionError(f"{where}: {key} is {value!r}, expected one of {', '.join(allowed)}")


def _load(file: Path, known: tuple[str, ...]) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DescriptionError(f"{file}: {error}") from None
    for key in content:
        if known and key not in known:
            raise DescriptionError(f"{file}: unknown key {key}; known are {', '.join(known)}")
    return content


def _checked_test(table: Any, where: str, hidden: tuple[str, ...] = ("level",)) -> Test:
    test = _described(Test, table, where, hidden)
    for generator in test.generators:
        _among(where, "generators", generator, GENERATORS)
    if test.database:
        _among(where, "database", test.database, DATABASES)
    if test.connections < 1 or test.pipeline < 1:
        raise DescriptionError(f"{where}: connections and pipeline are at least 1")
    if not 0 <= test.share < 1 or (test.share and test.generators != ["load"]):
        raise DescriptionError(f"{where}: share is less than 1, and for the generator load alone")
    return test


def read_tests(file: Path) -> tuple[list[Test], list[Target]]:
    """The tests of the suite and its targets."""
    content = _load(file, ("test", "target"))
    tests = [_checked_test(table, f"{file}: test {at}") for at, table in enumerate(content.get("test", []), 1)]
    names = [test.name for test in tests]
    if len(set(names)) != len(names):
        raise DescriptionError(f"{file}: two tests have the same name")
    targets = []
    for at, table in enumerate(content.get("target", []), 1):
        where = f"{file}: target {at}"
        target = _described(Target, table, where)
        _among(where, "test", target.test, tuple(names))
        _among(where, "figure", target.figure, RATIOS)
        targets.append(target)
    return tests, targets


def read_levels(file: Path) -> list[list[Test]]:
    """The TechEmpower tests, each as the list of its levels, lowest first."""
    ladders = []
    for at, table in enumerate(_load(file, ("test",)).get("test", []), 1):
        where = f"{file}: test {at}"
        levels = table.pop("levels", [])
        unit = table.pop("unit", "")
        _among(where, "unit", unit, ("connections", "queries"))
        if not levels or not all(isinstance(level, int) for level in levels):
            raise DescriptionError(f"{where}: levels are numbers, one at the least")
        if unit == "connections":
            table["connections"] = 1
        test = _checked_test(table, where)
        ladders.append([_at_level(test, unit, level) for level in levels])
    return ladders


def _at_level(test: Test, unit: str, level: int) -> Test:
    if unit == "connections":
        return replace(test, connections=level, level=str(level))
    return replace(test, path=test.path.replace("@level@", str(level)), level=str(level))


def read_contestant(file: Path) -> Contestant:
    """A contestant from its peer.toml."""
    table = _load(file, ())
    contestant = _described(Contestant, table, str(file), ("folder",))
    _among(str(file), "role", contestant.role, ROLES)
    return replace(contestant, folder=file.parent)


def read_contestants(folder: Path) -> list[Contestant]:
    """All of a folder with one folder for each: services first, floors, then peers by name."""
    found = [read_contestant(file) for file in sorted(folder.glob("*/peer.toml"))]
    return sorted(found, key=lambda one: (ROLES.index(one.role), one.name))
