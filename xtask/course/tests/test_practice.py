"""Tests of the parts that an exercise must have."""

import unittest

from course.practice import Incomplete, exercises, is_right, practice


def code(tag, source="1", **metadata):
    """A code cell with one tag."""
    return {"cell_type": "code", "metadata": {"tags": [tag], **metadata}, "source": source}


def text(source, *tags):
    """A markdown cell."""
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": source}


def folded(summary, inside):
    """Text that unfolds."""
    return f"<details><summary>{summary}</summary>\n\n{inside}\n\n</details>"


def one(number=1):
    """The cells of one whole exercise, by what they are."""
    return {
        "task": text(f"### Exercise {number}: two\n\nMake it two."),
        "exercise": code("exercise", "let x: i32 = 0;", wrong=["let x: i32 = 1;"]),
        "check": code("check"),
        "hint": text(folded("Hint", "Half of four.")),
        "solution": text(
            folded("Solution", "```rust\nlet x: i32 =\n    2;\n```\n\nIt is two."), "solution"
        ),
    }


class Parts(unittest.TestCase):
    """Each missing part is named."""

    def refused(self, cells, words, least=1):
        """Asserts that the cells are refused, and with which words."""
        with self.assertRaisesRegex(Incomplete, words):
            exercises(list(cells), least)

    def test_a_whole_exercise(self):
        """Its code, its wrong answers and its solution are found."""
        cells = [text("Before."), *one().values(), text("Between."), *one(2).values()]
        first, second = exercises(cells, 2)
        self.assertEqual((first.number, second.number), (1, 2))
        self.assertEqual(first.wrong, ["let x: i32 = 1;"])
        self.assertEqual(first.solution, "let x: i32 =\n    2;")
        self.assertIs(first.cell, cells[2])
        self.assertIs(second.check, cells[9])

    def test_missing_parts(self):
        """Without its task, its check, its hint or its solution it is refused."""
        for part in ("task", "check", "hint", "solution"):
            cells = one()
            del cells[part]
            self.refused(cells.values(), f"exercise 1 has (0 cells with the tag {part}|no {part})")

    def test_no_wrong_answer(self):
        """Without a wrong answer nothing shows that the check can fail."""
        for metadata in ({}, {"wrong": []}):
            cells = one() | {"exercise": code("exercise", **metadata)}
            self.refused(cells.values(), "exercise 1 has no wrong answer")

    def test_forms_of_the_solution(self):
        """It must unfold, and hold one fence of Rust."""
        fence = "```rust\n2\n```"
        for source, words in [
            (fence, "does not unfold"),
            (f"<details><summary>Solution</summary>\n{fence}\n</details>", "does not unfold"),
            (folded("Solution", "Two."), "has 0 fences"),
            (folded("Solution", f"{fence}\n\n{fence}"), "has 2 fences"),
        ]:
            self.refused((one() | {"solution": text(source, "solution")}).values(), words)

    def test_too_few(self):
        """A lesson needs its number of exercises; other notebooks need none."""
        self.refused(one().values(), "has 1 exercises; each lesson needs at least 3", least=3)
        self.assertEqual(exercises([text("Nothing.")], 0), [])

    def test_numbers(self):
        """The second exercise is not the first once more."""
        self.refused([*one().values(), *one().values()], "exercise 2 has no task")

    def test_lessons(self):
        """A lesson has exercises and questions; other notebooks may have none."""
        lesson = [cell for number in (1, 2, 3) for cell in one(number).values()]
        question = text("> **Stop and think.** Why?\n\n" + folded("Answer", "So."))
        unanswered = text("> **Stop and think.** Why?")
        self.assertEqual(len(practice("01_one.ipynb", [question, *lesson, question])), 3)
        self.assertEqual(practice("notes.ipynb", []), [])
        for cells, words in [
            ([question, question, *one().values()], "has 1 exercises; each lesson needs"),
            ([question, *lesson, unanswered], "has 1 questions"),
        ]:
            with self.assertRaisesRegex(Incomplete, words):
                practice("01_one.ipynb", cells)

    def test_stray_cells(self):
        """A check that belongs to no exercise, and one too many."""
        self.refused([code("check"), *one().values()], "before the first exercise")
        self.refused([*one().values(), code("check")], "has 2 cells with the tag check")


class Verdicts(unittest.TestCase):
    """What a check may print."""

    def test_verdicts(self):
        """Either word at the start of a line; neither and both are no verdict."""
        self.assertIs(is_right("The slope is 2.\nRight: it is 2.\n"), True)
        self.assertIs(is_right("Not yet: 0.5 too large.\n"), False)
        self.assertIsNone(is_right("All Right\n"))
        self.assertIsNone(is_right("Right\nNot yet\n"))


if __name__ == "__main__":
    unittest.main()
