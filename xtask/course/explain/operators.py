"""E0277 and E0369: two values that an operator, an index, a loop or a format does not take."""

import re

from course.explain import words

VERBS = re.compile(
    r"cannot (?:add `(?P<a>.+)` to `(?P<b>.+)`|subtract `(?P<c>.+)` from `(?P<d>.+)`"
    r"|(?:multiply|divide) `(?P<e>.+)` by `(?P<f>.+)`"
    r"|calculate (?:and assign )?the remainder of `(?P<g>.+)` divided by `(?P<h>.+)`"
    r"|(?:add|subtract)-assign `(?P<i>.+)` (?:to|from) `(?P<j>.+)`"
    r"|(?:multiply|divide)-assign `(?P<k>.+)` by `(?P<l>.+)`)"
)


def hint(message, cells, catalog):
    """What fits these operands; None where no rule knows them."""
    for rule in RULES:
        if said := rule(message, cells.current.source):
            return said
    return None


def power(message, source):
    """`^` and `**` are no powers."""
    if re.match(r"no implementation for `.+ \^ .+`", message.sentence):
        found = re.search(r"([\w.]+|\)) *\^ *([\w.]+)", source)
        base, exponent = (found[1], found[2]) if found else ("x", "2")
        base = "(…)" if base == ")" else base
        function = "powf" if "." in exponent else "powi"
        return f"`^` is no power in Rust. Write `{base}.{function}({exponent})`."
    if "cannot be dereferenced" in message.sentence and "**" in source:
        return "`**` is no power in Rust. Write `x.powi(2)` for a whole exponent, `x.powf(0.5)` for others."
    return None


def index(message, source):
    """An index of the wrong kind."""
    found = re.match(
        r"the trait bound `(.+): NdIndex<Dim<\[usize; (\d)\]>>` is not satisfied", message.sentence
    ) or re.match(r"the type `\[.+\]` cannot be indexed by `(.+)`()", message.sentence)
    if not found:
        return None
    given, dimensions = found.groups()
    _, mark = message.mark(r"not implemented for|slice indices are of type|^`.+` cannot be")
    text = mark.text if mark and mark.text else "i"
    if "Range" in given:
        return (
            "A part of an array is taken with `slice`: "
            f"`.slice(s![{text}, ..])` for rows, `.slice(s![{text}])` in one dimension."
        )
    if dimensions == "2" and given in ("{integer}", "usize"):
        return (
            f"A matrix needs both places in one pair of brackets: `[[{text}, 0]]` is an element, "
            f"`.row({text})` a whole row."
        )
    if given == "{float}":
        return f"An index is a whole number: `{text.removesuffix('.0')}`."
    if given in words.NUMBERS:
        return f"An index must be a `usize`, and `{text}` is {words.article(given)}. Write `{text} as usize`."
    return None


def compare(message, source):
    """== and < between two kinds of number."""
    found = re.match(r"can't compare `(.+)` with `(.+)`", message.sentence)
    if not found:
        return None
    left, right = map(words.arrays, found.groups())
    if right == "{float}" and left in words.NUMBERS:
        number = re.search(r"(?:[=!<>]=?) *(\d+)\.0*\b", source)
        value = f"`{number[1]}`" if number else "the number"
        return f"The left side is {words.article(left)}, a whole number. Write {value} without the decimal point."
    return None


def loop(message, source):
    """A loop over a number."""
    if not re.match(r"`(\{integer\}|usize|u8|i32|u64)` is not an iterator", message.sentence):
        return None
    _, mark = message.mark("is not an iterator")
    return f"A loop needs a range: `0..{mark.text}`." if mark and mark.text else None


def ordered(message, source):
    """Floats have no total order because of NaN."""
    if not re.match(r"the trait bound `&?f64: Ord` is not satisfied", message.sentence):
        return None
    if "sort" in source:
        return "An `f64` may be NaN, so `sort` does not take it. Write `.sort_by(|a, b| a.total_cmp(b))`."
    return (
        "An `f64` may be NaN, so `max` and `min` do not take it. "
        "The largest is `x.fold(f64::NEG_INFINITY, |max, &x| max.max(x))`, for an array or with `.iter()`."
    )


def question_mark(message, source):
    """`?` in a function that gives no Result."""
    if not message.sentence.startswith("the `?` operator can only be used"):
        return None
    found = re.search(r"\) -> ([^{\n]+?)\s*\{", source)
    wanted = f"digits::Result<{found[1]}>" if found else "digits::Result<()>"
    return (
        f"`?` hands an error on, so the function must be able to give one: let it return `{wanted}`, "
        "with `Ok(…)` around the value at its end."
    )


def display(message, source):
    """A list printed with {}."""
    found = re.match(r"`(.+)` doesn't implement `(?:std::fmt::)?Display`", message.sentence)
    return f"`{{}}` cannot print a `{found[1]}`. Write `{{:?}}` in its place." if found else None


def arithmetic(message, source):
    """+, -, *, / between two types that do not meet."""
    found = VERBS.match(message.sentence)
    if not found:
        return None
    sides = [words.arrays(side) for side in found.groups() if side is not None]
    if any(side.lstrip("&").startswith("Result<") for side in sides):
        return result_in_formula(sides)
    if any(side.lstrip("&").startswith("Option<") for side in sides):
        return 'One side is an Option: there may be no value. Write `.ok_or("what is missing")?` behind it.'
    if any(side.startswith("Vec<") for side in sides):
        return "A Vec does no arithmetic. Make it an array of the type `Array1<f64>`: `array![1.0, 2.0]`."
    kinds = [words.element(side) or side.lstrip("&") for side in sides]
    if "f64" in kinds and "{integer}" in kinds:
        return whole_number(message, source)
    if set(kinds) == {"f64", "u8"} and any(words.element(side) for side in sides):
        array = bytes_of(message, kinds)
        return f"The elements of one array are `u8`, of the other `f64`. Convert them: `{array}.mapv(f64::from)`."
    if "f64" in kinds and set(kinds) <= set(words.NUMBERS):
        return converted(message, next(k for k in kinds if k != "f64"))
    return None


def bytes_of(message, kinds):
    """The operand whose elements are u8, as the line writes it."""
    _, mark = message.mark("no implementation for")
    if not mark:
        return ""
    # What is added or subtracted comes first in the sentence, and second in the line.
    right = (kinds[0] == "u8") == bool(re.match("cannot (?:add|subtract)", message.sentence))
    found = re.match(r" *&?([\w.]+)", mark.after()) if right else re.search(r"([\w.]+) *$", mark.line[: mark.start])
    return found[1] if found else ""


def result_in_formula(sides):
    """A Result is used as if it were the number in it."""
    return (
        "One side is a Result: a value or an error. Put a `?` behind the call that gives it, "
        "and the value is left."
    )


def whole_number(message, source):
    """A whole number beside an f64: written with a point."""
    _, mark = message.mark("no implementation for")
    line = mark.line if mark else source
    return (
        "A whole number meets `f64`. Write it with a decimal point: "
        f"`{words.with_point(line.strip())}`"
    )


def converted(message, kind):
    """One operand is another kind of number."""
    _, mark = message.mark("no implementation for")
    right = re.match(r" *=? *([\w.]+(?:\(\))?)", mark.after()) if mark else None
    example = f"`{right[1]} as f64`" if right else "`x as f64`"
    return f"One side is an `f64`, the other {words.article(kind)}, and Rust converts nothing by itself. Write {example}."


RULES = (power, index, compare, loop, ordered, question_mark, display, arithmetic)
