"""All contestants that are installed give the same answers: a race between different ones has no winner."""

from dataclasses import replace

from built import BENCH, BuiltCase
from suite import descriptions, equivalence
from suite.server import Server


class Peers(BuiltCase):
    def check(self, name):
        contestant = self.ready(name)
        tests, _ = descriptions.read_tests(BENCH / "suite" / "tests.toml")
        wanted = [test for test in tests if not test.database and test.wants(contestant)]
        told = {test.answer: replace(test, pipeline=16) for test in wanted}
        self.assertEqual(set(told), {"plaintext", "json"})
        for test in told.values():
            with self.subTest(test.answer), Server(contestant, test, self.place) as server:
                equivalence.check(server.port, test)

    def test_candela_gives_the_answers(self):
        self.check("candela")

    def test_the_floor_gives_the_answers(self):
        self.check("floor")

    def test_nginx_gives_the_answers(self):
        self.check("nginx")

    def test_h2o_gives_the_answers(self):
        self.check("h2o")

    def test_go_gives_the_answers(self):
        self.check("go")

    def test_fasthttp_gives_the_answers(self):
        self.check("fasthttp")

    def test_node_gives_the_answers(self):
        self.check("node")
