"""Plots as inline SVG. Colours are the page's: a contestant has the same one everywhere, by the class of its marks."""

import math
from collections.abc import Callable
from html import escape

from .figures import PERCENTILES, Standing

WIDTH = 560
LABEL = 92  # for names at the left
VALUE = 96  # for figures at the right
ROW = 30
PEER_COLOURS = 6


def colour_classes(standings: list[Standing]) -> dict[str, str]:
    """The class of each contestant's marks: peers take theirs in the order of their names, as do further services."""
    services = sorted(one.name for one in standings if one.role == "service")
    peers = sorted(one.name for one in standings if one.role == "peer") + services[1:]
    classes = {name: f"peer-{at % PEER_COLOURS + 1}" for at, name in enumerate(peers)}
    return {one.name: classes.get(one.name, one.role) for one in standings}


def text(x: float, y: float, content: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(content)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _svg(height: float, title: str, marks: list[str]) -> str:
    inside = "\n".join(marks)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n{inside}\n</svg>"
    )


class _Bar:
    """A row of a bar chart: a bar to the median, a whisker over the quartiles, a dot for each round."""

    def __init__(self, one: Standing, kind: str, figure: str, show: Callable[[float], str]):
        self._name = one.name
        self._kind = kind
        self._spread = one.spread(figure)
        self._rounds = one.values(figure)
        self._shown = show(self._spread.median)

    def reach(self) -> float:
        return self._spread.most

    def marks(self, y: float, scale: Callable[[float], float]) -> list[str]:
        middle, end = y + ROW / 2, scale(self._spread.median)
        drawn = [
            text(LABEL - 8, middle + 4, self._name, "name", "end"),
            f'<rect x="{LABEL}" y="{y + 6:.1f}" width="{end - LABEL:.1f}" height="{ROW - 12}" '
            f'class="bar {self._kind}"/>',
        ]
        drawn += [f'<circle cx="{scale(one):.1f}" cy="{middle:.1f}" r="2" class="dot"/>' for one in self._rounds]
        if len(self._rounds) > 1:
            drawn.append(line(scale(self._spread.lower), middle, scale(self._spread.upper), middle, "whisker"))
        drawn.append(text(WIDTH, middle + 4, self._shown, "value", "end"))
        return drawn


def bars(title: str, standings: list[Standing], figure: str, show: Callable[[float], str], least_first: bool) -> str:
    """A bar for each contestant that has the figure, the best one first. Lengths begin at zero."""
    kinds = colour_classes(standings)
    measured = [one for one in standings if one.measured(figure)]
    measured.sort(key=lambda one: one.median(figure), reverse=not least_first)
    rows = [_Bar(one, kinds[one.name], figure, show) for one in measured]
    if not rows:
        return ""
    longest = max(row.reach() for row in rows) or 1
    width = WIDTH - LABEL - VALUE

    def scale(value: float) -> float:
        return LABEL + width * value / longest

    marks = [line(LABEL, 0, LABEL, ROW * len(rows), "axis")]
    for at, row in enumerate(rows):
        marks += row.marks(at * ROW, scale)
    return _svg(ROW * len(rows), title, marks)


def spaced(wanted: list[float], gap: float) -> list[float]:
    """Places at least a gap apart, in the order of the wanted ones and near them."""
    placed: list[float] = []
    for place in wanted:
        placed.append(max(place, placed[-1] + gap) if placed else place)
    overshoot = placed[-1] - wanted[-1] if placed else 0
    return [place - overshoot / 2 for place in placed]


class _LatencyScale:
    """Percentiles side by side, milliseconds on a logarithmic scale whose ends are powers of ten."""

    top = 12.0
    height = 240.0
    left = 64.0
    right = WIDTH - VALUE - 4.0

    def __init__(self, values: list[float]):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)

    def x(self, at: int) -> float:
        return self.left + (self.right - self.left) * at / (len(PERCENTILES) - 1)

    def y(self, us: float) -> float:
        return self.top + self.height * (self.high - math.log10(us)) / (self.high - self.low)

    def grid(self) -> list[str]:
        marks = []
        for power in range(self.low, self.high + 1):
            y = self.y(10.0**power)
            marks.append(line(self.left, y, self.right, y, "grid"))
            marks.append(text(self.left - 8, y + 4, f"{10.0 ** (power - 3):g} ms", "tick", "end"))
        bottom = self.top + self.height + 20
        marks += [text(self.x(at), bottom, name, "tick", "middle") for at, name in enumerate(PERCENTILES)]
        return marks


def _latencies(one: Standing) -> list[float]:
    # What took no measurable time is drawn at a microsecond: the scale has no zero.
    medians = [one.median(name) for name in PERCENTILES[:-1]] + [one.slowest_us() or 0]
    return [max(us, 1.0) for us in medians]


def latencies(title: str, standings: list[Standing]) -> str:
    """A line for each contestant over the percentiles; the last point is its slowest request."""
    kinds = colour_classes(standings)
    curves = [(one.name, _latencies(one)) for one in standings if one.measured("p50")]
    if not curves:
        return ""
    scale = _LatencyScale([us for _, curve in curves for us in curve])
    marks = scale.grid()
    for name, curve in curves:
        points = [(scale.x(at), scale.y(us)) for at, us in enumerate(curve)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        marks.append(f'<polyline points="{path}" class="curve {kinds[name]}"/>')
        marks += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="point {kinds[name]}"/>' for x, y in points]
    curves.sort(key=lambda named: scale.y(named[1][-1]))
    places = spaced([scale.y(curve[-1]) for _, curve in curves], 15)
    for (name, curve), place in zip(curves, places):
        marks.append(line(scale.right + 5, scale.y(curve[-1]), scale.right + 14, place, f"leader {kinds[name]}"))
        marks.append(text(scale.right + 18, place + 4, name, "name"))
    return _svg(scale.top + scale.height + 28, title, marks)
