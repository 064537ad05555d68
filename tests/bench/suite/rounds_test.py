"""Interleaved rounds of real servers under a short load."""

import os
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from built import BuiltCase
from suite import contestant, generators
from suite.contestant import Skipped
from suite.descriptions import Contestant
from suite.generators import LoadClient, LoadError, Wrk
from suite.rounds import Arena, Plan, hold, order
from suite.server import Server
from suite.techempower import climb
from support import a_contestant, a_test

SHORT = {"load": Plan(2, 0.05)}


class Turns(unittest.TestCase):
    def test_rounds_go_forwards_and_backwards_by_turns(self):
        self.assertEqual([order(3, number) for number in range(3)], [[0, 1, 2], [2, 1, 0], [0, 1, 2]])


class Held(BuiltCase):
    def held(self, *contestants, **changes):
        [result] = hold(a_test(generators=["load"], **changes), SHORT, list(contestants), Arena(self.place))
        return result

    def test_every_contestant_has_figures_of_every_round(self):
        result = self.held(self.ready("candela"), self.ready("floor"))
        self.assertEqual({one.name for one in result.standings}, {"candela", "floor"})
        for one in result.standings:
            self.assertEqual((len(one.rounds), one.errors()), (2, 0))
            for played in one.rounds:
                self.assertGreater(played.requests, 0)
                self.assertTrue(0 < played.cpu_seconds < 60)
                self.assertGreater(played.memory_bytes, 2**19)
                self.assertGreaterEqual(played.latency_us["max"], played.latency_us["p50"])

    def test_only_those_take_part_that_serve_the_test(self):
        floor = replace(self.ready("floor"), serves=["json"])
        self.assertEqual([one.name for one in self.held(floor, self.ready("candela")).standings], ["candela"])

    def test_a_server_that_does_not_start_is_left_out_with_its_last_words(self):
        floor = self.ready("floor")
        result = self.held(replace(floor, name="lame", start=[*floor.start, "--lame"]), floor)
        self.assertIn("--lame: no such option", result.left_out["lame"])
        self.assertEqual(([one.name for one in result.standings], result.broken), (["floor"], {"lame"}))

    def test_a_server_with_another_answer_is_left_out(self):
        result = self.held(self.ready("floor"), body="Hello, world!")
        self.assertIn("the body is", result.left_out["floor"])
        self.assertEqual((result.standings, result.broken), ([], {"floor"}))

    def test_a_path_that_a_service_does_not_have_breaks_nothing(self):
        result = self.held(self.ready("candela"), path="/nowhere")
        self.assertEqual((set(result.left_out), result.broken), ({"candela"}, set()))

    def test_servers_are_gone_after_their_test(self):
        with Server(self.ready("floor"), a_test(), self.place) as server:
            meter = server.meter()
        with self.assertRaises(ProcessLookupError):
            meter.seconds()

    def test_a_share_of_the_highest_rate_is_asked_for(self):
        test = a_test(share=0.5)
        with Server(self.ready("floor"), test, self.place) as server:
            with LoadClient(server.port, test, self.place) as client:
                client.ready()
                load = client.run(0.2)
        self.assertGreater(client.rate, 0)
        # A client that is held up ends its round a little late, and asks on until then.
        self.assertAlmostEqual(load.requests, client.rate * 0.2, delta=2 + client.rate * 0.2 / 20)
        self.assertEqual(load.errors, 0)

    def test_a_client_may_connect_anew_for_each_round(self):
        test = a_test(generators=["reconnecting"], pipeline=4)
        plans, contestants = {"reconnecting": Plan(2, 0.05)}, [self.ready("floor"), self.ready("candela")]
        [result] = hold(test, plans, contestants, Arena(self.place))
        told = {one.name: (len(one.rounds), one.errors()) for one in result.standings}
        self.assertEqual(told, {"floor": (2, 0), "candela": (2, 0)})

    def test_a_ladder_is_climbed_level_by_level(self):
        said = []
        ladder = [a_test(name="plaintext", connections=level, level=str(level)) for level in (2, 4, 10**7)]
        board = climb(ladder, [self.ready("candela")], Plan(1, 0.05), Arena(self.place), said.append)
        self.assertEqual((board.levels(), said), (["2", "4"], ["plaintext 2", "plaintext 4"]))
        self.assertEqual([(row.framework, row.errors) for row in board.rows()], [("candela", 0)])
        self.assertIn("level 10000000", board.left_out)

    def test_wrk_brings_figures(self):
        if generators.missing("wrk"):
            self.skipTest("wrk is not installed")
        with Server(self.ready("floor"), a_test(), self.place) as server:
            alone = Wrk(server.port, a_test(), self.place).run(0.1)
            deep = Wrk(server.port, a_test(pipeline=4), self.place).run(0.1)
        self.assertTrue(alone.requests > 0 and alone.latency_us["max"] > 0)
        self.assertTrue(deep.requests > 0 and deep.latency_us == {})
        self.assertEqual((alone.errors, deep.errors), (0, 0))


class Failing(BuiltCase):
    def test_a_server_that_ends_under_load_takes_no_further_part(self):
        mortal = Path(__file__).with_name("mortal_server.py")
        words = [sys.executable, str(mortal), "@port@"]
        dying = Contestant(name="dying", role="peer", about="", serves=["plaintext"], start=words)
        [result] = hold(a_test(generators=["load"]), SHORT, [dying, self.ready("floor")], Arena(self.place))
        self.assertEqual([one.name for one in result.standings], ["floor"])
        self.assertEqual(result.broken, {"dying"})

    def test_errors_of_the_load_are_counted_and_shown(self):
        with Server(self.ready("floor"), a_test(), self.place) as server:
            with LoadClient(server.port, a_test(body="Hello, world!"), self.place) as client:
                with self.assertRaises(LoadError) as failure:
                    client.run(0.05)
        self.assertIn("Hello, World!", str(failure.exception))

    def test_a_client_that_cannot_connect_brings_no_figures(self):
        with Server(self.ready("floor"), a_test(), self.place) as server:
            port = server.port
        with LoadClient(port, a_test(), self.place) as client, self.assertRaises(LoadError) as failure:
            client.run(0.05)
        self.assertIn("connect", str(failure.exception))


class Figures(unittest.TestCase):
    def test_lines_of_generators_are_read(self):
        latency = '{"p50": 1, "p90": 2, "p99": 3.5, "p99.9": 4, "max": 5}'
        counts = '"requests": 10, "seconds": 0.5, "errors": 1, "first_error": "x"'
        load = generators.parsed(f'{{{counts}, "latency_us": {latency}}}')
        self.assertEqual((load.requests, load.seconds, load.errors, load.first_error), (10, 0.5, 1, "x"))
        self.assertEqual(load.latency_us["p99"], 3.5)

    def test_anything_else_is_told(self):
        for line in ("", "wrk: no such file", '{"requests": 3}', "[]", "7"):
            with self.assertRaises(LoadError):
                generators.parsed(line)

    def test_nothing_but_errors_is_no_figure(self):
        latency = '{"p50": 0, "p90": 0, "p99": 0, "p99.9": 0, "max": 0}'
        with self.assertRaises(LoadError):
            generators.parsed(f'{{"requests": 5, "seconds": 0.5, "errors": 5, "latency_us": {latency}}}')


class Preparing(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.place = contestant.Place(self.folder, self.folder, self.folder / "service")

    def skipped(self, **changes):
        described = a_contestant(folder=self.folder, **changes)
        with self.assertRaises(Skipped) as reason:
            contestant.prepare(described, self.place)
        return str(reason.exception)

    def test_a_program_or_file_that_is_missing_is_named(self):
        self.assertEqual(self.skipped(needs=["no-such-program"]), "no-such-program is not installed")
        self.assertEqual(self.skipped(needs=["@service@"]), f"{self.folder}/service is missing")

    def test_a_build_that_fails_is_told_with_its_first_word(self):
        (self.folder / "server.c").write_text("")
        reason = self.skipped(build=["sh", "-c", "echo no such header >&2; exit 1"])
        self.assertEqual(reason, "it cannot be built: no such header")

    def test_what_was_built_is_built_again_only_when_its_source_is_newer(self):
        source = self.folder / "server.c"
        source.write_text("")
        command = ["sh", "-c", "echo built >> @program@.log; touch @program@"]
        described = a_contestant(name="one", folder=self.folder, build=command)
        log = self.folder / "peers" / "one.log"
        contestant.prepare(described, self.place)
        contestant.prepare(described, self.place)
        self.assertEqual(log.read_text(), "built\n")
        later = (self.folder / "peers" / "one").stat().st_mtime + 10
        os.utime(source, (later, later))
        contestant.prepare(described, self.place)
        self.assertEqual(log.read_text(), "built\nbuilt\n")

    def test_a_command_has_its_names_filled_in(self):
        described = a_contestant(start=["one", "--port=@port@"], with_database=["--db", "@database@"])
        names = {"port": "80", "database": "sqlite:one"}
        self.assertEqual(contestant.start_command(described, names, False), ["one", "--port=80"])
        self.assertEqual(contestant.start_command(described, names, True), ["one", "--port=80", "--db", "sqlite:one"])
        with self.assertRaises(KeyError):
            contestant.filled("@prot@", names)
