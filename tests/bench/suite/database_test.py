"""The suite's own PostgreSQL."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from suite.database import DatabaseError, Postgres


class OwnDatabase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            cls.database = cls.enterClassContext(Postgres())
        except DatabaseError as reason:
            if "not installed" in str(reason):
                raise unittest.SkipTest(str(reason)) from None
            raise

    def asked(self, url, question):
        if shutil.which("psql") is None:
            self.skipTest("psql is not installed")
        words = ["psql", url, "--no-psqlrc", "--tuples-only", "--no-align", "--command", question]
        said = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        return said.stdout.strip()

    def test_it_answers_over_both_transports(self):
        for kind, local in (("unix", "t"), ("tcp", "f")):
            self.assertEqual(self.asked(self.database.url(kind), "select inet_client_addr() is null"), local)

    def test_its_settings_are_those_of_the_benchmark(self):
        self.assertEqual(self.asked(self.database.url("unix"), "show synchronous_commit"), "off")

    def test_its_files_belong_to_an_unprivileged_user(self):
        [folder] = parse_qs(urlsplit(self.database.url("unix")).query)["host"]
        self.assertNotEqual((Path(folder) / "data").stat().st_uid, 0)

    def test_it_is_gone_afterwards_and_its_files_with_it(self):
        with Postgres() as another:
            meter = another.meter()
            [folder] = parse_qs(urlsplit(another.url("unix")).query)["host"]
            self.assertTrue(os.path.isdir(folder))
        self.assertFalse(os.path.exists(folder))
        with self.assertRaises(ProcessLookupError):
            meter.seconds()
