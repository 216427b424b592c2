"""What a failing cell means, in the words of the lessons, and what Shift + Tab shows.

The kernel's front part asks before it passes an error on. A hint is one or two sentences that fit this
notebook. It stands above what rustc says, and nothing of that is taken away. A mistake that no rule knows
gets no hint.

    message    rustc's error as evcxr draws it, read back
    cells      what the notebook's cells define, and which of them ran
    catalog    the names of the crate, with their documentation (made by listing, at the set-up)
    names, arguments, members, moved, mismatch, operators, syntax    one kind of error each
    panics, failures    what a program writes to stderr
    tooltip    Shift + Tab
    mistakes   the mistakes of beginners that all of this is measured by
"""

import re
import textwrap
import traceback
from functools import cached_property

from course.explain import arguments, failures, members, mismatch, moved, operators, panics, syntax, tooltip
from course.explain.catalog import Catalog
from course.explain.cells import Cells
from course.explain.message import parse
from course.explain.names import hint as names_hint

# One after the other: what stands first is the surer.
RULES = (names_hint, arguments.hint, members.hint, moved.hint, mismatch.hint, operators.hint, syntax.hint)

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
# evcxr's greys, and the colours of the places that it marks: dark purple and the like, which a dark theme hides.
GREY, MARKED = re.compile(r"\x1b\[38;5;24\dm(.*?)\x1b\[0m"), re.compile(r"\x1b\[38;5;\d+m")
WIDTH = 100


class Explain:
    """The hints of one kernel's life."""

    def __init__(self, names, folder="."):
        self.names, self.cells = names, Cells(folder)
        self.given = self.failed = False

    @cached_property
    def catalog(self):
        """Read when the first cell fails, not while the kernel starts."""
        return Catalog(self.names)

    def begin(self, source, identifier=""):
        """A cell starts to run."""
        self.cells.begin(source, identifier)
        self.given = self.failed = False

    def end(self, ok):
        """The cell has ended. evcxr calls a cell that panicked ok: here it is not."""
        self.cells.end(ok and not self.failed)

    def error(self, content):
        """The content of an `error`, with a hint above rustc's text. The first error of a cell that a rule
        knows gets it: its followers often vanish with it."""
        self.failed = True
        content = {**content, "traceback": [readable(line) for line in content.get("traceback", [])]}
        hint = None if self.given else guarded(lambda: self.first(parse(content)))
        if not hint:
            return content
        self.given = True
        return {**content, "traceback": [*lines(hint), "", *content["traceback"]]}

    def first(self, message):
        """The first rule's hint."""
        if not self.cells.current:
            return None
        return next(filter(None, (rule(message, self.cells, self.catalog) for rule in RULES)), None)

    def stderr(self, text):
        """Text on stderr, with a hint above a panic or above an error through `?`."""
        if not self.cells.current:
            return text
        self.failed = True
        hint = None if self.given else guarded(lambda: self.ended(text))
        if not hint:
            return text
        self.given = True
        return "\n".join([*lines(hint), "", text])

    def ended(self, text):
        """The hint on a panic, or on an error through `?`."""
        return panics.hint(text, self.cells) or failures.hint(text, self.cells)

    def inspect(self, code, cursor):
        """The documentation of the name at the cursor, by MIME type; None where there is none."""
        return guarded(lambda: tooltip.inspect(code, cursor, self.cells, self.catalog))


def guarded(rule):
    """What a rule says. A fault in a rule goes to the kernel's log: evcxr's own words must reach the student."""
    try:
        return rule()
    except Exception:
        traceback.print_exc()
        return None


def readable(line):
    """A line of evcxr's drawing in the theme's own colour, what it marks in bold."""
    return MARKED.sub(BOLD, GREY.sub(r"\1", line)).replace(PLAIN + BOLD, "")


def lines(hint):
    """A hint as lines of a terminal: bold at its start, wrapped between words."""
    return textwrap.wrap(f"{BOLD}Hint:{PLAIN} {hint}", WIDTH, break_long_words=False, break_on_hyphens=False)
