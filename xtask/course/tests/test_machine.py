"""Tests of how notebooks share the machine."""

import asyncio
import unittest
from importlib.util import find_spec
from types import SimpleNamespace
from unittest.mock import patch

INSTALLED = find_spec("psutil")
if INSTALLED:
    from course import machine

GIB = 2**30


@unittest.skipUnless(INSTALLED, "the packages of xtask/course/requirements.txt are not installed")
class Places(unittest.TestCase):
    """How many notebooks run at once."""

    def places(self, cores, memory):
        """The places of a machine with so many cores and so much free memory."""
        free = SimpleNamespace(available=memory)
        with patch("os.cpu_count", return_value=cores), patch("psutil.virtual_memory", return_value=free):
            return machine.places()

    def test_cores_and_memory_both_limit_them(self):
        self.assertEqual(self.places(2, 16 * GIB), 2)
        self.assertEqual(self.places(8, 5 * GIB), 2)
        self.assertEqual(self.places(8, GIB), 1)
        self.assertEqual(self.places(None, 16 * GIB), 1)

    def test_no_more_run_than_there_are_places_and_results_keep_their_order(self):
        running, most = 0, 0

        async def work(item):
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001 * (5 - item))
            running -= 1
            return 10 * item

        with patch.object(machine, "places", return_value=2):
            found = asyncio.run(machine.side_by_side(work, range(5)))
        self.assertEqual((found, most), ([0, 10, 20, 30, 40], 2))
