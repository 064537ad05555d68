"""What a description needs on this machine, and the command that it comes to."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .descriptions import Contestant

VERSION_SECONDS = 30
BUILD_SECONDS = 300  # a compiler's own library may have to be compiled first


class Skipped(Exception):
    """A contestant that takes no part; the text is the word that is said about it."""


@dataclass(frozen=True)
class Place:
    """Where things are."""

    build: Path  # the build folder of the tree
    results: Path  # reports, logs, and what is built for contestants
    service: Path  # the program under test

    def names(self, contestant: Contestant) -> dict[str, str]:
        """What the @names@ of a description stand for before it starts."""
        return {
            "build": str(self.build),
            "service": str(self.service),
            "folder": str(contestant.folder),
            "program": str(self.results / "peers" / contestant.name),
        }


def filled(text: str, names: dict[str, str]) -> str:
    """The text with its @names@ replaced. An unknown one is a KeyError."""
    return re.sub(r"@(\w+)@", lambda found: names[found[1]], text)


def environment(contestant: Contestant, place: Place) -> dict[str, str]:
    """What its processes find in their environment."""
    # Compilers keep what they made once, and keep it out of home folders.
    caches = {"GOCACHE": str(place.results / "go-cache"), "GOFLAGS": ""}
    system = {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
    return {**os.environ, **caches, **system, **contestant.environment}


def _present(need: str, path: str) -> bool:
    return Path(need).exists() if "/" in need else shutil.which(need, path=path) is not None


def prepare(contestant: Contestant, place: Place) -> None:
    """Builds what has to be built. Skipped when something that it needs is not there."""
    surroundings = environment(contestant, place)
    for need in contestant.needs:
        wanted = filled(need, place.names(contestant))
        if not _present(wanted, surroundings["PATH"]):
            raise Skipped(f"{wanted} is {'missing' if '/' in wanted else 'not installed'}")
    if contestant.build:
        _build(contestant, place, surroundings)


def _said(command: list[str], surroundings: dict[str, str], limit: float) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit, check=False
    )


def _build(contestant: Contestant, place: Place, surroundings: dict[str, str]) -> None:
    names = place.names(contestant)
    program = Path(names["program"])
    newest = max(file.stat().st_mtime for file in contestant.folder.iterdir())
    if program.exists() and program.stat().st_mtime >= newest:
        return
    program.parent.mkdir(parents=True, exist_ok=True)
    command = [filled(word, names) for word in contestant.build]
    try:
        made = _said(command, surroundings, BUILD_SECONDS)
    except subprocess.TimeoutExpired:
        raise Skipped(f"its build took longer than {BUILD_SECONDS} s") from None
    if made.returncode != 0:
        said = (made.stderr or made.stdout).strip().splitlines() or ["nothing was said"]
        raise Skipped(f"it cannot be built: {said[0]}")


def version(contestant: Contestant, place: Place) -> str:
    """The first line of what its version command prints; empty when it has none."""
    if not contestant.version:
        return ""
    command = [filled(word, place.names(contestant)) for word in contestant.version]
    try:
        asked = _said(command, environment(contestant, place), VERSION_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (asked.stdout + asked.stderr).strip().splitlines()
    return lines[0] if lines else ""


def start_command(contestant: Contestant, names: dict[str, str], with_database: bool) -> list[str]:
    """The words that start it. `names` holds port, scratch, answer and, where it is needed, database."""
    words = contestant.start + (contestant.with_database if with_database else [])
    return [filled(word, names) for word in words]
