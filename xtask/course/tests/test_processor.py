"""Cargo is told of a processor only what the processor has."""

import tempfile
import unittest
from pathlib import Path

from course.kernel.processor import NEEDED, variables


class Processor(unittest.TestCase):
    def told(self, flags):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "cpuinfo"
            file.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: none\n")
            return variables(file)

    def test_a_processor_that_has_all_of_the_level(self):
        told = self.told(" ".join(["fpu", *sorted(NEEDED), "sha_ni"]))
        self.assertEqual(
            told["CARGO_ENCODED_RUSTFLAGS"].split("\x1f"), ["-Cprefer-dynamic", "-Ctarget-cpu=x86-64-v3"]
        )

    def test_one_that_lacks_a_single_part_of_it(self):
        for missing in NEEDED:
            self.assertEqual(self.told(" ".join(NEEDED - {missing})), {}, missing)

    def test_a_system_that_does_not_say(self):
        self.assertEqual(variables(Path("/nonexistent/cpuinfo")), {})


if __name__ == "__main__":
    unittest.main()
