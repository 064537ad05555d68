"""Reading tests, levels and contestants."""

import tempfile
import unittest
from pathlib import Path

from suite import descriptions
from suite.descriptions import DescriptionError
from support import a_contestant, a_test

BENCH = Path(descriptions.__file__).parent.parent
TEST = 'name = "one"\nanswer = "plaintext"\npath = "/plaintext"\ncontent_type = "text/plain"\n'
PEER = 'name = "one"\nrole = "peer"\nabout = ""\nserves = ["json"]\nstart = ["one"]\n'


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, content):
        written = self.folder / "described.toml"
        written.write_text(content)
        return written

    def refused(self, read, content, *words):
        with self.assertRaises(DescriptionError) as refusal:
            read(self.file(content))
        for word in ("described.toml", *words):
            self.assertIn(word, str(refusal.exception))


class Tests(Folder):
    def test_the_suites_own_descriptions_are_valid(self):
        tests, targets = descriptions.read_tests(BENCH / "suite" / "tests.toml")
        self.assertTrue({"plaintext", "json"} <= {test.answer for test in tests})
        self.assertIn(("fasthttp", 4.0), {(target.against, target.at_least) for target in targets})
        self.assertEqual({one.name for one in descriptions.read_contestants(BENCH / "peers")} & {"candela", "floor"},
                         {"candela", "floor"})

    def test_what_is_left_out_has_its_default(self):
        [test], _ = descriptions.read_tests(self.file(f"[[test]]\n{TEST}connections = 64\n"))
        self.assertEqual((test.pipeline, test.body, test.generators, test.database), (1, "", ["load", "wrk"], ""))

    def test_an_unknown_key_is_refused_and_named(self):
        self.refused(descriptions.read_tests, f"[[test]]\n{TEST}connections = 64\ndepth = 3\n", "test 1", "depth")

    def test_a_missing_key_is_refused_and_named(self):
        self.refused(descriptions.read_tests, f"[[test]]\n{TEST}", "test 1", "connections")

    def test_a_wrong_type_is_refused(self):
        for value in ('"64"', "true", "6.4", "[64]"):
            self.refused(descriptions.read_tests, f"[[test]]\n{TEST}connections = {value}\n", "connections")

    def test_values_out_of_range_are_refused(self):
        wrong = ('generators = ["ab"]', 'database = "carrier pigeon"', "pipeline = 0", "share = 1.5", "share = 0.5")
        for line in wrong:
            self.refused(descriptions.read_tests, f"[[test]]\n{TEST}connections = 64\n{line}\n", "test 1")

    def test_two_tests_of_the_same_name_are_refused(self):
        one = f"[[test]]\n{TEST}connections = 64\n"
        self.refused(descriptions.read_tests, one + one, "same name")

    def test_a_target_for_an_unknown_test_is_refused(self):
        target = '[[target]]\ntest = "two"\nagainst = "go"\nfigure = "requests_per_second"\nat_least = 1\n'
        self.refused(descriptions.read_tests, f"[[test]]\n{TEST}connections = 64\n{target}", "target 1", "two")

    def test_what_is_not_toml_is_refused(self):
        self.refused(descriptions.read_tests, "[[test]\n")

    def test_who_serves_the_answer_takes_part_unless_others_are_named(self):
        self.assertTrue(a_test().wants(a_contestant()))
        self.assertFalse(a_test(answer="json").wants(a_contestant()))
        self.assertFalse(a_test(only=["somebody"]).wants(a_contestant()))
        self.assertTrue(a_test(only=["other"]).wants(a_contestant()))


class Levels(Folder):
    def test_the_seven_tests_are_described(self):
        ladders = descriptions.read_levels(BENCH / "suite" / "techempower.toml")
        seven = {"json", "plaintext", "db", "queries", "fortunes", "updates", "cached"}
        self.assertEqual({ladder[0].name for ladder in ladders}, seven)

    def test_levels_of_connections_change_the_connections(self):
        [ladder] = descriptions.read_levels(self.file(f'[[test]]\n{TEST}unit = "connections"\nlevels = [16, 512]\n'))
        self.assertEqual([(test.connections, test.level) for test in ladder], [(16, "16"), (512, "512")])

    def test_levels_of_queries_change_the_path(self):
        described = f'[[test]]\n{TEST}connections = 512\nunit = "queries"\nlevels = [1, 20]\n'
        [ladder] = descriptions.read_levels(self.file(described.replace("/plaintext", "/queries?queries=@level@")))
        self.assertEqual([test.path for test in ladder], ["/queries?queries=1", "/queries?queries=20"])
        self.assertEqual({test.connections for test in ladder}, {512})

    def test_levels_must_be_numbers_of_a_known_unit(self):
        for unit, levels in (("connections", "[]"), ("connections", '["16"]'), ("clients", "[16]")):
            self.refused(descriptions.read_levels, f'[[test]]\n{TEST}unit = "{unit}"\nlevels = {levels}\n', "test 1")


class Contestants(Folder):
    def test_services_stand_before_floors_and_peers(self):
        for name, role in (("a", "peer"), ("b", "floor"), ("c", "service")):
            (self.folder / name).mkdir()
            described = PEER.replace('"one"', f'"{name}"', 1).replace('"peer"', f'"{role}"')
            (self.folder / name / "peer.toml").write_text(described)
        self.assertEqual([one.name for one in descriptions.read_contestants(self.folder)], ["c", "b", "a"])

    def test_an_unknown_role_is_refused(self):
        self.refused(descriptions.read_contestant, PEER.replace('"peer"', '"judge"'), "role", "judge")

    def test_lists_and_tables_hold_text_only(self):
        self.refused(descriptions.read_contestant, PEER + "needs = [1]\n", "needs")
        self.refused(descriptions.read_contestant, PEER + "[environment]\nN = 1\n", "environment")
