"""Hints as a table: a pattern for what was said, and what it means."""

import re


def look_up(table, said, *more):
    """What the first row that fits makes of it: a text with {0}, {1}, … for the pattern's groups, or a function
    of the match and of all that is passed besides; one that gives None leaves it to the rows below."""
    for pattern, meaning in table:
        if found := re.search(pattern, said):
            hint = meaning(found, *more) if callable(meaning) else meaning.format(*found.groups())
            if hint:
                return hint
    return None
