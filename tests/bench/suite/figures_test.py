"""Medians, spreads and ratios."""

import unittest

from suite.figures import Standing, spread_of
from support import a_round


class Spreads(unittest.TestCase):
    def test_quartiles_are_order_statistics_whatever_the_order_of_the_figures(self):
        spread = spread_of([5.0, 1.0, 4.0, 2.0, 3.0])
        self.assertEqual((spread.least, spread.lower, spread.median, spread.upper, spread.most), (1, 2, 3, 4, 5))

    def test_between_two_figures_quartiles_are_interpolated(self):
        spread = spread_of([4.0, 1.0, 3.0, 2.0])
        self.assertEqual((spread.lower, spread.median, spread.upper), (1.75, 2.5, 3.25))

    def test_one_figure_is_its_own_spread(self):
        spread = spread_of([7.0])
        self.assertEqual((spread.least, spread.lower, spread.median, spread.upper, spread.most), (7, 7, 7, 7, 7))

    def test_a_spread_is_shown_with_its_quartiles(self):
        self.assertEqual(f"{spread_of([1000.0, 2000.0, 3000.0]):,.0f}", "2,000 [1,500 - 2,500]")


class Rounds(unittest.TestCase):
    def test_a_round_tells_rate_and_processor_time_of_a_request(self):
        one = a_round(requests=2000, seconds=0.5, cpu_seconds=0.25, database_cpu_seconds=0.1)
        self.assertEqual(one.requests_per_second(), 4000)
        self.assertEqual(one.requests_per_cpu_second(), 8000)
        self.assertEqual(one.cpu_us_per_request(), 125)
        self.assertEqual(one.requests_per_database_cpu_second(), 20000)


class Standings(unittest.TestCase):
    def test_a_ratio_is_of_rounds_of_the_same_number(self):
        # The machine was half as fast in the second round, for both.
        mine = Standing("mine", "service", [a_round(requests=3000), a_round(requests=1500)])
        its = Standing("its", "peer", [a_round(requests=1000), a_round(requests=500)])
        ratio = mine.ratio_to(its, "requests_per_second")
        self.assertEqual((ratio.least, ratio.most), (3, 3))

    def test_the_slowest_request_is_that_of_all_rounds(self):
        slow = {**a_round().latency_us, "max": 9999.0}
        self.assertEqual(Standing("one", "peer", [a_round(latency_us=slow), a_round()]).slowest_us(), 9999)

    def test_errors_of_all_rounds_add_up(self):
        self.assertEqual(Standing("one", "peer", [a_round(errors=2), a_round(errors=3)]).errors(), 5)

    def test_what_was_not_measured_is_no_figure(self):
        one = Standing("one", "peer", [a_round(latency_us={}, memory_bytes=None)])
        written = one.as_json()["figures"]
        for figure in ("p50", "max", "memory_bytes", "requests_per_database_cpu_second"):
            self.assertFalse(one.measured(figure), figure)
            self.assertNotIn(figure, written)
        self.assertIsNone(one.slowest_us())
        self.assertIn("requests_per_cpu_second", written)
