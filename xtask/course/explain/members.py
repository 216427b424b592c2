"""E0599, E0609, E0615: a method, a field or a variant that the value does not have."""

import re

from course.explain import python, words
from course.explain.catalog import last
from course.explain.names import nearest
from course.explain.table import look_up


def hint(message, cells, catalog):
    """What the type has in its place; None where nothing is near."""
    return look_up(RULES, message.sentence, message, cells, catalog)


def variant(found, message, cells, catalog):
    """A variant in another spelling."""
    name, enum = found.groups()
    known = {last(e["path"]) for e in catalog.members(enum) if e["kind"] == "variant"}
    near = nearest(name, known)
    if near:
        return f"`{enum}` has no `{name}`. Write `{enum}::{near}`."
    listed = ", ".join(f"`{enum}::{one}`" for one in sorted(known))
    return f"`{enum}` has no `{name}`. It has {listed}." if known else None


def method(found, message, cells, catalog):
    """A method of the value inside, of numpy, or in another spelling."""
    name, plain = found[1], head(words.arrays(found[2]))
    if plain in ("Result", "Option"):
        return inside(name, plain, message)
    if plain in ("Array", "Vec") and name in python.METHODS:
        value = re.search(rf"([\w.]+)\.{name}\b", cells.current.source)
        there = re.sub(r"\bx\.", f"{value[1]}." if value else "x.", python.METHODS[name])
        return f"There is no `{name}` here: {there}."
    known = {last(e["path"]) for e in catalog.members(plain) if e["kind"] == "method"}
    near = nearest(name, known)
    return f"`{plain}` has no method `{name}`. Is `{near}` meant?" if near else None


def inside(name, plain, message):
    """The method belongs to the value in a Result or an Option."""
    if not re.search(r"method not found in|exists on the type", message.whole) and message.marks:
        return None
    if plain == "Result":
        return (
            f"What stands before `.{name}` gives a Result: a value or an error. "
            f"Put a `?` in between: `…?.{name}(…)`."
        )
    return (
        f"What stands before `.{name}` gives an Option: there may be no value. "
        f'Put `.ok_or("what is missing")?` in between.'
    )


def field(found, message, cells, catalog):
    """A field in another spelling."""
    name, plain = found[1], head(words.arrays(found[2]).lstrip("&"))
    if plain == "Array" and name in ("T", "size"):
        there = {"T": "t()", "size": "len()"}[name]
        return f"An array has no `{name}` here: write `.{there}`."
    fields = {last(e["path"]) for e in catalog.members(plain) if e["kind"] == "field"}
    near = nearest(name, fields) or next((f for f in fields if name.startswith(f)), None)
    if near:
        return f"`{plain}` has no `{name}`. Is `{near}` meant?"
    listed = ", ".join(f"`{one}`" for one in sorted(fields))
    return f"`{plain}` has no `{name}`. It has {listed}." if fields else None


def head(type_):
    """A type without its arguments; every array is `Array`."""
    plain = re.match(r"&?(?:mut )?((?:\w+::)*\w+)", type_)
    name = plain[1].rpartition("::")[2] if plain else type_
    return "Array" if re.fullmatch(r"Array\d?", name) else name


RULES = (
    (r"no (?:.*)?variant(?:.*)? named `(\w+)` found for enum `(\w+)`", variant),
    (r"no (?:method|.*function.*) named `(\w+)` found for (?:\w+ )*?`(.+?)`(?: in the current scope)?$", method),
    (r"attempted to take value of method `(\w+)` on type", "`{0}` is a method: call it with parentheses, `.{0}()`."),
    (r"no field `(\w+)` on type `(.+)`", field),
)
