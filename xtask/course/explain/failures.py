"""Errors through `?`. evcxr prints their sentence; the course's own errors say enough by it, and get no hint."""

import re


def hint(text, cells):
    """What to look at; None for an error that says so itself."""
    if "No such file or directory" in text or "cannot find the file" in text:
        return missing_file(cells.current.source)
    if "ShapeError/IncompatibleShape" in text:
        return shape(cells.current.source)
    return None


def missing_file(source):
    """A path that leads nowhere."""
    paths = re.findall(r'"([^"\n]*[./][^"\n]*)"', source)
    path = f", `{paths[0]}`" if len(paths) == 1 else ""
    return (
        f"There is no file with this path{path}. A path begins at the notebook's folder: "
        "`../data` is the folder `data` beside it."
    )


def shape(source):
    """A shape with another number of elements."""
    lines = [line.strip() for line in source.splitlines() if "shape" in line]
    where = f": `{lines[0]}`" if len(lines) == 1 else ""
    return (
        f"The new shape has another number of elements than the array{where}. "
        "784 pixels fit into `(28, 28)`; `.dim()` tells the shape that an array has."
    )
