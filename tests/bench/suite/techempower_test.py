"""Levels, what fits the machine, and boards."""

import unittest

from suite import techempower, terminal
from suite.figures import Standing
from suite.rounds import Plan, Result
from suite.techempower import Board, too_big
from support import a_round, a_test

PLENTY = 2**40


def at_level(level, **rates):
    result = Result(a_test(level=level), "load", Plan(1, 1))
    for name, (rate, errors) in rates.items():
        result.standings.append(Standing(name, "peer", [a_round(requests=rate, seconds=1.0, errors=errors)]))
    return result


class Boards(unittest.TestCase):
    def setUp(self):
        low = at_level("16", candela=(900, 0), go=(500, 2), node=(100, 0))
        high = at_level("512", candela=(1000, 0), go=(250, 1))
        self.board = Board("json", [low, high], {"node": "it ended"})

    def test_the_best_level_counts_and_the_best_framework_is_the_measure(self):
        rows = [(row.framework, row.best, row.level, row.share) for row in self.board.rows()]
        self.assertEqual(rows, [("candela", 1000, "512", 1), ("go", 500, "16", 0.5), ("node", 100, "16", 0.1)])

    def test_errors_of_all_levels_count(self):
        self.assertEqual([row.errors for row in self.board.rows()], [0, 3, 0])

    def test_the_table_has_framework_best_per_cent_and_errors(self):
        lines = terminal.render_board(self.board).split("\n")
        self.assertEqual(lines[0].split(), ["json", "best", "of", "best", "errors", "at"])
        self.assertEqual(lines[2].split(), ["go", "500", "50.0%", "3", "16"])
        self.assertEqual(lines[-1], "node: left out: it ended")

    def test_every_level_is_shown_and_one_that_was_not_reached_is_a_dash(self):
        self.assertEqual(terminal.level_rows(self.board)[2], ["node", "100", "-"])

    def test_a_board_without_figures_says_so(self):
        self.assertEqual(terminal.render_board(Board("db", [], {})), "db: no figures")

    def test_raw_figures_hold_rows_and_levels(self):
        told = self.board.as_json()
        self.assertEqual(told["rows"][0]["framework"], "candela")
        self.assertEqual([level["test"]["level"] for level in told["levels"]], ["16", "512"])


class Fitting(unittest.TestCase):
    def test_a_level_that_fits_is_run(self):
        self.assertEqual(too_big(a_test(connections=16384), 20_000, PLENTY), "")

    def test_files_and_memory_are_limits(self):
        big = a_test(connections=16384)
        self.assertIn("1024 files", too_big(big, 1024, PLENTY))
        self.assertIn("memory", too_big(big, 20_000, 2**29))

    def test_the_machine_tells_its_memory(self):
        self.assertGreater(techempower.available_bytes(), 2**20)
