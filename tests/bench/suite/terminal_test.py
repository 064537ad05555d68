"""Tables."""

import unittest

from suite import terminal
from suite.descriptions import Target
from suite.figures import spread_of
from suite.results import Judged
from support import a_result, a_round, a_test


class Tables(unittest.TestCase):
    def test_columns_are_as_wide_as_their_widest_cell(self):
        lines = terminal.table(["", "rate"], [["a long name", "1"], ["b", "22,222"]]).split("\n")
        self.assertEqual(lines, ["               rate", "a long name       1", "b            22,222"])

    def test_times_have_digits_that_fit_their_size(self):
        shown = [terminal.milliseconds(us) for us in (123.4, 12_340.0, 1_234_000.0, None)]
        self.assertEqual(shown, ["0.12", "12.3", "1,234", "-"])

    def test_a_result_shows_every_figure_of_every_contestant(self):
        fast = [a_round(requests=50_000, cpu_seconds=0.25)] * 2
        slow = [a_round(requests=10_000, cpu_seconds=0.5, errors=7, memory_bytes=20 * 2**20)] * 2
        text = terminal.render(a_result(candela=fast, go=slow))
        candela, go = text.split("\n")[2:4]
        for figure in ("100,000 [100,000 - 100,000]", "5.00 [5.00 - 5.00]", "200,000", "1.00 x", "7.30", "3.0", " 0"):
            self.assertIn(figure, candela)
        for figure in ("20,000 [20,000 - 20,000]", "50.00 [50.00 - 50.00]", "20,000", "10.00 x", "20.0", " 7"):
            self.assertIn(figure, go)

    def test_the_heading_says_what_was_done(self):
        heading = terminal.heading(a_result(candela=[a_round()]))
        self.assertEqual(heading, "greeting: /plaintext, 8 connections, by bench/load, 2 rounds of 0.5 s each")

    def test_a_share_of_the_highest_rate_is_said(self):
        result = a_result(candela=[a_round()])
        result.test = a_test(share=0.5)
        self.assertIn("8 connections, at 50% of its highest rate, by bench/load", terminal.heading(result))

    def test_what_was_not_measured_is_a_dash(self):
        text = terminal.render(a_result(candela=[a_round(latency_us={}, memory_bytes=None)]))
        self.assertEqual(text.split("\n")[2].split()[-7:], ["-"] * 6 + ["0"])

    def test_a_databases_time_has_a_column_only_where_it_was_measured(self):
        self.assertNotIn("database", terminal.render(a_result(candela=[a_round()])))
        text = terminal.render(a_result(candela=[a_round(database_cpu_seconds=0.1)], floor=[a_round()]))
        self.assertIn("requests/database CPU s", text)
        self.assertIn("10,000", text.split("\n")[2])

    def test_one_without_figures_is_named_with_the_reason(self):
        result = a_result(candela=[a_round()])
        result.left_out["h2o"] = "it ended with status 1: no"
        self.assertIn("h2o: not measured: it ended with status 1: no", terminal.render(result))

    def test_targets_show_ratio_and_verdict(self):
        wanted = Target("greeting", "every peer", "requests_per_cpu_second", 4.0)
        judged = [Judged(wanted, "go", spread_of([3.0]), False), Judged(wanted, "node", spread_of([5.0]), True)]
        missed, met = terminal.verdicts(judged).split("\n")[1:]
        self.assertTrue("3.00" in missed and ">= 4" in missed and missed.endswith("MISS"))
        self.assertTrue("5.00" in met and met.endswith("pass"))
        self.assertIn("not measured", terminal.verdicts([Judged(wanted, "h2o", None, False)]))
        self.assertEqual(terminal.verdicts([]), "")
