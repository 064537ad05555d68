"""What the kernel tells about a process and those that descend from it."""

import time
from pathlib import Path

PROC = Path("/proc")


def _parent(pid: int) -> int | None:
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The name stands in parentheses and may hold anything, parentheses included.
    return int(stat[stat.rindex(")") + 2 :].split()[1])


def tree(root: int) -> list[int]:
    """The process and all that descend from it, as far as they still live."""
    children: dict[int | None, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            children.setdefault(_parent(int(entry.name)), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, []))
    return found


def _cpu_nanoseconds(pid: int) -> int | None:
    # The clock of another process, as clock_getcpuclockid(3) makes it: in nanoseconds, where /proc counts ticks.
    clock = ~pid << 3 | 2
    try:
        return time.clock_gettime_ns(clock)
    except OSError:
        return None


class CpuMeter:
    """Processor time, user and system, that a tree of processes spends from here on."""

    def __init__(self, root: int):
        self._root = root
        self._before = self._read()

    def _read(self) -> dict[int, int]:
        read = {pid: _cpu_nanoseconds(pid) for pid in tree(self._root)}
        if read[self._root] is None:
            raise ProcessLookupError(f"process {self._root} is gone")
        return {pid: spent for pid, spent in read.items() if spent is not None}

    def seconds(self) -> float:
        """What was spent so far. Children that began meanwhile count from their start."""
        return sum(spent - self._before.get(pid, 0) for pid, spent in self._read().items()) / 1e9


def _rollup(pid: int) -> tuple[int, int]:
    """Private and shared resident bytes."""
    kib = {"Private": 0, "Shared": 0}
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    for line in lines[1:]:
        name, value, *_ = line.split()
        kind = name.partition("_")[0]
        if kind in kib and not name.endswith("_Hugetlb:"):
            kib[kind] += int(value)
    return kib["Private"] * 1024, kib["Shared"] * 1024


def resident_bytes(root: int) -> int:
    """Resident memory of a tree: the private pages of all, and the shared ones of the process that has most of them."""
    sizes = [_rollup(pid) for pid in tree(root)]
    return sum(private for private, _ in sizes) + max(shared for _, shared in sizes)
