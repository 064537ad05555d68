"""Where the figures come from."""

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path


def _line(file: str, pattern: str) -> str:
    try:
        found = re.search(pattern, Path(file).read_text(), re.MULTILINE)
    except OSError:
        return ""
    return found[1].strip() if found else ""


def _wrk_version() -> str:
    try:
        said = subprocess.run(["wrk", "--version"], capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (said.stdout + said.stderr).partition(" Copyright")[0].strip()


def describe() -> dict[str, str]:
    """The machine and the moment, for the head of a report."""
    memory_kib = _line("/proc/meminfo", r"^MemTotal:\s+(\d+)") or "0"
    return {
        "processor": _line("/proc/cpuinfo", r"^model name\s*:\s*(.+)$"),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory_kib) / 2**20:.1f} GiB",
        "system": _line("/etc/os-release", r'^PRETTY_NAME="?([^"\n]+)'),
        "kernel": f"{platform.system()} {platform.release()}",
        "wrk": _wrk_version(),
        "time": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "load at the start": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }
