"""Processor time and memory, of this process and of a child."""

import os
import subprocess
import sys
import time
import unittest

from suite import processes
from suite.processes import CpuMeter
from suite.server import end

# Works when it is told to, and says when it is done.
WORKER = """
import sys
print("ready", flush=True)
sys.stdin.readline()
sum(range(3_000_000))
print("done", flush=True)
sys.stdin.readline()
"""


class Child(unittest.TestCase):
    def setUp(self):
        self.child = subprocess.Popen([sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.child.stdout.close)
        self.addCleanup(self.child.stdin.close)
        self.addCleanup(end, self.child)
        self.assertEqual(self.child.stdout.readline(), b"ready\n")

    def test_work_of_a_child_is_counted_from_the_moment_of_asking(self):
        meter = CpuMeter(self.child.pid)
        idle = meter.seconds()
        self.child.stdin.write(b"\n")
        self.child.stdin.flush()
        self.assertEqual(self.child.stdout.readline(), b"done\n")
        self.assertLess(idle, 0.005)
        self.assertGreater(meter.seconds(), 0.005)

    def test_a_tree_holds_its_children_and_nobody_elses(self):
        self.assertIn(self.child.pid, processes.tree(os.getpid()))
        self.assertEqual(processes.tree(self.child.pid), [self.child.pid])

    def test_memory_is_what_a_process_has_resident(self):
        resident = processes.resident_bytes(self.child.pid)
        self.assertGreater(resident, 2**20)
        self.assertLess(resident, 2**30)

    def test_a_process_that_is_gone_has_no_clock(self):
        end(self.child)
        with self.assertRaises(ProcessLookupError):
            CpuMeter(self.child.pid)


class Clock(unittest.TestCase):
    def test_a_process_of_one_thread_spends_what_its_thread_spends(self):
        meter, before = CpuMeter(os.getpid()), time.process_time()
        sum(range(500_000))
        own = time.process_time() - before
        self.assertGreaterEqual(meter.seconds(), own)
