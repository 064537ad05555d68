"""What rounds come to: medians with their spread, and ratios of rounds that ran side by side."""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

PERCENTILES = ("p50", "p90", "p99", "p99.9", "max")


@dataclass(frozen=True)
class Round:
    """A stretch of load on one server."""

    requests: int
    seconds: float
    cpu_seconds: float  # of the server
    errors: int
    latency_us: dict[str, float]  # by PERCENTILES; empty when the generator cannot tell
    memory_bytes: int | None = None
    database_cpu_seconds: float | None = None

    def requests_per_second(self) -> float:
        return self.requests / self.seconds

    def cpu_us_per_request(self) -> float:
        return self.cpu_seconds / self.requests * 1e6

    def requests_per_cpu_second(self) -> float:
        return self.requests / self.cpu_seconds

    def requests_per_database_cpu_second(self) -> float:
        return self.requests / self.database_cpu_seconds


@dataclass(frozen=True)
class Spread:
    """The middle of some figures, and how far they stray."""

    least: float
    lower: float  # first quartile
    median: float
    upper: float  # third quartile
    most: float

    def __format__(self, spec: str) -> str:
        return f"{self.median:{spec}} [{self.lower:{spec}} - {self.upper:{spec}}]"


def spread_of(figures: list[float]) -> Spread:
    """Quartiles by linear interpolation between order statistics (type 7 of Hyndman and Fan) of one figure or more."""
    if len(figures) == 1:
        return Spread(*figures * 5)
    return Spread(min(figures), *statistics.quantiles(figures, n=4, method="inclusive"), max(figures))


Figure = Callable[[Round], float]

FIGURES: dict[str, Figure] = {
    "requests_per_second": Round.requests_per_second,
    "cpu_us_per_request": Round.cpu_us_per_request,
    "requests_per_cpu_second": Round.requests_per_cpu_second,
    "requests_per_database_cpu_second": Round.requests_per_database_cpu_second,
    "memory_bytes": lambda one: one.memory_bytes,
    **{name: lambda one, name=name: one.latency_us[name] for name in PERCENTILES},
}


class Standing:
    """All rounds of a contestant in one test under one load."""

    def __init__(self, name: str, role: str, rounds: list[Round]):
        self.name = name
        self.role = role
        self.rounds = rounds

    def values(self, figure: str) -> list[float]:
        """One of FIGURES, round by round."""
        return [FIGURES[figure](one) for one in self.rounds]

    def spread(self, figure: str) -> Spread:
        """Its spread over the rounds."""
        return spread_of(self.values(figure))

    def median(self, figure: str) -> float:
        return self.spread(figure).median

    def slowest_us(self) -> float | None:
        """The slowest request of all rounds, in microseconds."""
        return max(one.latency_us["max"] for one in self.rounds) if self.measured("max") else None

    def errors(self) -> int:
        return sum(one.errors for one in self.rounds)

    def ratio_to(self, other: "Standing", figure: str) -> Spread:
        """Its figure in multiples of the other's: rounds of the same number, which saw much the same machine."""
        return spread_of([mine / its for mine, its in zip(self.values(figure), other.values(figure))])

    def as_json(self) -> dict[str, Any]:
        """Its spreads and its rounds."""
        return {
            "name": self.name,
            "role": self.role,
            "errors": self.errors(),
            "slowest_us": self.slowest_us(),
            "figures": {name: asdict(self.spread(name)) for name in FIGURES if self.measured(name)},
            "rounds": [asdict(one) for one in self.rounds],
        }

    def measured(self, figure: str) -> bool:
        """Whether the figure was taken: latencies, memory and the database's time are not always."""
        if figure in PERCENTILES:
            return all(one.latency_us for one in self.rounds)
        needs = {"memory_bytes": "memory_bytes", "requests_per_database_cpu_second": "database_cpu_seconds"}
        return figure not in needs or all(getattr(one, needs[figure]) is not None for one in self.rounds)
