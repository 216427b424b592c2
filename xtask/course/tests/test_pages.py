"""Tests of how the book's pages are made: policy, formulas, links, places and slides."""

import base64
import hashlib
import html
import shutil
import tempfile
import unittest
from importlib.util import find_spec
from pathlib import Path

INSTALLED = all(find_spec(name) for name in ("nbconvert", "math_core", "pygments"))
if INSTALLED:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, writes

    from course.book import make as book

README = "# Course\n\nWhat it is.\n\n## Start\n\nSo.\n"
BEGINNING = "# 1 · One\n\n**What you will do:** see $x$.\n\n[two](02_two.ipynb) [words](../docs/GLOSSARY.md#a)"
PICTURE = '<img alt="a" src="data:image/png;base64,AA">'


def code(source, tags=(), out=""):
    """A code cell with a picture as its output, or none."""
    outputs = [new_output("execute_result", data={"text/html": out})] if out else []
    return new_code_cell(source, outputs=outputs, metadata={"tags": list(tags)})


def pages_of(*cells, original="| N | cell |\n| --- | --- |\n| 1 | one |\n"):
    """The pages of a course with two lessons; the first has these cells."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "notebooks").mkdir()
        (root / "docs").mkdir()
        first = [new_markdown_cell(BEGINNING), *cells]
        second = [new_markdown_cell(BEGINNING.replace("1 · One", "2 · Two"))]
        for name, content in (("01_one", first), ("02_two", second)):
            (root / "notebooks" / f"{name}.ipynb").write_text(writes(new_notebook(cells=content)), encoding="utf-8")
        # What moves takes its parts from the crate.
        pad = Path(__file__).parents[3] / "crate" / "src" / "pad"
        shutil.copytree(pad, root / "crate" / "src" / "pad")
        (root / "README.md").write_text(README, encoding="utf-8")
        (root / "TEACHING.md").write_text("# Teaching", encoding="utf-8")
        (root / "deploy" / "hub").mkdir(parents=True)
        (root / "deploy" / "hub" / "README.md").write_text("# A classroom server", encoding="utf-8")
        (root / "docs" / "GLOSSARY.md").write_text("# Glossary\n\n| a | b | 2 | |", encoding="utf-8")
        (root / "docs" / "ORIGINAL.md").write_text(f"# Original\n\n{original}", encoding="utf-8")
        return dict(book.Book(root).pages())


def slide_starts(*cells):
    """Which of these cells start a slide; a cell that is left out is missing."""
    notebook = new_notebook(cells=list(cells))
    with tempfile.TemporaryDirectory() as folder:
        course = type("Course", (), {"links": lambda self, source: {}})()
        cut = book.cut_into_slides(notebook, course, Path(folder) / "x.ipynb")
    return [(cell.source[:6], cell.metadata.slide_start) for cell in cut.cells]


@unittest.skipUnless(INSTALLED, "the packages of xtask/course/requirements.txt are not installed")
class Pages(unittest.TestCase):
    """Whole pages."""

    def test_policy_has_the_hash_of_every_script_and_style(self):
        inner = "<style>p{color:red}</style><p style='top:0'>x</p><script>go(\"&\")</script>"
        page = f'<p style="left:0"></p><iframe srcdoc="{html.escape(inner)}"></iframe>'
        found = book.policy(page)
        for text in ("p{color:red}", "top:0", 'go("&")', "left:0"):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            self.assertIn(f"'sha256-{digest}'", found)
        self.assertIn("default-src 'none'", found)

    def test_policy_of_a_page_without_scripts_lets_none_run(self):
        self.assertIn("script-src 'none'", book.policy("<p>x</p>"))

    def test_policy_lets_webassembly_run_only_where_something_moves(self):
        self.assertIn("script-src 'wasm-unsafe-eval'", book.policy('<section class="touch"></section>'))
        self.assertNotIn("wasm-unsafe-eval", book.policy("<section></section><script>go()</script>"))

    def test_a_tag_puts_what_moves_in_the_place_of_the_output_and_keeps_it_as_the_still_picture(self):
        pages = pages_of(code("one()", ["original-1", "page-slope"], PICTURE))
        lesson = pages["01_one.html"]
        self.assertIn(f'<div class="still">{PICTURE}</div></section>', lesson)
        self.assertIn('touch("slope"', lesson)
        self.assertIn('id="touch-slope"', pages["01_one.slides.html"])
        self.assertNotIn('class="touch"', pages["02_two.html"])

    def test_the_pad_needs_a_still_picture(self):
        with self.assertRaisesRegex(book.Fault, "no cell of a notebook has the tag page-draw-still"):
            pages_of(code("one()", ["original-1", "page-draw"], PICTURE))

    def test_formulas_links_and_outputs(self):
        page = pages_of(code("one()", ["original-1"], PICTURE))["01_one.html"]
        self.assertIn("<math", page)
        self.assertIn('href="02_two.html"', page)
        self.assertIn('href="glossary.html"', page)
        self.assertIn(PICTURE, page)

    def test_wrong_latex_is_named(self):
        cell = new_markdown_cell(r"$\nonsense{x}$")
        with self.assertRaisesRegex(book.Fault, r"01_one.ipynb: the formula .*nonsense"):
            pages_of(cell, code("one()", ["original-1"]))

    def test_places_of_the_original_come_from_the_tags(self):
        cell = code("one()", ["original-1"])
        page = pages_of(new_markdown_cell("## A place"), cell)["original.html"]
        self.assertIn(f'<a href="01_one.html#cell-{cell.id}">1 · A place</a>', page)
        with self.assertRaisesRegex(book.Fault, "no cell of a notebook has the tag original-1"):
            pages_of()
        with self.assertRaisesRegex(book.Fault, r"no row for the tags original-\[2\]"):
            pages_of(code("one()", ["original-1", "original-2"]))

    def test_numbers_of_lessons_in_the_glossary_are_links(self):
        page = pages_of(code("one()", ["original-1"]))["glossary.html"]
        self.assertIn('<a href="02_two.html">2</a>', page)

    def test_cover_is_the_tagged_picture_or_the_last(self):
        other = PICTURE.replace("AA", "BB")
        cells = [code("one()", ["original-1"], PICTURE), code("two()", [], other)]
        self.assertIn(other, pages_of(*cells)["index.html"])
        cells[0].metadata.tags.append("cover")
        self.assertIn(PICTURE, pages_of(*cells)["index.html"])

    def test_solutions_are_folded(self):
        page = pages_of(code("one()", ["original-1"]), code("two()", ["solution"]))["01_one.html"]
        self.assertIn("<details><summary>Solution</summary>", page)


@unittest.skipUnless(INSTALLED, "the packages of xtask/course/requirements.txt are not installed")
class Slides(unittest.TestCase):
    """Where slides begin."""

    def test_headings_and_texts_start_slides_and_code_follows(self):
        found = slide_starts(new_markdown_cell("# One"), code("a"), new_markdown_cell("two"), code("b"))
        self.assertEqual(found, [("# One", True), ("a", False), ("two", True), ("b", False)])

    def test_what_has_no_room_gets_a_slide_of_its_own(self):
        found = slide_starts(new_markdown_cell("# One"), code("a", [], PICTURE), code("b", [], PICTURE))
        self.assertEqual([starts for _, starts in found], [True, False, True])

    def test_set_up_checks_exercises_and_solutions_are_left_out(self):
        hidden = [code(tag, [tag]) for tag in ("exercise", "check", "solution")]
        found = slide_starts(new_markdown_cell("# One"), code(":dep x"), *hidden, code("b"))
        self.assertEqual([source for source, _ in found], ["# One", "b"])

    def test_metadata_overrides_the_rule(self):
        skipped, own = code("a"), code("b")
        skipped.metadata["slideshow"] = {"slide_type": "skip"}
        own.metadata["slideshow"] = {"slide_type": "slide"}
        found = slide_starts(new_markdown_cell("# One"), skipped, own)
        self.assertEqual(found, [("# One", True), ("b", True)])


if __name__ == "__main__":
    unittest.main()
