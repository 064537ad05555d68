"""Whether a trial holds, judged by what clients and database tell."""

import unittest
from unittest import mock

from suite import trials
from suite.generators import Load, LoadError
from suite.trials import Outcome, Trials

SOON = {"status": 503, "seconds": 0.4, "wrong": ""}


def a_load(requests=1000, errors=0, slowest_ms=3.0):
    return Load(requests, 0.5, errors, {"max": slowest_ms * 1000}, "")


class ToldClient:
    """Tells one load after the other; None stands for a run in which nothing was answered well."""

    def __init__(self, loads):
        self._loads = iter(loads)
        self.seconds = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def ready(self):
        pass

    def run(self, seconds):
        self.seconds.append(seconds)
        load = next(self._loads)
        if load is None:
            raise LoadError("nothing was answered")
        return load


class ToldDatabase:
    def __init__(self, answers=()):
        self._answers = iter(answers)
        self.done = []

    def url(self, _):
        return "postgres://"

    def ask(self, _):
        return next(self._answers)

    def halt(self):
        self.done.append("halt")

    def resume(self):
        self.done.append("resume")


def held(name, client, database, latency_seconds=60, update_seconds=30):
    """The outcome of a trial with that client and that database."""
    under_test = Trials(mock.Mock(), database, latency_seconds, update_seconds)
    with mock.patch.object(trials, "LoadClient", lambda *_: client), mock.patch.object(Trials, "_serve", mock.MagicMock()):
        return getattr(under_test, name)()


class Latency(unittest.TestCase):
    def test_a_minute_without_a_slow_request_holds(self):
        client = ToldClient([a_load(slowest_ms=50)])
        self.assertTrue(held("latency", client, ToldDatabase()).holds)
        self.assertEqual(client.seconds, [60])

    def test_one_slow_request_is_too_many(self):
        self.assertFalse(held("latency", ToldClient([a_load(slowest_ms=50.1)]), ToldDatabase()).holds)

    def test_errors_are_not_forgiven(self):
        self.assertFalse(held("latency", ToldClient([a_load(errors=1)]), ToldDatabase()).holds)


class Updates(unittest.TestCase):
    def outcome(self, load, deadlocks="4", rows="10000|10000"):
        return held("updates", ToldClient([load]), ToldDatabase(["4", deadlocks, rows]))

    def test_no_error_no_deadlock_and_sane_rows_hold(self):
        self.assertTrue(self.outcome(a_load()).holds)

    def test_a_deadlock_an_error_and_a_row_that_is_not_sane_do_not(self):
        self.assertFalse(self.outcome(a_load(), deadlocks="5").holds)
        self.assertFalse(self.outcome(a_load(errors=1)).holds)
        self.assertFalse(self.outcome(a_load(), rows="10000|9999").holds)


class Restart(unittest.TestCase):
    def outcome(self, during, refusal=SOON, after=None):
        steady = [a_load()] * trials.STEADY_SLICES
        client = ToldClient([*steady, *during, *(after or steady)])
        self.database = ToldDatabase()
        with mock.patch.object(trials, "_refusal", lambda _: refusal):
            return Trials(mock.Mock(), self.database, 60, 30)._restart_under(mock.Mock(), client)

    def test_errors_while_the_database_is_away_are_its_own(self):
        outcome = self.outcome([None, a_load(requests=500, errors=100), a_load()])
        self.assertTrue(outcome.holds, outcome.told)
        self.assertEqual(self.database.done, ["halt", "resume"])

    def test_errors_after_the_return_are_not(self):
        after = [a_load(errors=1)] + [a_load()] * (trials.STEADY_SLICES - 1)
        self.assertFalse(self.outcome([None, a_load()], after=after).holds)

    def test_a_refusal_that_is_wrong_is_told(self):
        outcome = self.outcome([None, a_load()], refusal=SOON | {"status": 500, "wrong": " instead of 503"})
        self.assertFalse(outcome.holds)
        self.assertIn("500 after 0.40 s instead of 503", outcome.told)

    def test_a_rate_that_does_not_come_back_in_time_fails(self):
        ticks = iter(range(1000))
        with mock.patch.object(trials.time, "monotonic", lambda: float(next(ticks))):
            outcome = self.outcome([None, *[a_load(requests=100)] * 3, a_load()])
        self.assertFalse(outcome.holds)
        self.assertGreater(outcome.figures["recovery_seconds"], trials.RECOVERY_SECONDS)


class All(unittest.TestCase):
    def test_only_what_is_asked_for_is_tried(self):
        tried = mock.Mock()
        tried.latency.return_value = tried.updates.return_value = tried.restart.return_value = Outcome("x", True, "", {})
        with mock.patch("builtins.print"):
            self.assertEqual(len(trials.run_all(tried, ["updates"])), 1)
            tried.latency.assert_not_called()
            self.assertEqual(len(trials.run_all(tried, [])), 3)


if __name__ == "__main__":
    unittest.main()
