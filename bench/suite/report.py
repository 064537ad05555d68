"""The report: one HTML page that needs nothing beside it."""

from html import escape
from pathlib import Path
from typing import Any

from . import plots, terminal
from .figures import Standing
from .results import Judged, Suite
from .rounds import Result

STYLE = Path(__file__).with_name("report.css")

HOW_TO_READ = """Every server runs with one worker on one core, the load on another, and all of a test are up at the
same time: short rounds go from one to the next and back, and the one that is not loaded is idle. Figures are medians of
the rounds, with quartiles in brackets; in plots the bar is the median, the line on it the quartiles, and each dot a
round. Requests per second depend on what else the machine does, processor time per request much less."""


def _rows(cells: list[list[str]], kinds: list[str]) -> str:
    lines = []
    for row, kind in zip(cells, kinds):
        lines.append(f'<tr class="{kind}">' + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>")
    return "\n".join(lines)


def html_table(header: list[str], cells: list[list[str]], kinds: list[str] | None = None) -> str:
    """A table whose header is text and whose cells are HTML; `kinds` are the classes of the rows."""
    head = "".join(f"<th>{escape(title)}</th>" for title in header)
    body = _rows(cells, kinds or [""] * len(cells))
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def _figure(title: str, better: str, drawing: str) -> str:
    if not drawing:
        return ""
    return f"<figure><h3>{escape(title)} <small>{escape(better)}</small></h3>\n{drawing}</figure>"


def _throughput(standings: list[Standing]) -> str:
    rate = plots.bars("Requests per second", standings, "requests_per_second", lambda one: f"{one:,.0f}", False)
    return _figure("Throughput", "requests per second, more is better", rate)


def _drawings(result: Result) -> str:
    standings, less = result.standings, "less is better"
    cpu = plots.bars("CPU per request", standings, "cpu_us_per_request", lambda one: f"{one:.2f} µs", True)
    memory = plots.bars("Memory", standings, "memory_bytes", lambda one: f"{terminal.mebibytes(one)} MiB", True)
    figures = [
        _throughput(standings),
        _figure("Processor time per request", less, cpu),
        _figure("Latency", f"by percentile, {less}", plots.latencies("Latency by percentile", standings)),
        _figure("Resident memory", f"with all connections open, {less}", memory),
    ]
    return '<div class="plots">' + "\n".join(figures) + "</div>"


def _cell(title: str, shown: str) -> str:
    kind = ' class="bad"' if title == "errors" and shown != "0" else ""
    return f"<span{kind}>{escape(shown)}</span>"


def _left_out(result: Result) -> str:
    words = [f"<p>{escape(name)}: not measured: {escape(why)}</p>" for name, why in sorted(result.left_out.items())]
    return "\n".join(words)


def _result(result: Result) -> str:
    shown = terminal.columns(result)
    cells = [[escape(one.name), *(_cell(title, cell(one)) for title, cell in shown)] for one in result.standings]
    kinds = [one.role for one in result.standings]
    parts = [f"<p class='quiet'>{escape(terminal.heading(result))}</p>"]
    if cells:
        parts += [_drawings(result), html_table(["", *(title for title, _ in shown)], cells, kinds)]
    return "\n".join([*parts, _left_out(result)])


def _tests(suite: Suite) -> str:
    parts, title = [], ""
    for result in suite.results:
        if result.test.name != title:
            title = result.test.name
            parts.append(f"<h2>{escape(title)}</h2>")
        parts.append(_result(result))
    return "\n".join(parts)


def _boards(suite: Suite) -> str:
    parts = []
    for board in suite.boards:
        header = ["framework", *terminal.BOARD_HEADER]
        cells = [[_cell(title, cell) for title, cell in zip(header, row)] for row in terminal.board_rows(board)]
        levels = [[escape(cell) for cell in row] for row in terminal.level_rows(board)]
        best = _throughput([standing for _, standing in board.best().values()])
        parts += [f"<h2>{escape(board.name)}</h2>", html_table(header, cells), f'<div class="plots">{best}</div>']
        parts.append(html_table(["requests/s at", *board.levels()], levels))
        parts += [f"<p>{escape(name)}: left out: {escape(why)}</p>" for name, why in board.left_out.items()]
    return "\n".join(parts)


def _verdict(one: Judged) -> list[str]:
    found = terminal.spread(one.ratio, 2) if one.ratio else "not measured"
    word = '<span class="good">met</span>' if one.met else '<span class="bad">missed</span>'
    figure = one.target.figure.replace("_", " ").replace("cpu", "CPU")
    return [escape(one.target.test), figure, escape(one.against), found, f"at least {one.target.at_least:g}", word]


def _targets(suite: Suite) -> str:
    if not suite.judged:
        return ""
    header = ["test", "figure", "against", "ratio [quartiles]", "target", ""]
    return "<h2>Targets</h2>" + html_table(header, [_verdict(one) for one in suite.judged])


def _middle(spread: dict[str, float], digits: int) -> str:
    return f"{spread['median']:,.{digits}f} [{spread['lower']:,.{digits}f} - {spread['upper']:,.{digits}f}]"


def _comparison(one: dict[str, Any]) -> list[str]:
    names = [escape(one["name"]), escape(one["base"])]
    if "failure" in one:
        return [*names, f'<span class="bad">{escape(one["failure"])}</span>', "", "", "", ""]
    times = [_middle(one[key], 0) for key in ("base_ns_per_request", "service_ns_per_request")]
    return [*names, *times, _middle(one["cpu_multiple"], 3), f"at most {one['most_cpu_multiple']:.2f}", one["verdict"]]


def _count(one: dict[str, Any]) -> list[str]:
    if "failure" in one:
        return [escape(one["name"]), f'<span class="bad">{escape(one["failure"])}</span>', "", "", ""]
    counts = [f"{one[key]:,.0f}" for key in ("floor", "service")]
    return [escape(one["name"]), *counts, f"at most {one['target']:,.0f}", one["verdict"]]


def _programs(suite: Suite) -> str:
    parts = []
    if suite.processor_time:
        header = ["load", "base", "base ns/request", "service ns/request", "CPU multiple", "target", ""]
        cells = [_comparison(one) for one in suite.processor_time["comparisons"]]
        parts.append("<h2>Beside the bare responder</h2>" + html_table(header, cells))
    if suite.instructions:
        header = ["load", "floor", "service", "target", ""]
        cells = [_count(one) for one in suite.instructions["instructions"]]
        parts.append("<h2>User-mode instructions a request</h2>" + html_table(header, cells))
    return "\n".join(parts)


def _contestants(suite: Suite) -> str:
    rows = []
    for peer in suite.peers:
        word = f"skipped: {peer.skipped}" if peer.skipped else peer.version
        rows.append([escape(peer.name), escape(peer.about), escape(word)])
    notes = "".join(f"<p>{escape(what)}: skipped: {escape(why)}</p>" for what, why in suite.skipped.items())
    return "<h2>Contestants</h2>" + html_table(["", "how it answers", "version"], rows) + notes


def page(suite: Suite) -> str:
    """The whole page."""
    machine = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in suite.machine.items())
    parts = [_targets(suite), _boards(suite), _tests(suite), _programs(suite), _contestants(suite)]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>candela: benchmarks</title>
<style>
{STYLE.read_text()}</style>
</head>
<body>
<h1>candela: benchmarks</h1>
<p class="quiet">{HOW_TO_READ}</p>
<dl>{machine}</dl>
{"".join(part for part in parts if part)}
</body>
</html>
"""
