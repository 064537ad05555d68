"""A started contestant: pinned to its core, known by its process id, and always stopped again."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .contestant import Place, environment, filled, start_command
from .descriptions import Contestant, Test
from .processes import CpuMeter, resident_bytes

SERVER_CORE = 0
CLIENT_CORE = 1
CORES = sorted(os.sched_getaffinity(0))  # before the suite itself moves to the client's core
PATIENCE = 20.0  # seconds that starting and ending may take
GLANCE = 0.01
ATTEMPTS = 3  # a port that was free may be taken by the time a server binds it


class ServerError(Exception):
    """A server that does not start or has gone."""


def pinned(core: int, command: list[str]) -> list[str]:
    """The command on one core, ended with the suite whatever happens to that; the process id stays the command's."""
    core = core if core in CORES else CORES[0]
    return ["taskset", "--cpu-list", str(core), "setpriv", "--pdeathsig", "KILL", *command]


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listened on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process by its id: asked first, killed when it does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Server:
    """A contestant at work for one test, from construction to the end of the `with` block."""

    def __init__(self, contestant: Contestant, test: Test, place: Place, database: str = ""):
        self.contestant = contestant
        self.uses_database = bool(test.database)
        self._place = place
        self._database = database
        self._scratch = tempfile.TemporaryDirectory(prefix=f"bench-{contestant.name}-")
        self._log = Path(self._scratch.name) / "log"
        try:
            self._start_somewhere(test)
        except BaseException:
            self._scratch.cleanup()
            raise

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)
        self._scratch.cleanup()

    def meter(self) -> CpuMeter:
        """Counts its processor time from now on."""
        return CpuMeter(self._process.pid)

    def resident_bytes(self) -> int:
        """Resident memory of all its processes."""
        return resident_bytes(self._process.pid)

    def check_alive(self) -> None:
        """A ServerError with its last words when it has ended."""
        if self._process.poll() is not None:
            raise ServerError(f"it ended with status {self._process.returncode}: {self._last_words()}")

    def _start_somewhere(self, test: Test) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            self.port = free_port()
            self._process = self._spawn(test)
            try:
                return self._await_port()
            except ServerError:
                end(self._process)
                if attempt == ATTEMPTS:
                    raise
            except BaseException:
                end(self._process)
                raise

    def _spawn(self, test: Test) -> subprocess.Popen[bytes]:
        names = self._place.names(self.contestant) | {
            "port": str(self.port),
            "scratch": self._scratch.name,
            "answer": test.answer,
            "database": self._database,
        }
        if self.contestant.configuration:
            template = (self.contestant.folder / self.contestant.configuration).read_text()
            (Path(self._scratch.name) / self.contestant.configuration).write_text(filled(template, names))
        command = start_command(self.contestant, names, bool(test.database))
        with self._log.open("wb") as log:
            return subprocess.Popen(
                pinned(SERVER_CORE, command),
                cwd=self._scratch.name,
                env=environment(self.contestant, self._place),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _await_port(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                socket.create_connection(("127.0.0.1", self.port), PATIENCE).close()
                return
            except OSError:
                time.sleep(GLANCE)
        raise ServerError(f"it did not listen within {PATIENCE:.0f} s: {self._last_words()}")

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "nothing was said"
