"""Reads what a student owns, so nothing in it is trusted: a link is not followed, and text is cut short and printable."""

import json
import os
import re
import stat

from course.cells import tags, written

MOST_BYTES = 8 * 2**20
MOST_CHARACTERS = 300
# Colours of a terminal, and what steers a text's direction or a terminal.
UNPRINTABLE = re.compile(r"\x1b\[[0-9;]*m|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


class Unreadable(Exception):
    """A file is not read; the text says why."""


def read(path):
    """A notebook's cells; any error where it is none."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("it is no file")
        if status.st_size > MOST_BYTES:
            raise Unreadable(f"it has {status.st_size // 2**20} MB")
        cells = json.loads(file.read(MOST_BYTES))["cells"]
    for cell in cells:
        cell["source"] = "".join(cell["source"])
        tags(cell)
        if cell["cell_type"] == "code":
            written(cell, "stdout")
    return cells


def plain(text):
    """A text of a student's as one printable line."""
    text = UNPRINTABLE.sub(" ", str(text)[: 10 * MOST_CHARACTERS]).encode("utf-8", "replace").decode()
    text = " ".join(text.split())
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"
