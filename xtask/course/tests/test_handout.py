"""A handout holds all of a lesson but what gives an answer away."""

import unittest
from pathlib import Path

try:
    from course.handout import without_solutions
    from course.notebook import read
except ImportError:  # before the set-up
    read = None

from course.cells import tags
from course.practice import exercises

LESSONS = sorted((Path(__file__).resolve().parents[3] / "notebooks").glob("[0-9]*.ipynb"))


@unittest.skipUnless(read, "needs nbformat")
class Handout(unittest.TestCase):
    def test_all_but_the_solutions_and_the_wrong_answers_is_there(self):
        self.assertEqual(len(LESSONS), 6)
        for path in LESSONS:
            before, after = read(path), without_solutions(read(path))
            kept = [cell for cell in before.cells if "solution" not in tags(cell)]
            self.assertEqual([c.id for c in after.cells], [c.id for c in kept], path.name)
            self.assertEqual([c.source for c in after.cells], [c.source for c in kept], path.name)
            self.assertLess(len(after.cells), len(before.cells), path.name)

    def test_no_solution_and_no_wrong_answer_is_left_anywhere(self):
        for path in LESSONS:
            found = exercises(read(path).cells, 3)
            text = str(without_solutions(read(path)))
            for exercise in found:
                for answer in (exercise.solution, *exercise.wrong):
                    self.assertNotIn(repr(answer)[1:-1], text, f"{path.name}, exercise {exercise.number}")
            self.assertNotIn("<summary>Solution", text, path.name)


if __name__ == "__main__":
    unittest.main()
