"""The load: both generators run on the client's core and bring their figures as a line of JSON."""

import json
import math
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from .contestant import Place
from .descriptions import Test
from .figures import PERCENTILES
from .server import CLIENT_CORE, end, pinned

SATURATION_RUNS = 4
SATURATION_SECONDS = 0.1
GREETING_SECONDS = 0.02
SLACK = 30.0  # seconds that a run may take beyond its time before it is ended
WRK_SCRIPT = Path(__file__).resolve().parent.parent / "wrk" / "pipeline.lua"


class LoadError(Exception):
    """A generator that brought no figures."""


@dataclass(frozen=True)
class Load:
    """What one run came to."""

    requests: int
    seconds: float
    errors: int  # wrong answers, lost requests and lost connections
    latency_us: dict[str, float]  # by PERCENTILES; empty when the generator cannot tell
    first_error: str


class Generator(Protocol):
    """Loads one server for one test; a context manager that ends what it started."""

    keeps_open: bool  # its connections are open when a run ends, so that memory can be read with them

    def ready(self) -> None:
        """What has to be done before a run and is no part of it."""

    def run(self, seconds: float) -> Load:
        """A run. A LoadError when no figures come of it."""

    def rest(self) -> None:
        """What has to be done once a run and its measurements are over."""

    def __enter__(self) -> "Generator": ...

    def __exit__(self, *_: object) -> None: ...


def parsed(line: str) -> Load:
    """The figures in a line of JSON. A LoadError when there are none, or when nothing was answered."""
    try:
        told: dict[str, Any] = json.loads(line)
        latency = {name: float(told["latency_us"][name]) for name in PERCENTILES}
        load = Load(told["requests"], told["seconds"], told["errors"], latency, told.get("first_error", ""))
    except (ValueError, KeyError, TypeError):
        raise LoadError(f"no figures came back: {line.strip()[:200]!r}") from None
    if load.requests <= load.errors:
        raise LoadError(f"no request was answered well: {load.errors} errors, the first: {load.first_error}")
    return load


class LoadClient:
    """bench/load. Its connections stay open, and idle, between runs."""

    keeps_open = True

    def __init__(self, port: int, test: Test, place: Place):
        self._share = test.share
        self.rate = 0.0  # at which it asks, in requests a second; 0: as fast as the server answers
        options = {"--port": port, "--path": test.path, "--connections": test.connections, "--pipeline": test.pipeline}
        if test.body:
            options["--expect"] = test.body
        words = [str(word) for option in options.items() for word in option]
        self._process = subprocess.Popen(
            pinned(CLIENT_CORE, [str(place.build / "bench" / "load"), "--rounds", *words]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> "LoadClient":
        return self

    def __exit__(self, *_: object) -> None:
        # It gives up by itself on a server that answers no more, so that none of its lines is waited for without end.
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        end(self._process)

    def ready(self) -> None:
        """Finds out how fast the server is, where a share of that is asked for."""
        if self._share and not self.rate:
            loads = [self._ordered(f"{SATURATION_SECONDS}") for _ in range(SATURATION_RUNS)]
            self.rate = self._share * max(load.requests / load.seconds for load in loads)

    def run(self, seconds: float) -> Load:
        return self._ordered(f"{seconds:.3f} {self.rate:.0f}" if self.rate else f"{seconds:.3f}")

    def _ordered(self, order: str) -> Load:
        try:
            self._process.stdin.write(f"{order}\n".encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it has gone, and its last words stand in the other pipe
        return parsed(self._process.stdout.readline().decode(errors="replace"))

    def rest(self) -> None:
        """Nothing: it stays connected."""


class ReconnectingClient:
    """bench/load for more connections than all contestants can hold at once: each has them for its own rounds only."""

    keeps_open = True

    def __init__(self, port: int, test: Test, place: Place):
        self._connect = lambda: LoadClient(port, test, place)
        self._client: LoadClient | None = None

    def __enter__(self) -> "ReconnectingClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()

    def ready(self) -> None:
        """Connects, and sees that it is answered."""
        self._client = self._connect()
        self._client.run(GREETING_SECONDS)

    def run(self, seconds: float) -> Load:
        return self._client.run(seconds)

    def rest(self) -> None:
        """Disconnects."""
        if self._client is not None:
            self._client.__exit__()
            self._client = None


class Wrk:
    """wrk with a script for pipelining. It connects anew in each run and knows whole seconds only."""

    keeps_open = False

    def __init__(self, port: int, test: Test, _: Place):
        self._url = f"http://127.0.0.1:{port}{test.path}"
        self._depth = str(test.pipeline)
        self._connections = test.connections

    def __enter__(self) -> "Wrk":
        return self

    def __exit__(self, *_: object) -> None:
        pass  # each run has ended what it started

    def ready(self) -> None:
        """Nothing: each run connects."""

    def rest(self) -> None:
        """Nothing: each run has disconnected."""

    def run(self, seconds: float) -> Load:
        time = math.ceil(seconds)
        plan = ["-t", "1", "-c", str(self._connections), "-d", f"{time}s", "-s", str(WRK_SCRIPT)]
        command = pinned(CLIENT_CORE, ["wrk", *plan, self._url, "--", self._depth])
        try:
            ran = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=time + SLACK, check=False
            )
        except subprocess.TimeoutExpired:
            raise LoadError(f"wrk did not end within {time + SLACK:.0f} s") from None
        if ran.returncode != 0:
            raise LoadError(f"wrk: {(ran.stderr or ran.stdout).strip()[:200]}")
        load = parsed(ran.stdout.strip().rpartition("\n")[2])
        # wrk takes every request of a batch for late and fills in what it believes to have missed, so that its
        # percentiles of batches mean nothing.
        return load if self._depth == "1" else replace(load, latency_us={})


GENERATORS: dict[str, type] = {"load": LoadClient, "reconnecting": ReconnectingClient, "wrk": Wrk}


def missing(generator: str) -> str:
    """A word about a generator that is not there; empty when it is."""
    return "wrk is not installed" if generator == "wrk" and shutil.which("wrk") is None else ""
