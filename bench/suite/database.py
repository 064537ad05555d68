"""A PostgreSQL of our own for the tests that need one: in a temporary folder, unprivileged, and gone afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from .processes import CpuMeter
from .server import CORES, free_port

PATIENCE = 60.0  # seconds that a command of it may take
USER = "benchmarkdbuser"
DATABASE = "hello_world"

# As the benchmark's own database is set up: what was committed may be lost in a crash, nothing else.
SETTINGS = {
    "synchronous_commit": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "max_connections": "200",
    "logging_collector": "off",
    "log_min_messages": "fatal",
}


class DatabaseError(Exception):
    """A database that cannot be had; the text says why."""


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL that is installed; Debian keeps it off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
    if found:
        return found[-1].parent
    beside = shutil.which("initdb")
    return Path(beside).parent if beside else None


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to become: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise DatabaseError("there is no unprivileged user to run PostgreSQL")


class Postgres:
    """A running server, from construction to the end of the `with` block."""

    def __init__(self) -> None:
        programs = _programs()
        if programs is None:
            raise DatabaseError("PostgreSQL is not installed")
        self._programs = programs
        self._user = _unprivileged()
        self._folder = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> "Postgres":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, kind: str) -> str:
        """Where it is, over the Unix socket (`unix`) or TCP (`tcp`)."""
        if kind == "unix":
            return f"postgres://{USER}@/{DATABASE}?host={self._folder}&port={self._port}"
        return f"postgres://{USER}@127.0.0.1:{self._port}/{DATABASE}"

    def meter(self) -> CpuMeter:
        """Counts the processor time of all its processes from now on."""
        return CpuMeter(self._process.pid)

    def ask(self, sql: str) -> str:
        """What it answers to a statement, in text: rows by lines, columns by |."""
        where = ("-h", str(self._folder), "-p", str(self._port), "-U", USER)
        return self._run("psql", *where, "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, DATABASE).strip()

    def halt(self) -> None:
        """Ends it for a while, its clients' connections with it."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)

    def resume(self) -> None:
        """Runs it again where it was; returns when it takes connections."""
        self._spawn()

    def stop(self) -> None:
        """Ends it without waiting for its clients."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self, program: str, *options: str) -> list[str]:
        become = ["taskset", "--cpu-list", ",".join(map(str, CORES)), "setpriv"]
        if self._user is not None:
            become += [f"--reuid={self._user.pw_uid}", f"--regid={self._user.pw_gid}", "--clear-groups"]
        return [*become, "--pdeathsig", "KILL", str(self._programs / program), *options]

    def _run(self, program: str, *options: str) -> str:
        ran = subprocess.run(
            self._command(program, *options),
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if ran.returncode != 0:
            raise DatabaseError(f"{program}: {ran.stderr.strip()[-300:]}")
        return ran.stdout

    def _start(self) -> None:
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self._port = free_port()
        self._spawn()
        self._run("createdb", "-h", str(self._folder), "-p", str(self._port), "-U", USER, DATABASE)

    def _spawn(self) -> None:
        data = str(self._folder / "data")
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = self._command("postgres", "-D", data, "-k", str(self._folder), "-h", "127.0.0.1", "-p", str(self._port))
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *settings], cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        self._await_ready(("-h", str(self._folder), "-p", str(self._port), "-U", USER))

    def _await_ready(self, where: tuple[str, ...]) -> None:
        # pg_isready asks once; each question takes it a few milliseconds.
        for _ in range(2000):
            if self._process.poll() is not None:
                break
            asked = self._command("pg_isready", "-q", *where)
            if subprocess.run(asked, cwd=self._folder, stdin=subprocess.DEVNULL, timeout=PATIENCE).returncode == 0:
                return
        raise DatabaseError(f"PostgreSQL did not start: {(self._folder / 'log').read_text(errors='replace')[-300:]}")
