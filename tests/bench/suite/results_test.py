"""Targets, and the raw figures."""

import json
import tempfile
import unittest
from pathlib import Path

from suite.descriptions import Target
from suite.results import Peer, Suite, judge, write_json
from suite.rounds import Plan, Result
from support import a_result, a_round


def target(against="go", at_least=4.0, test="greeting"):
    return Target(test, against, "requests_per_cpu_second", at_least)


class Targets(unittest.TestCase):
    def judged(self, wanted, **rounds_of):
        return judge([wanted], [a_result(**rounds_of)])

    def test_a_target_is_met_by_the_median_of_paired_rounds(self):
        mine, its = [a_round(cpu_seconds=0.001)] * 3, [a_round(cpu_seconds=0.004)] * 3
        [one] = self.judged(target(at_least=4.0), candela=mine, go=its)
        self.assertTrue(one.met)
        [one] = self.judged(target(at_least=4.1), candela=mine, go=its)
        self.assertFalse(one.met)
        self.assertEqual(one.ratio.median, 4)

    def test_a_service_that_erred_meets_nothing(self):
        mine = [a_round(cpu_seconds=0.001), a_round(cpu_seconds=0.001, errors=1)]
        [one] = self.judged(target(), candela=mine, go=[a_round(), a_round()])
        self.assertFalse(one.met)

    def test_every_peer_is_judged_for_itself_and_floors_are_no_peers(self):
        one = [a_round()]
        found = self.judged(target("every peer", 1.0), candela=one, floor=one, go=one, node=one)
        self.assertEqual([judged.against for judged in found], ["go", "node"])

    def test_a_target_against_one_that_was_not_measured_is_not_met(self):
        [one] = self.judged(target("h2o"), candela=[a_round()])
        self.assertEqual((one.met, one.ratio), (False, None))

    def test_figures_of_a_database_that_was_not_measured_meet_nothing(self):
        wanted = Target("greeting", "go", "requests_per_database_cpu_second", 1.0)
        [one] = self.judged(wanted, candela=[a_round()], go=[a_round()])
        self.assertIsNone(one.ratio)

    def test_a_target_of_a_test_that_did_not_run_is_not_judged(self):
        self.assertEqual(self.judged(target(test="another"), candela=[a_round()]), [])

    def test_wrk_decides_nothing_since_it_does_not_check_answers(self):
        by_wrk = a_result(candela=[a_round()], go=[a_round()])
        by_wrk.generator = "wrk"
        self.assertEqual(judge([target()], [by_wrk]), [])


class RawFigures(unittest.TestCase):
    def test_every_round_can_be_read_back(self):
        result = a_result(candela=[a_round(requests=1234), a_round(requests=4321)])
        result.left_out["h2o"] = "gone"
        suite = Suite({"cores": "2"}, [Peer("h2o", "peer", "")], [result], judged=judge([target("h2o")], [result]))
        with tempfile.TemporaryDirectory() as folder:
            write_json(suite, Path(folder) / "results.json")
            content = json.loads((Path(folder) / "results.json").read_text())
        [told] = content["results"]
        self.assertEqual([one["requests"] for one in told["contestants"][0]["rounds"]], [1234, 4321])
        self.assertEqual(told["contestants"][0]["figures"]["requests_per_second"]["median"], 5555)
        self.assertEqual(told["left_out"], {"h2o": "gone"})
        self.assertEqual(content["machine"], {"cores": "2"})
        self.assertFalse(content["targets"][0]["met"])

    def test_a_result_finds_a_contestant_by_name(self):
        result = a_result(candela=[a_round()])
        self.assertEqual(result.standing("candela").name, "candela")
        self.assertIsNone(Result(result.test, "load", Plan(1, 1)).standing("candela"))
