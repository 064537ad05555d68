"""Everything that was measured, the targets judged, and the raw figures as JSON."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .descriptions import Target
from .figures import Spread
from .rounds import Result
from .techempower import Board


@dataclass(frozen=True)
class Judged:
    """A target and what came of it against one contestant."""

    target: Target
    against: str
    ratio: Spread | None  # none when one of the two has no figures
    met: bool

    def missed_by(self, factor: float) -> bool:
        """Whether it is so far from the target. What was not measured is."""
        return not self.met and (self.ratio is None or self.ratio.median * factor < self.target.at_least)


@dataclass
class Peer:
    """A contestant in the report: how it answers, and its version or why it takes no part."""

    name: str
    role: str
    about: str
    version: str = ""
    skipped: str = ""


@dataclass
class Suite:
    """A whole run."""

    machine: dict[str, str]
    peers: list[Peer]
    results: list[Result] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    processor_time: dict[str, Any] | None = None  # of bench/compare
    instructions: dict[str, Any] | None = None  # of bench/instructions
    skipped: dict[str, str] = field(default_factory=dict)  # tests and generators that were left out, with a word each


def _opponents(target: Target, result: Result) -> list[str]:
    if target.against != "every peer":
        return [target.against]
    return [one.name for one in result.standings if one.role == "peer"]


def _judge_one(target: Target, against: str, result: Result) -> Judged:
    service, other = result.standing(target.service), result.standing(against)
    if service is None or other is None or not (service.measured(target.figure) and other.measured(target.figure)):
        return Judged(target, against, None, False)
    ratio = service.ratio_to(other, target.figure)
    # Figures of a service that erred meet nothing.
    return Judged(target, against, ratio, ratio.median >= target.at_least and service.errors() == 0)


def judge(targets: list[Target], results: list[Result]) -> list[Judged]:
    """All targets, those against every peer once for each. Figures under bench/load count: it checks each answer."""
    by_name = {result.test.name: result for result in results if result.generator == "load"}
    reached = [(target, by_name[target.test]) for target in targets if target.test in by_name]
    return [_judge_one(target, name, result) for target, result in reached for name in _opponents(target, result)]


def write_json(suite: Suite, file: Path) -> None:
    """Every figure, down to the single round."""
    content = {
        "machine": suite.machine,
        "peers": [asdict(peer) for peer in suite.peers],
        "results": [result.as_json() for result in suite.results],
        "techempower": [board.as_json() for board in suite.boards],
        "targets": [asdict(one) for one in suite.judged],
        "processor_time": suite.processor_time,
        "instructions": suite.instructions,
        "skipped": suite.skipped,
    }
    file.write_text(json.dumps(content, indent=1) + "\n")
