"""E0308: one type stands where another belongs."""

import re

from course.explain import words

PAIR = re.compile(r"expected (.+?), found (.+)$")


def hint(message, cells, catalog):
    """What the two types need to fit, for this line; None where no rule knows the pair."""
    if changed := message.mark("types differ in mutability")[1]:
        return changing(changed.text)
    for mark in message.marks:
        if found := PAIR.match(mark.label):
            expected, given = (named(side) for side in found.groups())
            for rule in RULES:
                if said := rule(expected, given, mark, message):
                    return said
    return None


def named(side):
    """A type as the lessons write it: without quotes, and short."""
    type_ = words.LITERALS.get(side, side).strip("`")
    return words.arrays(type_)


def semicolon(expected, given, mark, message):
    """The last line of a function ends with a semicolon."""
    found, _ = message.mark(r"implicitly returns `\(\)`")
    if given != "()" or not found:
        return None
    return (
        f"The function gives nothing back, and `{mark.text or expected}` belongs there: its last line is the value "
        "that it gives. Remove the semicolon at the end of that last line."
    )


def grows(expected, given, mark, message):
    """append where push is meant."""
    if not expected.startswith("&mut Vec") or ".append(" not in mark.line:
        return None
    return f"One element more is added with `push`: `{mark.line.strip().replace('.append(', '.push(')}`"


def optional(expected, given, mark, message):
    """An Option or a Result is not opened."""
    if given.startswith("Option<") and not expected.startswith(("Option<", "&")):
        return (
            f"`{mark.text}` gives an Option, because there may be no such value. "
            f'Write `{mark.text}.ok_or("what is missing")?`.'
        )
    if given.startswith("Result<") and not expected.startswith("Result<"):
        return f"`{mark.text}` gives a Result: a value or an error. Put a `?` behind it: `{mark.text}?`."
    return None


def elements(expected, given, mark, message):
    """Two arrays with different elements."""
    wanted, has = words.element(expected), words.element(given)
    if not wanted or not has or wanted == has or "_" in (wanted, has):
        return None
    if has == "{integer}":
        return (
            f"The numbers of this array are whole, and `{wanted}` belongs there. "
            "Write them with a decimal point: `1.0` instead of `1`."
        )
    if wanted == "f64" and has in ("u8", "f32", "u32", "i32", "u16", "i16"):
        return (
            f"The elements are `{has}`, and `f64` belongs there. Convert them: "
            f"`{converted(mark.text)}`, which makes a new array."
        )
    return None


def converted(text):
    """An array of small numbers as one of f64, in the words of the line."""
    borrowed = "&" if text.startswith("&") else ""
    bare = re.sub(r"\.(?:to_owned|clone)\(\)$", "", text.lstrip("&"))
    return f"{borrowed}{bare}.mapv(f64::from)"


def reference(expected, given, mark, message):
    """An & is missing, or a mut."""
    if expected.startswith("&") and not given.startswith("&"):
        mut = "mut " if expected.startswith("&mut ") else ""
        inner = expected.removeprefix("&").removeprefix("mut ")
        if fits(inner, given):
            return (
                f"The function wants to look at the value, not to keep it: lend it with `&`. "
                f"Write `&{mut}{mark.text}`."
            )
    if given.startswith("&") and not expected.startswith("&") and fits(expected, given[1:]):
        return f"`{mark.text}` is a reference, a look at the value. Write `*{mark.text}` for the value itself."
    return None


def changing(text):
    """& where &mut belongs."""
    return f"`{text}` lends it only to be read, and this function changes it. Write `&mut {text.lstrip('&')}`."


def fits(wanted, has):
    """Whether a value of one type can be lent where the other is looked at."""
    if wanted == has or wanted == "_":
        return True
    if has in ("{integer}", "{float}"):
        return wanted in words.NUMBERS and (has == "{float}") == (wanted in ("f64", "f32"))
    a, b = words.element(wanted), words.element(has)
    if a and b:
        return a == b or "_" in (a, b)
    list_of = re.match(r"\[(.+?)(?:; .+)?\]$|Vec<(.+)>$", has)
    return wanted.startswith("[") and bool(list_of)


def numbers(expected, given, mark, message):
    """Two kinds of number."""
    kinds = (*words.NUMBERS, "{integer}", "{float}")
    if expected not in kinds or given not in kinds:
        return None
    text = mark.text
    if given == "{integer}":
        return whole_for_float(expected, text, message)
    if given == "{float}":
        return (
            f"`{text}` has a decimal point, and {words.article(expected)}, a whole number, belongs here. "
            f"Write `{text.removesuffix('.0')}`."
        )
    if expected == "{integer}":
        return float_for_whole(message)
    if "f32" in (expected, given):
        return (
            f"`{text}` is {words.article(given)}, and {words.article(expected)} belongs here. The course computes in `f64`: "
            "write `f64` where the value is made."
        )
    if expected == "f64" and given != "usize":
        return f"`{text}` is a `{given}`, and `f64` belongs here. Rust converts nothing by itself: `f64::from({text})`."
    return (
        f"`{text}` is {words.article(given)}, and {words.article(expected)} belongs here. "
        f"Rust converts nothing by itself: write `{text} as {expected}`."
    )


def whole_for_float(expected, text, message):
    """A whole number where a float belongs."""
    if expected not in ("f64", "f32"):
        return None
    if words.with_point(text) == text:
        return float_for_whole(message)
    return (
        f"`{text}` is made of whole numbers, and `{expected}` belongs here. "
        f"Write it with a decimal point: `{words.with_point(text)}`."
    )


def float_for_whole(message):
    """A variable began as a whole number and meets floats."""
    _, start = message.mark(r"^expected due to this value")
    value = start.text if start else "0"
    return (
        f"One side is an `f64`, the other began as a whole number. "
        f"Begin with a decimal point: `{words.with_point(value)}` instead of `{value}`."
    )


RULES = (semicolon, grows, optional, elements, reference, numbers)
