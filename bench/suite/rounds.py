"""The interleaved rounds of a test: all contestants are up, one of them is loaded at a time."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import Any

from . import equivalence, generators
from .contestant import Place
from .descriptions import Contestant, Test
from .figures import Round, Standing
from .generators import Generator, LoadError
from .processes import CpuMeter
from .server import Server, ServerError

WARM_UP = 0.5  # seconds of load that no figure comes from


@dataclass(frozen=True)
class Plan:
    """How many rounds, and how long each is."""

    rounds: int
    seconds: float


@dataclass
class Result:
    """What a test came to under the load of one generator."""

    test: Test
    generator: str
    plan: Plan
    standings: list[Standing] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # contestants without figures, each with the reason
    broken: set[str] = field(default_factory=set)  # those of them that should have had some

    def standing(self, name: str) -> Standing | None:
        """A contestant's figures, when it has any."""
        return next((one for one in self.standings if one.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """Everything, down to the single round."""
        return {
            "test": asdict(self.test),
            "generator": self.generator,
            "plan": asdict(self.plan),
            "contestants": [one.as_json() for one in self.standings],
            "left_out": self.left_out,
        }


@dataclass
class Arena:
    """What all tests share."""

    place: Place
    database_url: Callable[[Test], str] = lambda test: ""
    database_meter: Callable[[], CpuMeter] | None = None  # when the database is our own


@dataclass
class _Entry:
    server: Server
    generator: Generator
    rounds: list[Round] = field(default_factory=list)
    failure: str = ""


def order(count: int, number: int) -> list[int]:
    """The contestants' turns in a round: forwards and backwards by turns, so that a drift hits all alike."""
    turns = list(range(count))
    return turns if number % 2 == 0 else turns[::-1]


def _play(entry: _Entry, seconds: float, arena: Arena) -> Round:
    database = arena.database_meter() if arena.database_meter and entry.server.uses_database else None
    meter = entry.server.meter()
    load = entry.generator.run(seconds)
    return Round(
        requests=load.requests,
        seconds=load.seconds,
        cpu_seconds=meter.seconds(),
        errors=load.errors,
        latency_us=load.latency_us,
        memory_bytes=entry.server.resident_bytes() if entry.generator.keeps_open else None,
        database_cpu_seconds=database.seconds() if database else None,
    )


def _turn(entry: _Entry, seconds: float, arena: Arena) -> Round | None:
    """A round, or none of a server that fails: it takes no further part, and the others go on."""
    try:
        entry.server.check_alive()
        entry.generator.ready()
        return _play(entry, seconds, arena)
    except (LoadError, ServerError, ProcessLookupError) as error:
        entry.failure = str(error)
        return None
    finally:
        entry.generator.rest()


def _play_all(entries: list[_Entry], plan: Plan, arena: Arena) -> None:
    for number in range(plan.rounds):
        for entry in (entries[at] for at in order(len(entries), number)):
            played = None if entry.failure else _turn(entry, plan.seconds, arena)
            if played is not None:
                entry.rounds.append(played)


def _load_all(servers: list[Server], test: Test, generator: str, plan: Plan, arena: Arena) -> Result:
    result = Result(test, generator, plan)
    with ExitStack() as clients:
        entries = []
        for server in servers:
            client = generators.GENERATORS[generator](server.port, test, arena.place)
            entries.append(_Entry(server, clients.enter_context(client)))
            # What follows the first generator finds the servers warm.
            if generator == test.generators[0]:
                _turn(entries[-1], min(plan.seconds, WARM_UP), arena)
        _play_all(entries, plan, arena)
    for entry in entries:
        contestant = entry.server.contestant
        if entry.failure:
            result.left_out[contestant.name] = entry.failure
            result.broken.add(contestant.name)
        else:
            result.standings.append(Standing(contestant.name, contestant.role, entry.rounds))
    result.standings.sort(key=lambda one: -one.median("requests_per_cpu_second"))
    return result


def hold(test: Test, plans: dict[str, Plan], contestants: list[Contestant], arena: Arena) -> list[Result]:
    """Starts the contestants that serve the test, loads them in turn with each generator of the plans, stops them."""
    servers: list[Server] = []
    refused: dict[str, str] = {}
    broken: set[str] = set()
    with ExitStack() as running:
        for contestant in contestants:
            if not test.wants(contestant):
                continue
            try:
                server = running.enter_context(Server(contestant, test, arena.place, arena.database_url(test)))
                equivalence.check(server.port, test)
                servers.append(server)
            except equivalence.NotServed as error:
                refused[contestant.name] = str(error)
            except (ServerError, equivalence.AnswerError) as error:
                refused[contestant.name] = str(error)
                broken.add(contestant.name)
        results = [_load_all(servers, test, one, plans[one], arena) for one in test.generators if one in plans]
    for result in results:
        result.left_out.update(refused)
        result.broken |= broken
    return results
