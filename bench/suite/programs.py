"""The measurements that are programs of their own: bench/compare and bench/instructions. Both measure the service
against the bare responder and print their own table."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .contestant import Place

MEASURED, BROKEN = 0, 2
LIMIT = 1800.0  # seconds; valgrind is slow


@dataclass
class Outcome:
    """What a program left."""

    status: int  # 0: measured, 1: a target was missed by far and that was asked for, 2: something broke
    figures: dict[str, Any] | None


def run(name: str, place: Place, service: Path, options: list[str], check: bool) -> Outcome:
    """Runs one of the two on a service, its table on the terminal."""
    written = place.results / f"{name}.json"
    written.unlink(missing_ok=True)
    floor = place.build / "bench" / "floor"
    command = [str(place.build / "bench" / name), "--floor", str(floor), "--service", str(service)]
    command += ["--logs", str(place.results), "--json", str(written), *options]
    if check:
        command.append("--check")
    try:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=LIMIT, check=False).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{name}: {error}")
        return Outcome(BROKEN, None)
    return Outcome(status, json.loads(written.read_text()) if written.exists() else None)
