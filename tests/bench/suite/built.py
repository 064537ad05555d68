"""What tests of running servers need: a build folder, named by CANDELA_BUILD."""

import os
import tempfile
import unittest
from pathlib import Path

from suite import contestant, descriptions
from suite.contestant import Place

BENCH = Path(descriptions.__file__).parent.parent


class BuiltCase(unittest.TestCase):
    """Leaves `place` (with results in a folder that goes) and `described`, the contestants by name."""

    @classmethod
    def setUpClass(cls):
        build = os.environ.get("CANDELA_BUILD")
        if not build:
            raise unittest.SkipTest("CANDELA_BUILD names no build folder")
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        # What compilers made for the peers is kept with the build.
        (folder / "peers").symlink_to(cls.kept(Path(build), "bench/peers"))
        (folder / "go-cache").symlink_to(cls.kept(Path(build), "bench/go-cache"))
        cls.place = Place(Path(build), folder, Path(build) / "examples" / "echo" / "echo")
        cls.described = {one.name: one for one in descriptions.read_contestants(BENCH / "peers")}

    @staticmethod
    def kept(build, name):
        (build / name).mkdir(parents=True, exist_ok=True)
        return build / name

    def ready(self, name):
        """A contestant; the test is skipped when it is not installed."""
        one = self.described[name]
        try:
            contestant.prepare(one, self.place)
        except contestant.Skipped as reason:
            if one.role == "peer":
                self.skipTest(f"{name}: {reason}")
            raise
        return one
