"""What a class does to a kernel: a cell that panics, and a training cell that is interrupted."""

import asyncio
import json
import os
import re
import tempfile
import unittest
from pathlib import Path

try:
    import nbformat

    from course.client import Failure, Kernel
except ImportError:  # before the set-up
    nbformat = None

ROOT = Path(__file__).parents[3]
KEPT, USE = "let kept: i32 = 41;", 'println!("{} is here", kept + 1);'
PANIC = 'let empty: Vec<i32> = vec![];\nempty[kept as usize];'
ENDLESS = "loop { std::thread::sleep(std::time::Duration::from_millis(100)); }"
# What the first lesson that trains says to do after an interrupt.
WAY_ON = re.compile(r"Interrupt.*Run → Run All Above Selected Cell\* to get them back")


def run(*sources):
    """Runs cells in one kernel, with its settings as a student has them; the endless one is interrupted."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]

    async def all_cells():
        with tempfile.TemporaryDirectory() as folder, open(os.devnull, "wb") as log:
            kernel = Kernel(notebook, Path(folder), 120, log)
            async with kernel.session():
                return [await one(kernel, index, cell) for index, cell in enumerate(notebook.cells)]

    async def one(kernel, index, cell):
        if cell.source == ENDLESS:
            asyncio.get_running_loop().call_later(5, lambda: asyncio.ensure_future(kernel.client.km.interrupt_kernel()))
        try:
            await kernel.run(cell, index, index)
        except Failure as failure:
            return str(failure)
        return "".join(output.get("text", "") for output in cell.outputs)

    return asyncio.run(all_cells())


@unittest.skipUnless(nbformat, "the course is not set up")
class Mishaps(unittest.TestCase):
    def test_a_panic_leaves_the_variables_from_before(self):
        _, panic, after = run(KEPT, PANIC, USE)
        self.assertIn("The cell panicked: index out of bounds", panic)
        self.assertEqual(after, "42 is here\n")

    def test_after_an_interrupt_the_cells_above_bring_the_variables_back(self):
        _, stopped, lost, _, back = run(KEPT, ENDLESS, USE, KEPT, USE)
        self.assertIn("its program died", stopped)
        self.assertIn("cannot find value `kept`", lost)
        self.assertEqual(back, "42 is here\n")

    def test_the_first_lesson_that_trains_says_how_to_go_on_after_an_interrupt(self):
        cells = json.loads((ROOT / "notebooks/04_training.ipynb").read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        self.assertTrue(any(WAY_ON.search(text) for text in texts))


if __name__ == "__main__":
    unittest.main()
