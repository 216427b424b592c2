"""An error of rustc as evcxr hands it on: its sentence, its code, and the places that it marks.

evcxr draws the report with ariadne and sends the drawing. A cell with a letter outside of ASCII gets a
plainer drawing, without the code; so hints go by the sentence, which is always whole.
"""

import re
from dataclasses import dataclass, field

COLOR = re.compile(r"\x1b\[[0-9;]*m")
SOURCE_LINE = re.compile(r"^ *(\d+) [│|] ?(.*)$")
DRAWN_LINE = re.compile(r"^ *[│·┆] ?(.*)$")
PLAIN_MARK = re.compile(r"^( *)(\^+) ?(.*)$")


@dataclass
class Mark:
    """A place in the cell, and what rustc says about it."""

    label: str
    line: str
    """The whole line."""
    start: int
    end: int

    @property
    def text(self):
        """What stands at the place."""
        return self.line[self.start : self.end]

    def after(self):
        """What stands behind it in its line."""
        return self.line[self.end :]


@dataclass
class Message:
    """One error."""

    sentence: str
    code: str = ""
    marks: list[Mark] = field(default_factory=list)
    whole: str = ""
    """All that was drawn, without colors."""

    def mark(self, pattern):
        """The first mark whose label matches, as (match, mark); (None, None) without one."""
        for mark in self.marks:
            if found := re.search(pattern, mark.label):
                return found, mark
        return None, None


def parse(content):
    """The message in the content of an `error` of the protocol."""
    lines = [COLOR.sub("", line) for line in content.get("traceback", [])]
    whole = "\n".join(lines)
    code = re.match(r"\[(E\d{4})\]", whole)
    marks = list(drawn(lines)) or list(plain(lines))
    return Message(content.get("evalue", ""), code[1] if code else "", marks, whole)


def drawn(lines):
    """The marks of ariadne's drawing: a line under the text, and from its middle a way to the label."""
    source, spans = "", {}
    for line in lines:
        if found := SOURCE_LINE.match(line):
            source, spans = found[2], {}
        elif found := DRAWN_LINE.match(line):
            drawing = found[1]
            for run in re.finditer(r"[─┬]*┬[─┬]*", drawing):
                middles = [run.start() + i for i, letter in enumerate(run[0]) if letter == "┬"]
                for middle in middles:
                    spans[middle] = run.span() if len(middles) == 1 else around(middle, run.span(), source)
            if label := re.search(r"[╰├]─+ (.*)$", drawing):
                start, end = spans.get(label.start(), (0, 0))
                yield Mark(label[1].strip(), source, start, end)


def around(middle, run, source):
    """The place of which this is the middle, where the lines of several run into each other.

    It is the longest one that begins and ends with whole words and whole brackets.
    """
    for start in range(run[0], middle + 1):
        for end in (2 * middle - start + 1, 2 * middle - start):
            if end <= run[1] and whole(source, start, end):
                return start, end
    return middle, middle


def whole(source, start, end):
    """Whether a part of a line has whole words, whole brackets, and no blanks at its ends."""
    part = source[start:end]
    cut = re.match(r"\w\w", source[max(0, start - 1) : start + 1]) or re.match(r"\w\w", source[end - 1 : end + 1])
    if not part or part != part.strip() or (cut and start > 0):
        return False
    depth = 0
    for letter in part:
        depth += (letter in "([{") - (letter in ")]}")
        if depth < 0:
            return False
    return depth == 0


def plain(lines):
    """The marks of the plainer drawing: the lines of the place, then `^^^^ label`."""
    source = ""
    for line in lines:
        if found := PLAIN_MARK.match(line):
            start = len(found[1])
            yield Mark(found[3].strip(), source, start, start + len(found[2]))
        else:
            source = line
