"""Checks the site that make.py has made: what a reader, a screen reader and a strict browser would stumble over.

    python -m course.book.check --root FOLDER --out FOLDER
"""

import argparse
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LARGEST = 3_000_000
LOADING = {("link", "href"), ("form", "action"), ("object", "data"), ("button", "formaction")}
REMOTE = re.compile(r"(?:https?:)?//[\w.-]", re.IGNORECASE)
REMOTE_STYLE = re.compile(r"(?:url\(|@import)\s*['\"]?\s*(?:https?:)?//", re.IGNORECASE)
REMOTE_SCRIPT = re.compile(r"\b(?:import|fetch|importScripts|WebSocket)\b[^;\n]{0,40}['\"`](?:https?:|wss?:)?//")
LATEX = re.compile(r"\$[^$\n]*[\\_^{}][^$\n]*\$|\$\$|\\begin\{|\\frac\b|\\mathrm\b")
PICTURE = re.compile(r"src=\"(data:image/[^\"]*)\"")
QUIET = {"script", "style", "code", "pre", "annotation"}


class Page(HTMLParser):
    """One page: its links and anchors, what it loads, and its text outside of code."""

    def __init__(self, text):
        super().__init__()
        self.links, self.anchors, self.problems = [], set(), []
        self.policy, self.formulas, self.prose, self.all_text = "", 0, [], []
        self.stack = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = {name: value or "" for name, value in attrs}
        if tag not in ("img", "meta", "link", "br", "hr", "input", "source", "wbr", "mspace"):
            self.stack.append(tag)
        if attrs.get("id"):
            if attrs["id"] in self.anchors:
                self.problems.append(f"two elements have the id {attrs['id']}")
            self.anchors.add(attrs["id"])
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        if tag == "img" and not attrs.get("alt", "").strip():
            self.problems.append(f"a picture has no alt text: {attrs.get('src', '')[:60]}")
        if tag in ("iframe", "canvas") and not (attrs.get("title") or attrs.get("aria-label")):
            self.problems.append(f"an element {tag} has neither title nor aria-label")
        if tag == "meta" and attrs.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = attrs.get("content", "")
        self.formulas += tag == "math"
        for name, value in attrs.items():
            loads = name in ("src", "srcset", "poster", "background", "xlink:href") or (tag, name) in LOADING
            if loads and REMOTE.match(value.strip()):
                self.problems.append(f"{tag} loads {value} from another host")
            if name == "style" and REMOTE_STYLE.search(value):
                self.problems.append(f"a style loads from another host: {value}")
            if name.startswith("on"):
                self.problems.append(f"{tag} has the script {name}, which the policy forbids")
        if "srcdoc" in attrs:
            self.problems += Page(attrs["srcdoc"]).problems

    def handle_endtag(self, tag):
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass

    def handle_data(self, data):
        inside = self.stack[-1] if self.stack else ""
        if inside == "style" and REMOTE_STYLE.search(data):
            self.problems.append("a style sheet loads from another host")
        if inside == "script" and REMOTE_SCRIPT.search(data):
            self.problems.append("a script loads from another host")
        if inside not in ("script", "style"):
            self.all_text.append(data)
        if not QUIET & set(self.stack):
            self.prose.append(data)


def squeeze(text):
    """Text without white space, to compare across line breaks."""
    return "".join(text.split())


def check_policy(policy):
    """What is wrong with a page's policy."""
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.split()}
    if not rules:
        yield "there is no content security policy"
        return
    if rules.get("default-src") != ["'none'"]:
        yield "the policy does not begin with default-src 'none'"
    for name, sources in rules.items():
        for source in sources:
            if not re.fullmatch(r"'none'|'self'|'unsafe-hashes'|'wasm-unsafe-eval'|'sha(?:256|384|512)-[\w+/=]+'|data:", source):
                yield f"the policy lets {source} through in {name}"
            if (source == "data:" and name != "img-src") or (source == "'wasm-unsafe-eval'" and name != "script-src"):
                yield f"the policy lets {source} through in {name}"


def check_page(name, text, pages):
    """All problems of one page."""
    page = pages[name]
    yield from page.problems
    yield from check_policy(page.policy)
    size = len(text.encode())
    if size > LARGEST:
        yield f"it has {size} bytes, more than {LARGEST}"
    left = LATEX.search(" ".join(page.prose))
    if left:
        yield f"LaTeX is left over: {left[0]!r}"
    for link in page.links:
        parts = urlsplit(link)
        if parts.scheme in ("http", "https", "mailto"):
            continue
        target = unquote(parts.path) or name
        if parts.scheme or target not in pages:
            yield f"the link {link} leads nowhere"
        elif parts.fragment and not target.endswith(".slides.html") and parts.fragment not in pages[target].anchors:
            yield f"the link {link} leads to no place on that page"


def formulas_in(markdown):
    """How many formulas a markdown text has."""
    markdown = re.sub(r"```.*?```|`[^`\n]*`", "", markdown, flags=re.DOTALL)
    return len(re.findall(r"\$\$.+?\$\$|(?<![\\$])\$[^$]+?(?<!\\)\$", markdown, re.DOTALL))


def check_lesson(notebook, name, text, page):
    """What a notebook has and its page has not."""
    formulas, everything = 0, squeeze(" ".join(page.all_text))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            formulas += formulas_in(source)
            continue
        if squeeze(source) not in everything:
            yield f"the code of cell {cell['id']} is not in the page"
        for output in cell["outputs"]:
            data = output.get("data", {})
            rich = "".join(data.get("text/html", ""))
            if "page-draw" in cell.get("metadata", {}).get("tags", []):
                # The page has the same pad without a frame.
                continue
            plain = "".join(output.get("text", "")) or ("" if rich else "".join(data.get("text/plain", "")))
            missing = [picture for picture in PICTURE.findall(rich) if picture not in text]
            if missing or (plain and squeeze(plain) not in everything):
                yield f"an output of cell {cell['id']} is not in the page"
            elif rich and rich not in text:
                yield f"the HTML output of cell {cell['id']} is not in the page"
    if formulas != page.formulas:
        yield f"the notebook has {formulas} formulas and the page {page.formulas}"


def check_glossary(root):
    """Names in the glossary that the crate does not have, and words out of order."""
    crate = "".join(path.read_text(encoding="utf-8") for path in (root / "crate" / "src").rglob("*.rs"))
    public = set(re.findall(r"\bpub (?:const )?(?:fn|struct|enum|const|mod) (\w+)", crate))
    rows = re.findall(r"^\| ([^|]+) \| .* \| (\d) \|(?: `(\w+)`)? \|$", (root / "docs" / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    for _, _, name in rows:
        if name and name not in public:
            yield f"the crate has no public {name}"
    words = [word.lower() for word, _, _ in rows]
    if not words or words != sorted(words):
        yield "its words are not in alphabetical order"


def check(root, out):
    """All problems of the site, each with its page."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(out.glob("*.html"))}
    pages = {name: Page(text) for name, text in texts.items()}
    problems = []
    for name in ("index.html", "glossary.html", "original.html", "teaching.html", "classroom.html"):
        if name not in pages:
            problems.append(f"{name}: the page is missing")
    for name, text in texts.items():
        problems += [f"{name}: {problem}" for problem in check_page(name, text, pages)]
    problems += [f"docs/GLOSSARY.md: {problem}" for problem in check_glossary(root)]
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        name = f"{path.stem}.html"
        for needed in (name, f"{path.stem}.slides.html"):
            if needed not in pages:
                problems.append(f"{needed}: the page of {path.name} is missing")
        if name in pages:
            if "index.html" in pages and name not in pages["index.html"].links:
                problems.append(f"index.html: no link to {name}")
            notebook = json.loads(path.read_text(encoding="utf-8"))
            problems += [f"{name}: {p}" for p in check_lesson(notebook, name, texts[name], pages[name])]
    return pages, problems


def main():
    """Reads the arguments and reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    pages, problems = check(options.root, options.out)
    for problem in problems:
        print(problem, file=sys.stderr)
    links = sum(len(page.links) for page in pages.values())
    formulas = sum(page.formulas for page in pages.values())
    print(f"book: {len(pages)} pages, {links} links, {formulas} formulas; {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
