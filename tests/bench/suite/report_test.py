"""The report and its plots."""

import re
import unittest
import xml.etree.ElementTree as xml

from suite import plots, report, terminal
from suite.descriptions import Target
from suite.figures import Standing
from suite.results import Peer, Suite, judge
from suite.techempower import Board
from support import a_result, a_round

COMPARISON = {
    "name": "plaintext, alone", "base": "floor", "most_cpu_multiple": 1.1, "verdict": "pass",
    "cpu_multiple": {"lower": 1.01, "median": 1.042, "upper": 1.07},
    "base_ns_per_request": {"lower": 5000, "median": 5432, "upper": 6000},
    "service_ns_per_request": {"lower": 5100, "median": 5661, "upper": 6100},
}  # fmt: skip
COUNT = {"name": "json, alone", "target": 1500, "floor": 87.4, "service": 1146.8, "verdict": "pass"}


def a_suite():
    result = a_result(candela=[a_round(requests=60_000)] * 2, go=[a_round(requests=20_000, errors=3)] * 2)
    wanted = Target("greeting", "go", "requests_per_cpu_second", 4.0)
    peers = [Peer("candela", "service", "by hand"), Peer("h2o", "peer", "in C", "", "cc is not installed")]
    suite = Suite({"processor": "R&D <one>"}, peers, [result], judged=judge([wanted], [result]))
    suite.processor_time = {"comparisons": [COMPARISON, {**COMPARISON, "failure": "4 errors"}]}
    suite.instructions = {"instructions": [COUNT]}
    suite.boards = [Board("queries", [result], {"level 20": "too many"})]
    return suite


class Page(unittest.TestCase):
    def setUp(self):
        self.suite = a_suite()
        self.page = report.page(self.suite)

    def test_every_cell_of_the_terminal_is_in_the_page(self):
        [result] = self.suite.results
        for _, cell in terminal.columns(result):
            for one in result.standings:
                self.assertIn(f">{cell(one)}<", self.page)

    def test_every_median_is_at_its_bar(self):
        for shown in ("120,000", "40,000", "0.07 µs", "0.20 µs", "3.0 MiB"):
            self.assertIn(f">{shown}</text>", self.page)

    def test_the_programs_figures_are_in_the_page(self):
        for figure in ("1.042 [1.010 - 1.070]", "5,432", "5,661", "at most 1.10", "4 errors", "1,147", "at most 1,500"):
            self.assertIn(figure, self.page)

    def test_targets_boards_and_skipped_peers_are_in_the_page(self):
        for words in ("3.00 [3.00 - 3.00]", "missed", "33.3%", "too many", "skipped: cc is not installed"):
            self.assertIn(words, self.page)

    def test_errors_stand_out(self):
        self.assertIn('<span class="bad">6</span>', self.page)
        self.assertIn("<span>0</span>", self.page)

    def test_text_is_escaped(self):
        self.assertIn("R&amp;D &lt;one&gt;", self.page)

    def test_nothing_is_fetched_from_elsewhere(self):
        self.assertIsNone(re.search(r"https?:|url\(|@import|<link|<script|src=|href=", self.page))

    def test_every_plot_is_well_formed_and_told_to_those_who_cannot_see_it(self):
        drawings = re.findall(r"<svg.*?</svg>", self.page, re.DOTALL)
        self.assertEqual(len(drawings), 5)
        for drawing in drawings:
            root = xml.fromstring(drawing)
            self.assertEqual(root.find("title").text, root.attrib["aria-label"])


class Plots(unittest.TestCase):
    def setUp(self):
        rates = {"candela": 90_000, "go": 30_000, "node": 15_000}
        self.standings = a_result(**{name: [a_round(requests=rate)] for name, rate in rates.items()}).standings

    def bar_widths(self, least_first):
        drawing = plots.bars("rates", self.standings, "requests_per_second", str, least_first)
        return [float(bar.attrib["width"]) for bar in xml.fromstring(drawing).iter("rect")]

    def test_bars_are_as_long_as_their_figures_the_best_first(self):
        first, second, third = self.bar_widths(False)
        self.assertAlmostEqual(first / second, 3, places=1)
        self.assertAlmostEqual(first / third, 6, places=1)
        self.assertEqual(self.bar_widths(True), [third, second, first])

    def test_slower_requests_are_drawn_higher(self):
        drawing = xml.fromstring(plots.latencies("latencies", self.standings))
        points = [point.split(",") for point in drawing.find("polyline").attrib["points"].split()]
        self.assertEqual(len(points), 5)
        heights = [float(y) for _, y in points]
        self.assertEqual(heights, sorted(heights, reverse=True))

    def test_what_was_not_measured_is_not_drawn(self):
        [one] = a_result(candela=[a_round(latency_us={}, memory_bytes=None)]).standings
        self.assertEqual(plots.latencies("latencies", [one]), "")
        self.assertEqual(plots.bars("memory", [one], "memory_bytes", str, True), "")

    def test_each_contestant_has_its_colour(self):
        classes = plots.colour_classes(self.standings)
        self.assertEqual(classes, {"candela": "service", "go": "peer-1", "node": "peer-2"})

    def test_variants_of_a_service_are_told_apart(self):
        variant = Standing("candela_batched", "service", [a_round()])
        classes = plots.colour_classes([variant, *self.standings])
        self.assertEqual((classes["candela"], classes["candela_batched"]), ("service", "peer-3"))

    def test_labels_that_would_overlap_move_apart(self):
        places = plots.spaced([10.0, 12.0, 13.0, 80.0], 15)
        gaps = [below - above for above, below in zip(places, places[1:])]
        self.assertGreaterEqual(min(gaps), 15)
        self.assertEqual(plots.spaced([10.0, 50.0], 15), [10, 50])
        self.assertEqual(plots.spaced([], 15), [])
