"""Compares a cell's outputs with the committed ones.

Another processor rounds differently, so numbers may differ a little: 1e-6 relative or 1e-12
absolute in text, one pixel in a picture. The text between the numbers must be the same.
"""

import base64
import difflib
import re
import struct

RELATIVE, ABSOLUTE, PIXELS = 1e-6, 1e-12, 1.0

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})\b")
PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=\s]*)")
PIXMAP = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]*)")
ALT = re.compile(r'alt="([^"]*)"')
DIFF_LINES = 14


def close(a, b):
    """Whether two numbers of a text agree."""
    return abs(a - b) <= max(ABSOLUTE, RELATIVE * max(abs(a), abs(b)))


def near(a, b):
    """Whether two numbers of a picture agree: places in pixels, colours in 256 steps."""
    return abs(a - b) <= PIXELS


def words(text):
    """A text without its numbers, and without the blanks that pad them."""
    return re.sub(r"[ \t]+", "", NUMBER.sub("#", text))


def numbers(text):
    """The numbers of a text."""
    return [float(number) for number in NUMBER.findall(text)]


def texts_differ(old, new, agree=close):
    """Says what differs between two texts, or nothing. Without `agree` any number will do."""
    if old == new:
        return None
    if words(old) != words(new):
        return diff(old, new)
    for a, b in zip(numbers(old), numbers(new)):
        if agree and not agree(a, b):
            return diff(old, new) + f"\n(the first number that differs: {a:.10g}, now {b:.10g})"
    return None


def diff(old, new):
    """A short difference, line by line."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    kept = [shorten(line) for line in lines if not line.startswith(("---", "+++", "@@"))]
    more = [f"... and {len(kept) - DIFF_LINES} lines more"] if len(kept) > DIFF_LINES else []
    return "\n".join(["(- committed, + now)", *kept[:DIFF_LINES], *more])


def shorten(line, limit=160):
    """A line that fits a terminal."""
    return line if len(line) <= limit else line[:limit] + "..."


def decode(match):
    """The bytes of a base64 match."""
    return base64.b64decode(match)


def pixmaps_differ(old, new, exact):
    """Compares PNG files: byte for byte, or else by their width and height."""
    if old == new:
        return None
    sizes = [struct.unpack(">II", data[16:24]) for data in (old, new) if len(data) >= 24]
    if exact or len(sizes) < 2 or sizes[0] != sizes[1]:
        return f"an image in the picture differs: (width, height) {sizes}"
    return None


def pictures_differ(old, new, exact=False):
    """Compares two SVG files."""
    old_maps, new_maps = PIXMAP.findall(old), PIXMAP.findall(new)
    if len(old_maps) != len(new_maps):
        return f"the picture holds {len(new_maps)} images, committed {len(old_maps)}"
    for a, b in zip(old_maps, new_maps):
        found = pixmaps_differ(decode(a), decode(b), exact)
        if found:
            return found

    def plain(svg):
        """Colours as three numbers, so that one step of a colour is a small difference."""
        svg = PIXMAP.sub("png", svg)
        return COLOUR.sub(lambda m: "rgb " + " ".join(str(int(c, 16)) for c in m.groups()), svg)

    found = texts_differ(plain(old), plain(new), near)
    return found and "the picture differs: " + found


def html_differs(old, new, rounding, exact=False):
    """Compares HTML and the SVG pictures in it."""
    old_pictures, new_pictures = PICTURE.findall(old), PICTURE.findall(new)
    if len(old_pictures) != len(new_pictures):
        return f"{len(new_pictures)} pictures, committed {len(old_pictures)}"
    if rounding and new_pictures:
        return texts_differ("\n".join(ALT.findall(old)), "\n".join(ALT.findall(new)), None)
    agree = None if rounding else close
    found = texts_differ(PICTURE.sub("svg", old), PICTURE.sub("svg", new), agree)
    for a, b in zip(old_pictures, new_pictures):
        found = found or pictures_differ(decode(a).decode(), decode(b).decode(), exact)
    return found


def parts(outputs):
    """The outputs as a list of (kind, text); the order of streams is the runner's."""
    result = []
    for output in outputs:
        if output["output_type"] == "stream":
            result.append((output["name"], joined(output["text"])))
        elif output["output_type"] == "error":
            # One compile error comes as several; compilers word the later ones differently.
            if not any(kind == "error" for kind, _ in result):
                result.append(("error", joined(output["evalue"])))
        else:
            for mime, data in sorted(output["data"].items()):
                result.append((mime, joined(data)))
    return result


def joined(text):
    """A notebook keeps a text as one string or as a list of lines."""
    return "".join(text) if isinstance(text, list) else str(text)


def difference(old, new, rounding):
    """Says what differs between committed and new outputs, or nothing."""
    old, new = parts(old), parts(new)
    kinds, new_kinds = [kind for kind, _ in old], [kind for kind, _ in new]
    if kinds != new_kinds:
        hint = "" if old else " (was it committed without having been run?)"
        return f"outputs {new_kinds}, committed {kinds}{hint}\n" + diff(text_of(old), text_of(new))
    for (kind, a), (_, b) in zip(old, new):
        if kind == "text/html":
            found = html_differs(a, b, rounding)
        else:
            found = texts_differ(a, b, None if rounding else close)
        if found:
            return f"{kind}: {found}"
    return None


def text_of(some_parts):
    """What a reader would see of the outputs, pictures left out."""
    return "\n".join(PICTURE.sub("svg", text) for _, text in some_parts)


def unchanged(old, new):
    """Whether new outputs of a `rounding` cell tell a reader nothing new.

    Stricter than `difference`: a changed picture must reach the file.
    """
    if difference(old, new, rounding=True):
        return False
    pairs = zip(parts(old), parts(new))
    return not any(
        html_differs(a, b, rounding=False, exact=True)
        for (kind, a), (_, b) in pairs
        if kind == "text/html"
    )
