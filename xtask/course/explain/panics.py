"""Panics, by the sentence that the program wrote to stderr, and the line of the cell that panicked.

The prelude's hook (kernel.rs) writes `The cell panicked: …`, and `in the line: …` below it where the panic
lies in the text of a cell; ndarray's and the standard library's own panics name no line of a cell.
"""

import re

DOT = r"ndarray: inputs (\d+) × (\d+) and (\d+) × (\d+) are not compatible for matrix multiplication"
PANIC = re.compile(r"The cell panicked: ([\s\S]*?)(?:\nin the line: ([^\n]*))?\s*\Z")


def hint(text, cells):
    """What the panic means, with its line where that is sure; None for one that no rule knows."""
    found = PANIC.search(text)
    if not found:
        return None
    said, line = found[1].strip(), (found[2] or "").strip()
    for pattern, rule in RULES:
        if match := re.search(pattern, said):
            answer = rule(match, cells.current.source, line)
            return f"{answer}{place(line, pattern, cells)}" if answer else None
    return None


def place(line, pattern, cells):
    """The sentence that names the line: the hook's, or the only one of the cell that can be it."""
    if line:
        return f" It happened in this line: `{line}`"
    sought = LINES.get(pattern)
    lines = [l.strip() for l in cells.current.source.splitlines() if sought and re.search(sought, l)]
    return f" It happened in this line: `{lines[0]}`" if len(lines) == 1 else ""


def overflow_below(match, source, line):
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


def overflow_above(match, source, line):
    """A sum or a product that its type does not hold."""
    return (
        f"The {'sum' if match[1] == 'add' else 'product'} became too large for its type: "
        "a `u8` ends at 255. Convert to `f64` first: `f64::from(pixel)`, or `.mapv(f64::from)` for an array."
    )


def divided(match, source, line):
    """A division of whole numbers by 0."""
    return "A whole number was divided by 0. Ask for that case first, or compute in `f64`."


def beyond(match, source, line):
    """An index of a list or a slice."""
    length, index = int(match[1]), match[2]
    return f"The index {index} does not exist: {valid(length)}."


def valid(length):
    """The indices of a list, in words."""
    return f"there are {length}, from 0 to {length - 1}" if length else "the list is empty"


def beyond_array(match, source, line):
    """An index of an array."""
    index, shape = match[1].strip("[]"), [int(n) for n in re.findall(r"\d+", match[2])]
    if len(shape) == 1:
        return f"The index {index} does not exist: {valid(shape[0])}."
    ranges = " and ".join(f"0 to {n - 1}" for n in shape)
    return f"The index {index} does not exist: the indices go from {ranges}."


def beyond_axis(match, source, line):
    """A row or a column that does not exist."""
    return f"The index {match[1]} does not exist: {valid(int(match[2]))}."


def unnamed_index(match, source, line):
    """An index of an array, without its number."""
    return "An index of an array does not exist: indices begin at 0. Look at its shape with `.dim()`."


def product(match, source, line):
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


def broadcast(match, source, line):
    """Elementwise arithmetic of shapes that do not fit."""
    left, right = (", ".join(re.findall(r"\d+", side)) for side in match.groups())
    return (
        f"One array has the shape {left}, the other {right}: element by element, both need the same shape. "
        "Look at both with `.dim()`."
    )


def unwrapped(match, source, line):
    """unwrap and expect."""
    if match[1] == "Option":
        return "There was no value where `unwrap` expected one. Find out why, or write `.ok_or(\"…\")?`."
    return f"`unwrap` met an error: {match[2].strip()}. With `?` in its place the cell shows that sentence alone."


RULES = (
    (r"attempt to subtract with overflow", overflow_below),
    (r"attempt to (add|multiply) with overflow", overflow_above),
    (r"attempt to (?:divide by zero|calculate the remainder with a divisor of zero)", divided),
    (r"index out of bounds: the len is (\d+) but the index is (\d+)", beyond),
    (r"ndarray: index (.+?) is out of bounds for array of shape (\[.*\])", beyond_array),
    (r"ndarray: index out of bounds", unnamed_index),
    (r"collapse_axis: Index (\d+) must be less than axis length (\d+)", beyond_axis),
    (DOT, product),
    (r"ndarray: could not broadcast array from shape: (\[.*?\]) to: (\[.*?\])", broadcast),
    (r"called `(Option)::unwrap\(\)` on a `None`", unwrapped),
    (r"called `(Result)::unwrap\(\)` on an `Err` value: (.*)", unwrapped),
)

# What a line of the cell must hold for a panic that names none.
LINES = {
    r"ndarray: index (.+?) is out of bounds for array of shape (\[.*\])": r"\w\[",
    DOT: r"\.dot\(",
    r"collapse_axis: Index (\d+) must be less than axis length (\d+)": r"\.(?:row|column|index_axis)\(",
    r"ndarray: could not broadcast array from shape: (\[.*?\]) to: (\[.*?\])": r" [-+*/] ",
}
