"""Panics, by the sentence that the program wrote to stderr, and the line of the cell that panicked.

The prelude's hook (kernel.rs) writes `The cell panicked: …`, and `in the line: …` below it where the panic
lies in the text of a cell; ndarray's and the standard library's own panics name no line of a cell.
"""

import re

from course.explain.table import look_up

PANIC = re.compile(r"The cell panicked: ([\s\S]*?)(?:\nin the line: ([^\n]*))?\s*\Z")


def hint(text, cells):
    """What the panic means, with its line where that is sure; None for one that no rule knows."""
    found = PANIC.search(text)
    if not found:
        return None
    said, line = found[1].strip(), (found[2] or "").strip()
    answer = look_up(RULES, said, line)
    line = line or look_up(LINES, said, cells.current.source)
    return f"{answer} It happened in this line: `{line}`" if answer and line else answer


def only(sought):
    """For a panic that names no line: the only line of the cell that can be it."""

    def line(_, source):
        lines = [line.strip() for line in source.splitlines() if re.search(sought, line)]
        return lines[0] if len(lines) == 1 else None

    return line


def overflow_below(match, line):
    """x - 1 where x is 0."""
    if re.search(r"\[[^\]]*- 1\b", line):
        return (
            "A whole number went below 0, and a `u8` or a `usize` holds none there. "
            "Indices begin at 0 in Rust too: leave the `- 1` out."
        )
    return (
        "A whole number went below 0, and `u8` and `usize` have nothing there "
        "(a `u8` goes from 0 to 255). Convert it to `f64` or `i32` before you subtract, or leave the 0 out."
    )


def overflow_above(match, line):
    """A sum or a product that its type does not hold."""
    return (
        f"The {'sum' if match[1] == 'add' else 'product'} became too large for its type: a `u8` ends at 255. Compute in "
        "`f64`: begin with `0.0` and take `f64::from(pixel)`; an array becomes `f64` by `.mapv(f64::from)` before its sum."
    )


def beyond(match, line):
    """An index of a list or a slice."""
    length, index = int(match[1]), match[2]
    return f"The index {index} does not exist: {valid(length)}."


def valid(length):
    """The indices of a list, in words."""
    return f"there are {length}, from 0 to {length - 1}" if length else "the list is empty"


def beyond_array(match, line):
    """An index of an array."""
    index, shape = match[1].strip("[]"), [int(n) for n in re.findall(r"\d+", match[2])]
    if len(shape) == 1:
        return f"The index {index} does not exist: {valid(shape[0])}."
    ranges = " and ".join(f"0 to {n - 1}" for n in shape)
    return f"The index {index} does not exist: the indices go from {ranges}."


def beyond_axis(match, line):
    """A row or a column that does not exist."""
    return f"The index {match[1]} does not exist: {valid(int(match[2]))}."


def product(match, line):
    """A dot product of shapes that do not fit."""
    a, b, c, d = map(int, match.groups())
    if d == 1:
        # ndarray turns a vector times a matrix around, and says the transposed shapes.
        return (
            f"In `dot` a vector of {c} numbers meets a matrix with another side. "
            f"On the left of the vector that matrix is {a} × {b}, on the right of it {b} × {a}: "
            f"its side next to the vector must be {c}, not {b}."
        )
    return (
        f"In `dot` the left shape is {a} × {b} and the right one {c} × {d}: the last number on the left "
        f"({b}) must be the first one on the right ({c}). Look at both with `.dim()`."
    )


def broadcast(match, line):
    """Elementwise arithmetic of shapes that do not fit."""
    left, right = (", ".join(re.findall(r"\d+", side)) for side in match.groups())
    return (
        f"One array has the shape {left}, the other {right}: element by element, both need the same shape. "
        "Look at both with `.dim()`."
    )


DIVIDED = "A whole number was divided by 0. Ask for that case first, or compute in `f64`."
UNNAMED_INDEX = "An index of an array does not exist: indices begin at 0. Look at its shape with `.dim()`."
# Of two borrowed arrays ndarray does not tell the shapes.
UNEQUAL = "Two arrays have different shapes: element by element, both need the same shape. Look at both with `.dim()`."

DOT = r"ndarray: inputs (\d+) × (\d+) and (\d+) × (\d+) are not compatible for matrix multiplication"
INDEX = r"ndarray: index (.+?) is out of bounds for array of shape (\[.*\])"
AXIS = r"collapse_axis: Index (\d+) must be less than axis length (\d+)"
BROADCAST = r"ndarray: could not broadcast array from shape: (\[.*?\]) to: (\[.*?\])"

RULES = (
    (r"attempt to subtract with overflow", overflow_below),
    (r"attempt to (add|multiply) with overflow", overflow_above),
    (r"attempt to (?:divide by zero|calculate the remainder with a divisor of zero)", DIVIDED),
    (r"index out of bounds: the len is (\d+) but the index is (\d+)", beyond),
    (INDEX, beyond_array),
    (r"ndarray: index out of bounds", UNNAMED_INDEX),
    (AXIS, beyond_axis),
    (DOT, product),
    (BROADCAST, broadcast),
    (r"`Err` value: ShapeError/IncompatibleShape", UNEQUAL),
)

LINES = (
    (INDEX, only(r"\w\[")),
    (DOT, only(r"\.dot\(")),
    (AXIS, only(r"\.(?:row|column|index_axis)\(")),
    (BROADCAST, only(r" [-+*/] ")),
)
