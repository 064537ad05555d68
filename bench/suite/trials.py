"""What must hold of the service over PostgreSQL for a while, beside no other server: bench/trials.sh runs this.

Three trials: the slowest request at half of the highest rate; half a minute of updates of the same rows by many clients;
a database that goes away under load and comes back. Exit 0: all hold; 1: one does not; 2: something broke.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from . import descriptions, equivalence
from .contestant import Place
from .database import DatabaseError, Postgres
from .descriptions import Contestant, Test
from .generators import Load, LoadClient, LoadError
from .server import Server, ServerError

HERE = Path(__file__).resolve().parent
HOLDS, FAILS, BREAKS = 0, 1, 2

SLOWEST_MS = 50.0
RECOVERY_SECONDS = 3.0
QUERY_TIMEOUT = 2.0  # of the service whose database goes away
SLICE = 0.5  # seconds of load between two looks
STEADY_SLICES = 8
FULL_RATE = 0.9  # of the rate before, which slices reach with the machine's own spread


@dataclass(frozen=True)
class Outcome:
    """What became of a trial."""

    name: str
    holds: bool
    told: str  # in a line
    figures: dict[str, Any]


def _test(path: str, answer: str, share: float = 0.0) -> Test:
    return Test(answer, answer, path, "application/json", 64, share=share, generators=["load"], database="unix")


def _service(words: list[str] | None = None) -> Contestant:
    one = next(one for one in descriptions.read_contestants(HERE.parent / "peers") if one.name == "candela")
    return replace(one, start=one.start + (words or []))


class Trials:
    """The three, each with a service of its own over one database."""

    def __init__(self, place: Place, database: Postgres, latency_seconds: float, update_seconds: float):
        self._place = place
        self._database = database
        self._latency_seconds = latency_seconds
        self._update_seconds = update_seconds

    def _serve(self, test: Test, words: list[str] | None = None) -> Server:
        return Server(_service(words), test, self._place, self._database.url("unix"))

    def latency(self) -> Outcome:
        """An even rate, counted from when a request was due, so that a stall is not forgiven for what it delays."""
        test = _test("/db", "db", share=0.5)
        with self._serve(test) as server, LoadClient(server.port, test, self._place) as client:
            client.ready()
            load = client.run(self._latency_seconds)
        slowest = load.latency_us["max"] / 1000
        told = f"slowest of {load.requests} requests in {load.seconds:.0f} s: {slowest:.1f} ms, {load.errors} errors"
        return Outcome("latency at half rate", slowest <= SLOWEST_MS and load.errors == 0, told, asdict(load))

    def updates(self) -> Outcome:
        """Many clients that write the same rows: no deadlock, no error, every row sane afterwards."""
        test = _test("/updates?queries=20", "updates")
        count = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        with self._serve(test) as server, LoadClient(server.port, test, self._place) as client:
            before = int(self._database.ask(count))
            load = client.run(self._update_seconds)
        deadlocks = int(self._database.ask(count)) - before
        sane = "count(DISTINCT id) FILTER (WHERE id BETWEEN 1 AND 10000 AND randomnumber BETWEEN 1 AND 10000)"
        rows = self._database.ask(f"SELECT count(*), {sane} FROM world")
        told = f"{load.requests} requests, {load.errors} errors, {deadlocks} deadlocks, rows and sane rows {rows}"
        holds = load.errors == 0 and deadlocks == 0 and rows == "10000|10000"
        return Outcome("updates under 64 clients", holds, told, {**asdict(load), "deadlocks": deadlocks, "rows": rows})

    def restart(self) -> Outcome:
        """Errors only while the database is away, each of them soon; the full rate soon after its return."""
        settings = self._place.results / "trials.yml"
        settings.write_text(f"db: {{query_timeout: {QUERY_TIMEOUT:g}s}}\n")
        test = _test("/db", "db")
        with self._serve(test, ["--config", str(settings)]) as server, LoadClient(server.port, test, self._place) as client:
            return self._restart_under(server, client)

    def _restart_under(self, server: Server, client: LoadClient) -> Outcome:
        steady = [client.run(SLICE) for _ in range(STEADY_SLICES)]
        rate = sorted(_rate(one) for one in steady)[len(steady) // 2]
        errors_before = sum(one.errors for one in steady)
        self._database.halt()
        _slice(client)
        refusal = _refusal(server.port)
        self._database.resume()
        recovered = _seconds_until_full(client, rate)
        after = [client.run(SLICE) for _ in range(STEADY_SLICES)] if recovered is not None else []
        errors_after = sum(one.errors for one in after)
        server.check_alive()
        figures = {"rate": rate, "refusal": refusal, "recovery_seconds": recovered}
        figures |= {"errors_before": errors_before, "errors_after": errors_after, "rates_after": [_rate(one) for one in after]}
        soon = recovered is not None and recovered <= RECOVERY_SECONDS
        holds = soon and not refusal["wrong"] and errors_before == errors_after == 0
        told = f"away: {refusal['status']} after {refusal['seconds']:.2f} s{refusal['wrong']}; full rate "
        told += "never came back" if recovered is None else f"{recovered:.2f} s after its return"
        told += f"; {errors_before} errors before, {errors_after} after that"
        return Outcome("database restarted under load", holds, told, figures)


def _rate(load: Load) -> float:
    return load.requests / load.seconds


def _slice(client: LoadClient) -> Load | None:
    """A slice of load; nothing when no request was answered well."""
    try:
        return client.run(SLICE)
    except LoadError:
        return None


def _refusal(port: int) -> dict[str, Any]:
    """What a request gets while the database is away, and how long it waits for it."""
    began = time.monotonic()
    answer = equivalence.ask(port, "/db")[0]
    seconds = time.monotonic() - began
    wrong = "" if answer.status == 503 else " instead of 503"
    wrong += "" if "retry-after" in answer.fields else " without Retry-After"
    wrong += "" if seconds <= QUERY_TIMEOUT + SLICE else " later than the query deadline"
    return {"status": answer.status, "seconds": seconds, "wrong": wrong}


def _seconds_until_full(client: LoadClient, rate: float) -> float | None:
    """From now to the beginning of the first slice with the full rate and no error."""
    returned = time.monotonic()
    while time.monotonic() - returned < 5 * RECOVERY_SECONDS:
        began = time.monotonic()
        load = _slice(client)
        if load is not None and load.errors == 0 and _rate(load) >= FULL_RATE * rate:
            return began - returned
    return None


def run_all(trials: Trials, names: list[str]) -> list[Outcome]:
    """The trials that are asked for; all when none is named."""
    known: dict[str, Callable[[], Outcome]] = {
        "latency": trials.latency,
        "updates": trials.updates,
        "restart": trials.restart,
    }
    outcomes = []
    for name, trial in known.items():
        if not names or name in names:
            outcomes.append(trial())
            print(f"{outcomes[-1].name}: {outcomes[-1].told}: {'holds' if outcomes[-1].holds else 'FAILS'}", flush=True)
    return outcomes


def options_from(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="bench/trials.sh", description="What must hold of the service over PostgreSQL.")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--trial", action="append", default=[], choices=("latency", "updates", "restart"))
    parser.add_argument("--latency-seconds", type=float, default=60, metavar="S", help="60 unless given")
    parser.add_argument("--update-seconds", type=float, default=30, metavar="S", help="30 unless given")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    options = options_from(words)
    build = options.build.resolve()
    place = Place(build, build.parent / "bench", build / "bench" / "techempower" / "techempower")
    place.results.mkdir(parents=True, exist_ok=True)
    try:
        with Postgres() as database:
            trials = Trials(place, database, options.latency_seconds, options.update_seconds)
            outcomes = run_all(trials, options.trial)
    except (DatabaseError, ServerError, LoadError, equivalence.AnswerError) as error:
        print(f"trials: {error}", file=sys.stderr)
        return BREAKS
    (place.results / "trials.json").write_text(json.dumps([asdict(one) for one in outcomes], indent=2) + "\n")
    return HOLDS if all(one.holds for one in outcomes) else FAILS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
