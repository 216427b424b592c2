"""Lists the terms of the glossary: the line of the lessons that explains each, and the line that uses it first.

    python -m course.terms --root FOLDER

A lesson explains a term where it stands in bold, and no earlier line may use it. What counts is what a reader reads as
text: Markdown without code and formulas. The lines on what a lesson is about name what it will explain, so they do not
count, and a heading may name what its own section explains.
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (\d) \|", re.MULTILINE)
ALSO = re.compile(r"Also called ([\w -]+)\.")
ABOUT = re.compile(r"^\*\*(?:What you |Next:)")
HEADING = re.compile(r"^#+ ")
UNREAD = re.compile(r"```.*?```|\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`", re.DOTALL)
ADDRESS = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True)
class Line:
    """A line of a lesson's text, and its place among all lines of all lessons."""

    place: int
    section: int
    lesson: int
    cell: str
    text: str


@dataclass(frozen=True)
class Term:
    """A term of the glossary: its forms, its lesson, and the lines that explain it and use it first."""

    name: str
    lesson: int
    explained: Line | None
    used: Line | None

    def fault(self):
        """What is wrong with its place, as a sentence, or nothing."""
        if not self.explained:
            return f"{self.name}: no lesson explains it (in bold)"
        if self.explained.lesson != self.lesson:
            return f"{self.name}: lesson {self.explained.lesson} explains it, the glossary says {self.lesson}"
        if self.used.place < self.explained.place:
            return f"{self.name}: used before it is explained, in {show(self.used)}"
        return None


def lines(notebooks):
    """The lines of the lessons' text that a reader reads; `notebooks` are their cells, in order."""
    found, section = [], 0
    for lesson, cells in enumerate(notebooks, 1):
        for cell in cells:
            if cell["cell_type"] != "markdown":
                continue
            # A blank for each line, so that what is left keeps its lines.
            source = UNREAD.sub(lambda unread: "\n" * unread[0].count("\n"), "".join(cell["source"]))
            for text in source.split("\n"):
                section += bool(HEADING.match(text))
                if text and not ABOUT.match(text):
                    found.append(Line(len(found), section, lesson, cell["id"], ADDRESS.sub("]", text)))
    return found


def plural(word):
    """The plural of a word, by the rules that the glossary needs."""
    if word.endswith("rix"):
        return word[:-1] + "ces"
    if word.endswith("y"):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "ch", "x")) else "s")


def term(name, meaning, lesson, text):
    """A row of the glossary, looked up in the lessons' lines."""
    forms = [name, *ALSO.findall(meaning)]
    either = "|".join(re.escape(form) for word in forms for form in (plural(word), word))
    bold = re.compile(rf"\*\*(?:{either})\*\*", re.IGNORECASE)
    use = re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE)
    explained = next((line for line in text if bold.search(line.text)), None)

    def counts(line):
        own = explained and line.section == explained.section and HEADING.match(line.text)
        return not own and use.search(line.text)

    return Term(name, lesson, explained, next(filter(counts, text), None))


def terms(glossary, notebooks):
    """All terms of a glossary, as its Markdown has them."""
    text = lines(notebooks)
    return [term(name, meaning, int(lesson), text) for name, meaning, lesson in ROW.findall(glossary)]


def of_course(root):
    """The terms of the course in a folder."""
    notebooks = [json.loads(path.read_text(encoding="utf-8"))["cells"] for path in sorted((root / "notebooks").glob("*.ipynb"))]
    return terms((root / "docs" / "GLOSSARY.md").read_text(encoding="utf-8"), notebooks)


def show(line):
    """A line as the list shows it: where it is, and its first words."""
    if not line:
        return "nowhere"
    text = line.text if len(line.text) <= 70 else line.text[:67] + "..."
    return f"lesson {line.lesson}, cell {line.cell}: {text}"


def main():
    """Reads the argument, prints the list, and tells what is wrong in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    found = of_course(parser.parse_args().root)
    for one in found:
        print(f"{one.name}\n    explained in {show(one.explained)}\n    first used in {show(one.used)}")
    faults = [fault for one in found if (fault := one.fault())]
    print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
