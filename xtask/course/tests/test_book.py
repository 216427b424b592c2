"""Tests of the site's checker: it lets a right page through and names every fault that is planted."""

import json
import tempfile
import unittest
from pathlib import Path

from course.book.check import check

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-hashes' 'sha256-AA='; script-src 'none'"
PAGE = (
    '<!DOCTYPE html><html lang="en"><head>'
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>t</title>'
    '<link rel="icon" href="data:,"><style>p { color: red }</style></head><body>'
)
LESSON = (
    PAGE
    + '<h1 id="top">Lesson</h1><p>where <math><mi>x</mi></math> is</p><pre>let x = 1;</pre>'
    + '<img alt="a line" src="data:image/png;base64,AAAA"><pre>one\ntwo</pre>'
    + '<a href="index.html">start</a> <a href="#top">top</a> <a href="https://rustup.rs">Rust</a>'
)
PICTURE = '<img alt="a line" src="data:image/png;base64,AAAA">'
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "source": ["# Lesson\n", "where $x$ is, and `$x$`"]},
        {
            "cell_type": "code",
            "id": "b",
            "source": ["let x = 1;"],
            "outputs": [
                {"output_type": "stream", "text": ["one\n", "two\n"]},
                {"output_type": "execute_result", "data": {"text/html": [PICTURE], "text/plain": "a line"}},
            ],
        },
    ]
}
GLOSSARY = "| bias | A number. | 1 | `Bias` |\n| softmax | A function. | 1 | |\n"


class Site(unittest.TestCase):
    """A site of one lesson, in a folder of its own."""

    def problems(self, glossary=GLOSSARY, **changed):
        """What the checker finds when these pages are other than they should be (None: missing)."""
        pages = {
            "index": PAGE + '<a href="01_lesson.html">1</a>',
            "01_lesson": LESSON,
            "01_lesson.slides": LESSON,
            "glossary": PAGE,
            "original": PAGE,
            "teaching": PAGE,
            "classroom": PAGE,
        }
        pages |= {name.replace("lesson_slides", "01_lesson.slides"): page for name, page in changed.items()}
        if "lesson" in pages:
            pages["01_lesson"] = pages.pop("lesson")
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for part in ("notebooks", "docs", "crate/src", "out"):
                (root / part).mkdir(parents=True)
            (root / "notebooks" / "01_lesson.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
            (root / "docs" / "GLOSSARY.md").write_text(glossary, encoding="utf-8")
            (root / "crate" / "src" / "lib.rs").write_text("pub struct Bias;", encoding="utf-8")
            for name, page in pages.items():
                if page is not None:
                    (root / "out" / f"{name}.html").write_text(page, encoding="utf-8")
            return check(root, root / "out")[1]

    def finds(self, words, **changed):
        """Asserts that the checker names a planted fault."""
        problems = self.problems(**changed)
        self.assertTrue(any(words in problem for problem in problems), problems)

    def finds_in_lesson(self, words, old, new):
        """Asserts that the checker names a fault planted into the lesson's page."""
        self.assertIn(old, LESSON)
        self.finds(words, lesson=LESSON.replace(old, new))

    def test_right_site(self):
        self.assertEqual(self.problems(), [])

    def test_missing_pages(self):
        self.finds("index.html: the page is missing", index=None)
        self.finds("01_lesson.html: the page of 01_lesson.ipynb is missing", lesson=None)
        self.finds("01_lesson.slides.html: the page of", lesson_slides=None)
        self.finds("no link to 01_lesson.html", index=PAGE)

    def test_webassembly_is_a_script(self):
        self.assertEqual(self.problems(lesson=LESSON.replace("script-src 'none'", "script-src 'wasm-unsafe-eval'")), [])
        self.finds_in_lesson("lets 'wasm-unsafe-eval' through in style-src", "style-src", "style-src 'wasm-unsafe-eval'")

    def test_links(self):
        self.finds_in_lesson("leads nowhere", 'href="index.html"', 'href="02_data.ipynb"')
        self.finds_in_lesson("leads to no place", 'href="#top"', 'href="#bottom"')
        self.finds_in_lesson("two elements have the id", "<pre>let", '<pre id="top">let')

    def test_other_hosts(self):
        for planted in (
            '<script src="https://cdn.org/x.js"></script>',
            '<link rel="stylesheet" href="//cdn.org/x.css">',
            '<img alt="x" src="http://cdn.org/x.png">',
            "<style>@import 'https://cdn.org/x.css';</style>",
            "<style>p { background: url(https://cdn.org/x.png) }</style>",
            '<p style="background:url(//cdn.org/x.png)">x</p>',
            "<script>fetch('https://cdn.org/x')</script>",
            "<script type=module>import x from 'https://cdn.org/x.js'</script>",
            '<iframe title="x" srcdoc="&lt;script src=&quot;https://cdn.org/x.js&quot;&gt;"></iframe>',
        ):
            with self.subTest(planted):
                self.finds("another host", lesson=LESSON + planted)

    def test_alt_text(self):
        self.finds_in_lesson("no alt text", 'alt="a line"', 'alt=" "')
        self.finds_in_lesson("no alt text", 'alt="a line" ', "")
        self.finds("neither title nor aria-label", lesson=LESSON + "<iframe srcdoc='x'></iframe>")

    def test_policy(self):
        self.finds_in_lesson("no content security policy", POLICY, "")
        self.finds_in_lesson("default-src 'none'", "default-src 'none'", "default-src 'self'")
        self.finds_in_lesson("lets 'unsafe-inline' through", "'sha256-AA='", "'unsafe-inline'")
        self.finds_in_lesson("lets https: through", "img-src data:", "img-src https:")
        self.finds_in_lesson("lets data: through in script-src", "script-src 'none'", "script-src data:")
        self.finds("has the script onclick", lesson=LESSON + '<p onclick="go()">x</p>')

    def test_size(self):
        self.finds("bytes, more than", lesson=LESSON + " " * 3_000_000)

    def test_formulas(self):
        self.finds("LaTeX is left over", lesson=LESSON + r"<p>$\frac{a}{b}$</p>")
        self.finds("LaTeX is left over", lesson=LESSON + r"<p>\begin{aligned}</p>")
        self.finds_in_lesson("1 formulas and the page 0", "<math><mi>x</mi></math>", "x")

    def test_outputs(self):
        self.finds_in_lesson("the code of cell b", "let x = 1;", "let x = 2;")
        self.finds_in_lesson("an output of cell b", "one\ntwo", "one")
        self.finds_in_lesson("an output of cell b", "AAAA", "BBBB")
        self.finds_in_lesson("the HTML output of cell b", 'alt="a line"', 'alt="another line"')

    def test_glossary(self):
        self.finds("the crate has no public Mass", glossary=GLOSSARY.replace("Bias", "Mass"))
        backwards = "".join(reversed(GLOSSARY.splitlines(keepends=True)))
        self.finds("alphabetical", glossary=backwards)


if __name__ == "__main__":
    unittest.main()
