"""Tables for the terminal."""

from collections.abc import Callable

from .figures import PERCENTILES, Spread, Standing
from .results import Judged
from .rounds import Result
from .techempower import Board

Column = tuple[str, Callable[[Standing], str]]

NONE = "-"


def spread(value: Spread, digits: int = 0) -> str:
    """A median with its quartiles."""
    return f"{value:,.{digits}f}"


def milliseconds(us: float | None) -> str:
    """Microseconds as milliseconds, with digits that fit their size."""
    if us is None:
        return NONE
    value = us / 1000
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def mebibytes(size: float) -> str:
    return f"{size / 2**20:.1f}"


def _or_none(figure: str, render: Callable[[Standing], str]) -> Callable[[Standing], str]:
    return lambda one: render(one) if one.measured(figure) else NONE


def _rate(figure: str) -> Callable[[Standing], str]:
    return _or_none(figure, lambda one: f"{one.median(figure):,.0f}")


def _percentile(name: str) -> Callable[[Standing], str]:
    return _or_none(name, lambda one: milliseconds(one.slowest_us() if name == "max" else one.median(name)))


def columns(result: Result) -> list[Column]:
    """What is shown of each contestant."""
    service = next((one for one in result.standings if one.role == "service"), None)
    shown: list[Column] = [
        ("requests/s", lambda one: spread(one.spread("requests_per_second"))),
        ("CPU µs/request", lambda one: spread(one.spread("cpu_us_per_request"), 2)),
        ("requests/CPU s", _rate("requests_per_cpu_second")),
    ]
    if any(one.measured("requests_per_database_cpu_second") for one in result.standings):
        shown.append(("requests/database CPU s", _rate("requests_per_database_cpu_second")))
    if service is not None:
        figure = "requests_per_cpu_second"
        shown.append((f"{service.name} is", lambda one: f"{service.ratio_to(one, figure).median:.2f} x"))
    shown += [(f"{name} ms", _percentile(name)) for name in PERCENTILES]
    shown.append(("MiB", _or_none("memory_bytes", lambda one: mebibytes(one.median("memory_bytes")))))
    shown.append(("errors", lambda one: str(one.errors())))
    return shown


def heading(result: Result) -> str:
    """What was done, in a line."""
    test, plan = result.test, result.plan
    load = f"{test.connections} connections" + (f", {test.pipeline} deep" if test.pipeline > 1 else "")
    load += f", at {test.share:.0%} of its highest rate" if test.share else ""
    level = f" {test.level}" if test.level else ""
    by = "bench/load" if result.generator == "load" else result.generator
    return f"{test.name}{level}: {test.path}, {load}, by {by}, {plan.rounds} rounds of {plan.seconds:g} s each"


def table(header: list[str], rows: list[list[str]]) -> str:
    """Columns as wide as they must be; the first to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows)]
    lines = []
    for row in [header, *rows]:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def render(result: Result) -> str:
    """A result's table, and a word about each contestant that has no figures."""
    shown = columns(result)
    rows = [[one.name, *(cell(one) for _, cell in shown)] for one in result.standings]
    lines = [heading(result)]
    if rows:
        lines.append(table(["", *(title for title, _ in shown)], rows))
    lines += [f"{name}: not measured: {reason}" for name, reason in sorted(result.left_out.items())]
    return "\n".join(lines)


def verdicts(judged: list[Judged]) -> str:
    """The targets, each with what came of it."""
    rows = []
    for one in judged:
        found = spread(one.ratio, 2) if one.ratio else "not measured"
        figure = one.target.figure.replace("_", " ").replace("cpu", "CPU")
        wanted = f">= {one.target.at_least:g}"
        rows.append([one.target.test, figure, one.against, found, wanted, "pass" if one.met else "MISS"])
    header = ["target", "figure", "against", "ratio [quartiles]", "wanted", ""]
    return table(header, rows) if rows else ""


def level_rows(board: Board) -> list[list[str]]:
    """Each framework's rate at every level, in the order of the board."""
    reached = {name: dict(found) for name, found in board.standings().items()}
    rows = []
    for row in board.rows():
        at = reached[row.framework]
        rates = [f"{at[level].median('requests_per_second'):,.0f}" if level in at else NONE for level in board.levels()]
        rows.append([row.framework, *rates])
    return rows


def board_rows(board: Board) -> list[list[str]]:
    """Framework, best, per cent of best, errors, and the level of the best."""
    return [[row.framework, f"{row.best:,.0f}", f"{row.share:.1%}", str(row.errors), row.level] for row in board.rows()]


BOARD_HEADER = ["best", "of best", "errors", "at"]


def render_board(board: Board) -> str:
    """The board in the form that it is known by, then the levels."""
    rows = board_rows(board)
    lines = [f"{board.name}: no figures"]
    if rows:
        levels = table(["requests/s at", *board.levels()], level_rows(board))
        lines = [table([board.name, *BOARD_HEADER], rows), "", levels]
    return "\n".join(lines + [f"{name}: left out: {reason}" for name, reason in board.left_out.items()])
