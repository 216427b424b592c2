"""The types of rustc's messages in the words of the lessons."""

import re

NUMBERS = ("f64", "f32", "u8", "usize", "u64", "u32", "u16", "i8", "i16", "i32", "i64", "isize")
LITERALS = {"integer": "{integer}", "floating-point number": "{float}"}


def arrays(text):
    """ndarray's long names as the lessons write them: `Array1<f64>`."""
    text = text.replace("std::ops::", "")
    while found := re.search(r"Array(Base|Ref)<", text):
        end = closing(text, found.end())
        parts = split(text[found.end() : end])
        dimension = re.search(r"usize; (\d)", text[found.end() : end])
        # rustc shortens long types with dots, but never the element at the end.
        of = parts[-1] if found[1] == "Base" else parts[0]
        name = f"Array{dimension[1] if dimension else ''}<{of}>"
        text = text[: found.start()] + name + text[end + 1 :]
    return text


def closing(text, start):
    """The place of the `>` that closes a list of arguments which begins at `start`."""
    depth = 1
    for i in range(start, len(text)):
        depth += (text[i] == "<") - (text[i] == ">")
        if depth == 0:
            return i
    return len(text)


def split(arguments):
    """The arguments of a type, one by one."""
    parts, depth = [""], 0
    for letter in arguments:
        depth += (letter in "<[(") - (letter in ">])")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def element(type_):
    """What the elements of an array are, or None for another type."""
    found = re.fullmatch(r"&?(?:mut )?Array\d?<([\w{}]+)>", type_)
    return found[1] if found else None


def with_point(text):
    """An expression with a decimal point in each whole number: `1 / 255` becomes `1.0 / 255.0`."""
    return re.sub(r"(?<![\w.\[])(\d[\d_]*)(?![\w.\]])", r"\1.0", text)


def article(type_):
    """A type as a noun: `an f64`, `a u8`."""
    return f"{'an' if type_[:2] in ('f6', 'f3', 'i8', 'i1', 'i3', 'i6', 'is') else 'a'} `{type_}`"
