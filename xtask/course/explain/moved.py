"""Moves, borrows and `mut`: E0382, E0384, E0507, E0594, E0596, E0597, E0716, and evcxr's own words."""

import re

from course.explain.table import look_up


def hint(message, cells, catalog):
    """Who used the value up, or where the `mut` or the copy belongs."""
    return look_up(RULES, message.sentence, message, cells)


def moved(found, message, cells):
    """A value is used after it was handed on."""
    name = found[1]
    if not re.fullmatch(r"\w+", name):
        return None
    loop, _ = message.mark(r"implicit call to `\.into_iter\(\)`")
    if loop:
        return (
            f"The loop uses `{name}` up, so it is gone behind it. Loop over a look at it: "
            f"`for … in &{name}`."
        )
    if message.mark("into closure")[0]:
        return f"The closure takes `{name}` with it. Give it a copy: `let copy = {name}.clone();` before it."
    _, place = message.mark("value moved here")
    line = f": `{place.line.strip()}`" if place else ""
    return (
        f"`{name}` is used up where it stands without `&`{line}. "
        f"Write `&{name}` there, or `{name}.clone()` where the line must own it."
    )


def immutable(found, message, cells):
    """A variable that changes needs `mut`."""
    name = found[1].split(".")[0].split("[")[0].lstrip("*")
    if re.search(rf"\blet {name}\b", cells.current.source):
        return f"A variable that changes is made with `mut`: `let mut {name}`."
    if re.search(rf"\blet {name}\b", "\n".join(c.source for c in cells.ran)):
        return (
            f"`{name}` was made without `mut`, so it cannot change. Take a copy that can: "
            f"`let mut changed = {name}.clone();`, or write `let mut {name}` in the cell that makes it."
        )
    return None


def taken_out(found, message, cells):
    """A value is taken out of a list or out of what is only lent."""
    _, mark = message.mark("move occurs because")
    if not mark or not mark.text:
        return None
    return (
        f"`{mark.text}` belongs to the whole and cannot be taken out of it. "
        f"Copy it, `{mark.text}.clone()`, or lend it, `&{mark.text}`."
    )


def closure(found, message, cells):
    """evcxr keeps no closure."""
    name = found[1]
    arguments = re.search(rf"let {name}\b[^=]*= *(?:move *)?\|([^|]*)\|", cells.current.source)
    parameters = arguments[1] if arguments else "…"
    return f"A closure does not last beyond its cell. Write a function: `fn {name}({parameters}) -> f64 {{ … }}`."


BEHIND_REFERENCE = "It was lent with `&`, only to be read. Lend it with `&mut` where it shall be changed."
SHORT_LIVED = (
    "This variable only looks into a value that is gone at the end of the line. "
    "Make a copy of its own: put `.to_owned()` at the end of the line."
)
# evcxr keeps no variable that borrows.
DOES_NOT_LAST = (
    "`{0}` only looks into another value, and such a variable does not last beyond its cell. "
    "Make a copy of its own: put `.to_owned()` (or `.clone()`) at the end of its line."
)
UNKNOWN_TYPE = "The type of `{0}` is not clear. Write it behind the name: `let {0}: Array1<f64> = …`."

RULES = (
    (r"^(?:borrow|use) of (?:partially )?moved value: `(.+)`", moved),
    (r"^cannot borrow `(.+?)` as mutable, as (?:it|`.+`) is not declared as mutable", immutable),
    (r"^cannot assign to `(.+?)`, as (?:it|`.+`) is not declared as mutable", immutable),
    (r"^cannot assign twice to immutable variable `(.+?)`", immutable),
    (r"as (?:it|`.+`) is (?:a field of )?behind a `&` reference|which is behind a `&` reference", BEHIND_REFERENCE),
    (r"^cannot move out of ", taken_out),
    (r"^temporary value dropped while borrowed", SHORT_LIVED),
    (r"[Tt]he variable `(\w+)` (?:contains|has) (?:a )?reference", DOES_NOT_LAST),
    (r"^`(\w+)` does not live long enough", DOES_NOT_LAST),
    (r"The variable `(\w+)` is a closure", closure),
    (r"Couldn't automatically determine type of variable `(\w+)`", UNKNOWN_TYPE),
)
