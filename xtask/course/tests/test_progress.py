"""What is solved is read from the notebook, shown once, and renewed when a check says something else."""

import json
import tempfile
import unittest
from pathlib import Path

from course.kernel.progress import DISPLAY, Progress

ROOT = Path(__file__).resolve().parents[3]


def notebook(*said):
    """A notebook whose exercises' checks have printed these."""
    cells = [{"cell_type": "markdown", "source": ["# A lesson\n", "text"], "metadata": {}}]
    for number, text in enumerate(said, 1):
        output = {"output_type": "stream", "name": "stdout", "text": [text]}
        check = {"id": f"check-{number}", "cell_type": "code", "source": "", "metadata": {"tags": ["check"]}}
        cells += [
            {"cell_type": "markdown", "source": f"### Exercise {number}: task {number}\n\nDo.", "metadata": {}},
            {**check, "outputs": [output] if text else []},
        ]
    return json.dumps({"cells": cells})


class Shown(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def progress(self, text, name="01_a.ipynb"):
        (self.folder / name).write_text(text, encoding="utf-8")
        return Progress(self.folder / name)

    def run_cell(self, progress, cell, printed=""):
        progress.begin(cell)
        progress.collect(printed)
        return progress.end()

    def test_what_is_solved_and_what_comes_next(self):
        progress = self.progress(notebook("Right: yes.\n", "Not yet: no.\n", "", "Right.\n"))
        kind, content = self.run_cell(progress, "first")
        self.assertEqual(kind, "display_data")
        expected = "Solved: 1 (task 1), 4 (task 4). Next: exercise 2 (task 2)."
        self.assertEqual(content["data"], {"text/plain": expected})
        self.assertEqual(content["transient"], {"display_id": DISPLAY})
        self.assertIsNone(self.run_cell(progress, "second", "Right: but no check"))

    def test_a_check_that_says_something_else_renews_it(self):
        progress = self.progress(notebook("Right.", "Not yet."))
        self.run_cell(progress, "first")
        self.assertIsNone(self.run_cell(progress, "check-1", "Right.\n"))
        self.assertIsNone(self.run_cell(progress, "check-2", "neither\n"))
        kind, content = self.run_cell(progress, "check-2", "Right: 2.\n")
        self.assertEqual(kind, "update_display_data")
        self.assertEqual(content["data"]["text/plain"], "All 2 exercises of this lesson are solved. It was the last lesson.")
        _, content = self.run_cell(progress, "check-1", "Not yet: 3.\n")
        self.assertEqual(content["data"]["text/plain"], "Solved: 2 (task 2). Next: exercise 1 (task 1).")

    def test_after_the_last_exercise_comes_the_next_lesson(self):
        for name in ("02_b.ipynb", "03_c.ipynb", "my notes.ipynb"):
            (self.folder / name).write_text("", encoding="utf-8")
        _, content = self.run_cell(self.progress(notebook("Right.")), "first")
        self.assertEqual(content["data"]["text/plain"], "All 1 exercises of this lesson are solved. Next: 02_b.ipynb.")

    def test_nothing_is_shown_where_nothing_is_solved_or_readable(self):
        broken = ["", "{", "[1]", '{"cells": 7}', '{"cells": [7]}', "[" * 100_000, notebook("Not yet."), notebook()]
        for text in broken:
            progress = self.progress(text)
            self.assertIsNone(self.run_cell(progress, "first"), text[:40])
            self.assertIsNone(self.run_cell(progress, "check-1", "Right."), text[:40])
        self.assertIsNone(self.run_cell(Progress(""), "first"))
        self.assertIsNone(self.run_cell(Progress(self.folder / "none.ipynb"), "first"))

    def test_the_course_as_it_is_given_has_exercises_and_none_is_solved(self):
        for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
            progress = Progress(path)
            self.assertEqual(len(progress.titles), len(progress.checks), path.name)
            self.assertGreaterEqual(len(progress.titles), 3, path.name)
            self.assertIsNone(self.run_cell(progress, "first"), path.name)


if __name__ == "__main__":
    unittest.main()
