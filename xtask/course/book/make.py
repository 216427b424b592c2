"""Turns the notebooks and the texts beside them into a static site, from the outputs that they hold.

    python -m course.book.make --root FOLDER --out FOLDER

Nothing is run. Each page is one file: styles, scripts and pictures are inside, no other host is asked. A content
security policy names all that may run by its hash. A notebook's slides are cut by a rule (`slide_type` below), and the
cell's `slideshow` metadata, as JupyterLab writes it, overrides the rule.
"""

import argparse
import base64
import hashlib
import html
import os
import re
import shutil
import sys
import webbrowser
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from math_core import LatexError, LatexToMathML
from nbconvert import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import RustLexer

from course.book import touch
from course.cells import tags

POLICY_MARK = "POLICY-OF-THIS-PAGE"
# Texts that are pages too: file, page.
TEXTS = {
    "docs/GLOSSARY.md": "glossary.html",
    "docs/ORIGINAL.md": "original.html",
    "TEACHING.md": "teaching.html",
    "deploy/hub/README.md": "classroom.html",
}
SENTENCE = re.compile(r"^\*\*What you will do:\*\* (.+)$", re.MULTILINE)
IMAGE = re.compile(r"<img [^>]*>")
# What a slide holds before its text has to get smaller, and what a picture takes of it.
SLIDE_LINES, PICTURE_LINES = 19, 13
# A line must not break between a formula and the full stop behind it.
FORMULA_AND_MARK = re.compile(r"(<math(?:(?!</math>).)*</math>)([.,;:!?)]+|-\w+)", re.DOTALL)


class Fault(Exception):
    """The book cannot be made; the text says where and why."""


def page_of(notebook):
    """The page of a notebook."""
    return f"{Path(notebook).stem}.html"


def slug(text):
    """A heading as a part of an address."""
    plain = html.unescape(re.sub(r"<[^>]*>", "", text)).lower()
    return re.sub(r"[^\w]+", "-", plain).strip("-") or "section"


class Renderer(IPythonRenderer):
    """Markdown with LaTeX as MathML, links to pages, and headings that can be linked to."""

    def __init__(self, name, links, headings):
        super().__init__(escape=False, exclude_anchor_links=True)
        self.name, self.links, self.headings = name, links, headings
        self.latex = LatexToMathML(fancy_error=False)

    def math(self, latex, block):
        """LaTeX as MathML."""
        try:
            return self.latex.convert_with_local_state(latex, displaystyle=block)
        except LatexError as error:
            raise Fault(f"{self.name}: the formula {latex!r} is not LaTeX: {error}") from None

    def block_math(self, body):
        # A formula wider than a phone is scrolled, by keys too.
        return f'<div class="math" tabindex="0" role="group" aria-label="Formula">{self.math(body, True)}</div>'

    def inline_math(self, body):
        return self.math(body, False)

    def latex_environment(self, name, body):
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def heading(self, text, level, **attrs):
        anchor = base = slug(text)
        known = [heading[1] for heading in self.headings]
        number = 1
        while anchor in known:
            number += 1
            anchor = f"{base}-{number}"
        self.headings.append((level, anchor, text))
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def link(self, text, url, title=None):
        return super().link(text, self.links.get(url.split("#")[0], url), title)


class Book:
    """The site: what its pages are, and what they share."""

    def __init__(self, root):
        self.root = root
        self.looks = {
            name: (Path(__file__).parent / name).read_text(encoding="utf-8")
            for name in ("book.css", "slides.css", "slides.js", "touch/touch.css")
        }
        self.notebooks = {
            path: nbformat.read(path, as_version=4)
            for path in sorted((root / "notebooks").glob("*.ipynb"))
        }
        if not self.notebooks:
            raise Fault(f"there are no notebooks in {root / 'notebooks'}")
        # What moves in the pages: the still picture of each, and the pad's own output.
        self.stills, self.pad_output = {}, ""
        for cell in (cell for notebook in self.notebooks.values() for cell in notebook.cells):
            if name := touch.name_of(cell):
                self.stills.setdefault(name, rich_output(cell))
        if "draw" in self.stills:
            self.pad_output = self.stills["draw"]
            self.stills["draw"] = self.tagged("page-draw-still")
        self.readme = (root / "README.md").read_text(encoding="utf-8")
        self.course = first_heading(self.readme)
        self.lessons = [self.describe(path, notebook) for path, notebook in self.notebooks.items()]
        self.texts = [
            {"file": page, "title": first_heading((root / name).read_text(encoding="utf-8"))}
            for name, page in TEXTS.items()
        ]

    def tagged(self, tag):
        """The output of the cell with a tag."""
        cells = (cell for notebook in self.notebooks.values() for cell in notebook.cells)
        found = next((cell for cell in cells if tag in tags(cell)), None)
        if found is None:
            raise Fault(f"no cell of a notebook has the tag {tag}")
        return rich_output(found)

    def touch(self, name):
        """The place of a thing to touch."""
        return touch.section(name, self.stills[name], self.root)

    def describe(self, path, notebook):
        """What the start page and the lists say of a lesson."""
        first = notebook.cells[0].source
        sentence = SENTENCE.search(first)
        if not sentence:
            raise Fault(f"the first cell of {path.name} has no line **What you will do:**")
        # A cell with the tag `cover` has the picture; else it is the last one.
        pictures = {"cover": None, "last": None}
        for cell in notebook.cells:
            for found in IMAGE.findall(rich_output(cell)):
                pictures["last"] = found
                if "cover" in tags(cell):
                    pictures["cover"] = found
        text = sentence[1]
        return {
            "file": page_of(path),
            "slides": f"{path.stem}.slides.html",
            "title": first_heading(first),
            "sentence": text[0].upper() + text[1:],
            "picture": pictures["cover"] or pictures["last"] or "",
        }

    def links(self, source):
        """The pages of this site, as a file of the project names the files that they are made of."""
        pages = {path.relative_to(self.root): page_of(path) for path in self.notebooks}
        pages |= {Path(name): page for name, page in TEXTS.items()}
        pages[Path("README.md")] = "index.html"
        above = "../" * (len(source.relative_to(self.root).parts) - 1)
        links = {above + path.as_posix(): page for path, page in pages.items()}
        beside = {path: page for path, page in pages.items() if path.parent == source.relative_to(self.root).parent}
        return links | {path.name: page for path, page in beside.items()}

    def exporter(self, template, source):
        """An exporter with this book's templates and filters, for the text of one file.

        nbconvert's HTMLExporter would take each output apart and put it together anew; here it stays as it is.
        """
        exporter = TemplateExporter(
            file_extension=".html",
            template_name="book",
            template_file=template,
            extra_template_basedirs=[str(Path(__file__).parents[1])],
        )
        headings = []
        markdown = MarkdownWithMath(Renderer(source.name, self.links(source), headings))
        exporter.register_filter(
            "course_markdown",
            lambda text: FORMULA_AND_MARK.sub(r'<span class="together">\1\2</span>', markdown.render(text)),
        )
        exporter.register_filter("inner", lambda text: re.sub(r"^<p>|</p>\s*$", "", text))
        exporter.register_filter("rust", rust)
        exporter.register_filter("touch", lambda cell: self.touch(touch.name_of(cell)))
        exporter.environment.tests["touched"] = touch.name_of
        exporter.environment.tests["pictured"] = lambda cell: "<" in rich_output(cell)
        exporter.environment.tests["hidden"] = is_hidden
        return exporter, headings

    def render(self, template, notebook, source, **resources):
        """One page, with its policy."""
        names = resources.setdefault("touches", [name for name in map(touch.name_of, notebook.cells) if name])
        styles = self.looks["book.css"]
        if names:
            styles += self.looks["touch/touch.css"] + touch.pad(self.root)("pad.css")
        if template == "slides.html.j2":
            styles += self.looks["slides.css"]
        shared = {
            "policy_mark": POLICY_MARK,
            "styles": styles,
            "script": self.looks["slides.js"],
            "touch": self.touch,
            "touch_names": touch.NAMES,
            "touch_scripts": touch.scripts(names, self.root, self.pad_output),
            "course": self.course,
            "lessons": self.lessons,
            "texts": self.texts,
        }
        # The list of sections stands above the text whose headings it lists, so the text is rendered first.
        headings = headings_of(notebook, self, source)
        sections = [(anchor, text) for level, anchor, text in headings if level == 2]
        exporter, _ = self.exporter(template, source)
        page, _ = exporter.from_notebook_node(notebook, {"sections": sections, **shared, **resources})
        return page.replace(POLICY_MARK, policy(page))

    def pages(self):
        """All pages: file name and content."""
        order = [{"file": "index.html", "title": "Start"}, *self.lessons, *self.texts]

        def around(file):
            at = [page["file"] for page in order].index(file)
            return {
                "here": file,
                "previous": order[at - 1] if at else None,
                "next": order[at + 1] if at + 1 < len(order) else None,
            }

        introduction, start = parts_of_readme(self.readme)
        yield "index.html", self.render(
            "start.html.j2",
            nbformat.v4.new_notebook(),
            self.root / "README.md",
            title=self.course,
            introduction=introduction,
            touches=[name for name in ("draw", "train") if name in self.stills],
            how_to_start=start,
            **around("index.html"),
        )
        for (path, notebook), lesson in zip(self.notebooks.items(), self.lessons):
            title = f"{lesson['title']} · {self.course}"
            yield lesson["file"], self.render(
                "page.html.j2", notebook, path, title=title, slides=lesson["slides"], **around(lesson["file"])
            )
            slides = cut_into_slides(nbformat.from_dict(notebook), self, path)
            yield lesson["slides"], self.render(
                "slides.html.j2", slides, path, title=f"Slides: {title}", here=lesson["file"]
            )
        for (name, page), text in zip(TEXTS.items(), self.texts):
            source = (self.root / name).read_text(encoding="utf-8")
            if page == "original.html":
                source = with_places(source, self)
            elif page == "glossary.html":
                source = with_lessons(source, self)
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source)])
            yield page, self.render(
                "page.html.j2", notebook, self.root / name, title=f"{text['title']} · {self.course}", **around(page)
            )


def rust(code):
    """Rust as highlighted HTML."""
    return highlight(code, RustLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")


def rich_output(cell):
    """The HTML that a cell put out, pictures above all."""
    return "".join(output.get("data", {}).get("text/html", "") for output in cell.get("outputs", []))


def is_hidden(cell):
    """Whether the reader unfolds the code: a solution, or a cell that is folded in JupyterLab."""
    return "solution" in tags(cell) or cell.metadata.get("jupyter", {}).get("source_hidden", False)


def first_heading(text):
    """The first heading of a text, without its marks."""
    match = re.search(r"^#+ (.+)$", text, re.MULTILINE)
    if not match:
        raise Fault(f"no heading in the text that begins {text[:40]!r}")
    return match[1]


def headings_of(notebook, book, source):
    """Level, anchor and text of all headings of a notebook, cell by cell."""
    headings = []
    markdown = MarkdownWithMath(Renderer(source.name, book.links(source), headings))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            markdown.render(cell.source)
        # Where a cell stands is told by the last heading above it.
        cell.metadata["below"] = headings[-1] if headings else None
    return headings


def parts_of_readme(readme):
    """The README's beginning, up to its first picture, and its section on how to start."""
    introduction = re.split(r"^(?:!\[|## )", readme, maxsplit=1, flags=re.MULTILINE)[0]
    start = re.search(r"^## Start\n.*?(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    if not start:
        raise Fault("README.md has no section `## Start`")
    return introduction, start[0]


def with_places(text, book):
    """The table of the original's cells, with a column that links to ours, found by their tags."""
    places = {}
    for path, notebook in book.notebooks.items():
        headings_of(notebook, book, path)
        for cell in notebook.cells:
            for tag in tags(cell):
                if tag.startswith("original-"):
                    heading = cell.metadata["below"][2] if cell.metadata["below"] else page_of(path)
                    seen = places.setdefault(int(tag.removeprefix("original-")), {})
                    seen.setdefault((path, heading), f"{page_of(path)}#cell-{cell.id}")
    lines = []
    for line in text.split("\n"):
        row = re.match(r"\| *(\d+) *\|", line)
        if row:
            found = places.pop(int(row[1]), None)
            if not found:
                raise Fault(f"no cell of a notebook has the tag original-{row[1]}")
            here = ", ".join(
                f"[{path.stem[:2].lstrip('0')} · {heading}]({url})" for (path, heading), url in found.items()
            )
            line = f"{line} {here} |"
        elif line.startswith("| ---"):
            line += " --- |"
        elif line.startswith("|"):
            line += " lesson · where |"
        lines.append(line)
    if places:
        raise Fault(f"docs/ORIGINAL.md has no row for the tags original-{sorted(places)}")
    return "\n".join(lines)


def with_lessons(text, book):
    """The glossary, whose numbers of lessons become links."""
    pages = {str(number): lesson["file"] for number, lesson in enumerate(book.lessons, 1)}

    def link(match):
        page = pages.get(match[1])
        return f"| [{match[1]}]({page}) |" if page else match[0]

    return re.sub(r"\| (\d) \|", link, text)


def height(cell):
    """About how many lines of a slide's text a cell takes."""
    lines = cell.source.split("\n")
    if cell.cell_type == "markdown":
        return sum(0.5 + max(1, len(line) // 70 + 1.5 * line.count("$$") + 1.5 * line.count("\\\\")) for line in lines if line)
    shown = "".join(output.get("text", "") for output in cell.outputs).count("\n")
    code = 1 + 0.8 * len(lines)
    if rich_output(cell):
        return max(code, PICTURE_LINES + 0.8 * shown)
    return code + 0.8 * shown


def slide_type(cell, used):
    """What a cell is on the slides: what its metadata says, or else by this rule.

    A markdown cell that begins with a heading starts a slide; other markdown starts one below the same heading. Code
    stays with the text above it while there is room. Set-up, checks and solutions are left out: they are for the
    keyboard.
    """
    chosen = cell.metadata.get("slideshow", {}).get("slide_type", "-")
    if chosen not in ("-", ""):
        return chosen
    if {"check", "solution"} & set(tags(cell)):
        return "skip"
    if cell.cell_type == "markdown":
        return "slide" if cell.source.lstrip().startswith("#") else "subslide"
    if cell.source.startswith(":dep") or "exercise" in tags(cell):
        return "skip"
    return "subslide" if used + height(cell) > SLIDE_LINES else "-"


def cut_into_slides(notebook, book, source):
    """A copy of the notebook without the cells to skip; the others know where a slide starts and ends."""
    headings_of(notebook, book, source)
    cells, used = [], 0
    for cell in notebook.cells:
        kind = slide_type(cell, used)
        if kind in ("skip", "notes"):
            continue
        starts = not cells or kind in ("slide", "subslide")
        used = height(cell) + (0 if starts else used)
        if starts and cells:
            cells[-1].metadata.slide_end = True
        below = cell.metadata["below"]
        cell.metadata.update(
            slide_type=kind,
            slide_start=starts,
            slide_heading=below[2] if below else "",
            repeat_heading=starts and not cell.source.lstrip().startswith("#"),
        )
        cells.append(cell)
    cells[-1].metadata.slide_end = True
    notebook.cells = cells
    return notebook


class Inline(HTMLParser):
    """Collects the scripts and styles that stand in a page, and in the pages within it."""

    def __init__(self):
        super().__init__()
        self.scripts, self.styles, self.attributes = set(), set(), set()
        self.inside = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("script", "style"):
            self.inside = self.scripts if tag == "script" else self.styles
            if attrs.get("type") == "text/plain":
                # Data for a script.
                self.inside = None
        if attrs.get("style"):
            self.attributes.add(attrs["style"])
        if attrs.get("srcdoc"):
            # Such a page within the page has to obey the outer one's policy.
            within = Inline.of(attrs["srcdoc"])
            self.scripts |= within.scripts
            self.styles |= within.styles
            self.attributes |= within.attributes

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.inside = None

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside is not None:
            self.inside.add(data)

    @classmethod
    def of(cls, page):
        """What stands in one page."""
        found = cls()
        found.feed(page)
        found.close()
        return found


def policy(page):
    """The content security policy under which just this page works."""
    found = Inline.of(page)

    def hashes(texts):
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    styles = hashes(found.styles | found.attributes)
    if found.attributes:
        styles.insert(0, "'unsafe-hashes'")
    rules = ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "img-src data:"]
    rules.append("style-src " + " ".join(styles or ["'none'"]))
    scripts = hashes(found.scripts)
    if 'class="touch"' in page:
        # The crate comes as WebAssembly. This lets a script compile that, and not text, as 'unsafe-eval' would.
        scripts.insert(0, "'wasm-unsafe-eval'")
    rules.append("script-src " + " ".join(scripts or ["'none'"]))
    return "; ".join(rules)


def has_screen():
    """Whether a browser has a window; without one Python would take a browser of the terminal."""
    return sys.platform != "linux" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")))


def main():
    """Reads the arguments and writes the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--open", type=Path, help="a page to open in the browser, where there is a screen")
    options = parser.parse_args()
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    count = 0
    try:
        for count, (name, page) in enumerate(Book(options.root.resolve()).pages(), 1):
            path = options.out / name
            path.write_text(page, encoding="utf-8", newline="\n")
            # The reader begins while the other pages are made.
            if path == options.open and has_screen():
                webbrowser.open(path.as_uri())
    except Fault as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 1
    print(f"{count} pages in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
