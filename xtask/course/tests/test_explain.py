"""Tests of the hints: on what rustc says about each planted mistake, drawn as evcxr draws it, and on what no rule knows."""

import json
import re
import tempfile
import time
import unittest
from pathlib import Path

from course.explain import Explain
from course.explain.message import COLOR
from course.explain.mistakes import LESSONS, MISTAKES

PROJECT = Path(__file__).resolve().parents[3]
RECORDED = PROJECT / "xtask/course/explain/recorded.json"
NAMES = PROJECT / ".course/names.json"


def started(mistake, folder):
    """The hints of a kernel in which the cells before the mistake have run."""
    notebook = Path(folder) / "lesson.ipynb"
    cells = []
    for heading, source in LESSONS[mistake.lesson].items():
        cells.append({"cell_type": "markdown", "source": f"## {heading}"})
        cells.append({"cell_type": "code", "source": source.strip()})
    notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    explain = Explain(NAMES)
    explain.cells.path = str(notebook)
    for heading, source in LESSONS[mistake.lesson].items():
        explain.begin(source.strip())
        explain.end(True)
        if heading == mistake.after:
            break
    for source in mistake.before:
        explain.begin(source)
        explain.end(True)
    explain.begin(mistake.cell)
    return explain


def told(explain, recorded):
    """What a student sees of the messages that evcxr sent."""
    return "\n\n".join(
        explain.stderr(message["text"])
        if message["kind"] == "stderr"
        else "\n".join(explain.error(content(message))["traceback"])
        for message in recorded
    )


def content(message):
    """A recorded message as the content of an error."""
    return error(message["evalue"], *message["text"].split("\n"))


def hint(text):
    """The hint's own words."""
    found = re.search(r"\x1b\[1mHint:\x1b\[0m (.*?)(?:\n\n|\Z)", text, re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def error(sentence, *drawing):
    """The content of an error."""
    return {"ename": "Error", "evalue": sentence, "traceback": list(drawing) or [sentence]}


@unittest.skipUnless(NAMES.exists(), "the set-up has not made the list of names")
class Planted(unittest.TestCase):
    """The planted mistakes."""

    def test_each_gets_a_hint_that_names_its_cause(self):
        records = json.loads(RECORDED.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            for mistake in MISTAKES:
                shown = records[mistake.cause]
                with self.subTest(mistake.cause):
                    said = hint(told(started(mistake, folder), shown))
                    for word in mistake.says:
                        self.assertIn(word, said)

    def test_what_the_compiler_says_stays_below_the_hint(self):
        records = json.loads(RECORDED.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            for mistake in MISTAKES:
                explain = started(mistake, folder)
                for message in records[mistake.cause]:
                    below = COLOR.sub("", told(explain, [message]))
                    self.assertTrue(below.endswith(COLOR.sub("", message["text"])))

    def test_what_the_compiler_marks_is_bold_and_of_the_themes_own_colour(self):
        drawn = "\x1b[38;5;249m(\x1b[0m\x1b[38;5;54ma\x1b[0m\x1b[38;5;54mb\x1b[0m\x1b[38;5;249m)\x1b[0m"
        self.assertEqual(Explain(NAMES).error(error("no", drawn))["traceback"], ["(\x1b[1mab\x1b[0m)"])

    def test_a_hint_takes_a_few_milliseconds(self):
        records = json.loads(RECORDED.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            for mistake in MISTAKES:
                explain = started(mistake, folder)
                self.assertTrue(explain.catalog.entries)
                began = time.thread_time()
                told(explain, records[mistake.cause])
                self.assertLess(time.thread_time() - began, 0.1, mistake.cause)

    def test_there_are_at_least_ten_in_each_lesson_and_their_causes_differ(self):
        for lesson in LESSONS:
            self.assertGreaterEqual(sum(m.lesson == lesson for m in MISTAKES), 10)
        self.assertEqual(len({m.cause for m in MISTAKES}), len(MISTAKES))


class Silent(unittest.TestCase):
    """What no rule knows gets no hint, and is passed on as it was."""

    def explain(self, source="let a: Trial = b;"):
        explain = Explain(NAMES)
        explain.begin(source)
        return explain

    def test_errors_that_no_rule_knows(self):
        for sentence in (
            "mismatched types",
            "the trait bound `Network: Copy` is not satisfied",
            "cannot add `Network` to `Network`",
            "no method named `frobnicate` found for struct `Curves` in the current scope",
            "recursion limit reached while expanding `vec!`",
        ):
            content = error(sentence)
            self.assertEqual(self.explain().error(content), content)

    def test_types_that_no_rule_knows(self):
        drawn = error(
            "mismatched types",
            "[E0308] Error: mismatched types",
            "   ╭─[ command_3:1:1 ]",
            " 1 │ let a: Trial = b;",
            "   │                ┬  ",
            "   │                ╰── expected `Trial`, found `bool`",
        )
        self.assertEqual(self.explain().error(drawn), drawn)

    def test_words_on_stderr_that_are_no_failure(self):
        for text in ("half way\n", "The cell panicked: my own sentence\n"):
            self.assertEqual(self.explain().stderr(text), text)

    def test_nothing_is_said_before_a_cell_runs(self):
        explain = Explain(NAMES)
        self.assertEqual(explain.stderr("The cell panicked: attempt to add with overflow\n")[:8], "The cell")
        content = error("cannot find value `x` in this scope")
        self.assertEqual(explain.error(content), content)

    def test_a_damaged_notebook_or_list_of_names_does_no_harm(self):
        with tempfile.TemporaryDirectory() as folder:
            broken = Path(folder) / "broken.ipynb"
            for text in ("", "[]", '{"cells": 3}', '{"cells": [3]}', '{"cells": [{"cell_type": "code"}]}'):
                broken.write_text(text)
                explain = Explain(broken)
                explain.cells.path = str(broken)
                explain.begin("x")
                self.assertIn("No cell makes `x`", explain.error(error("cannot find value `x` in this scope"))["traceback"][0])


class Names(unittest.TestCase):
    """Which cell makes a name."""

    def said(self, name, cells, ran=(), source=""):
        explain = Explain(NAMES)
        with tempfile.TemporaryDirectory() as folder:
            notebook = Path(folder) / "n.ipynb"
            notebook.write_text(json.dumps({"cells": cells}), encoding="utf-8")
            explain.cells.path = str(notebook)
            for one, ok in ran:
                explain.begin(one)
                explain.end(ok)
            explain.begin(source or f"{name}")
            return hint("\n".join(explain.error(error(f"cannot find value `{name}` in this scope"))["traceback"]))

    CELLS = [
        {"cell_type": "markdown", "source": "# Lesson\n\ntext\n\n## The pixels"},
        {"cell_type": "code", "source": "let (pixels, other): (f64, f64) = (1.0, 2.0);"},
        {"cell_type": "code", "source": "{\n    let inner = 1;\n}"},
    ]

    def test_a_cell_that_has_not_run(self):
        self.assertIn("below “The pixels”, which has not run", self.said("other", self.CELLS))

    def test_a_cell_further_down(self):
        cells = [{"cell_type": "code", "source": "other + 1.0"}, *self.CELLS]
        self.assertIn("further down, in the cell below “The pixels”", self.said("other", cells, (), "other + 1.0"))

    def test_without_its_path_the_notebook_is_the_one_with_the_cells_that_ran(self):
        with tempfile.TemporaryDirectory() as folder:
            own = {"cell_type": "code", "source": "fn f() {}"}
            for name, cells in (("a", [own]), ("b", [*self.CELLS, own])):
                (Path(folder) / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
            explain = Explain(NAMES, folder)
            explain.cells.path = None
            for source in ("fn f() {}", "{\n    let inner = 1;\n}"):
                explain.begin(source)
                explain.end(True)
            explain.begin("other")
            shown = explain.error(error("cannot find value `other` in this scope"))["traceback"]
            self.assertIn("below “The pixels”, which has not run", hint("\n".join(shown)))

    def test_what_stands_in_braces_is_gone(self):
        self.assertIn("No cell makes `inner`", self.said("inner", self.CELLS))

    def test_an_import_from_another_place(self):
        explain = Explain(NAMES)
        explain.begin("use digits::plot::argmax;")
        shown = explain.error(error("unresolved import `digits::plot::argmax`"))["traceback"]
        self.assertIn("at another path: `use digits::argmax;`", hint("\n".join(shown)))

    def test_a_cell_that_failed(self):
        self.assertIn("ended with an error", self.said("a", [], [("let a = 1;", False)]))

    def test_a_cell_that_moved_it(self):
        ran = [("let a = vec![1];", True), ("let b: Vec<i32> = a;", True)]
        self.assertIn("moved `a` away: `let b: Vec<i32> = a;`", self.said("a", [], ran))

    def test_a_function_does_not_see_the_notebooks_variables(self):
        ran = [("let a = 1;", True)]
        self.assertIn("`f` a parameter `a: &…`", self.said("a", [], ran, "fn f() -> i32 {\n    a\n}"))


if __name__ == "__main__":
    unittest.main()
