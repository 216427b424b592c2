"""What a cell of a notebook says of itself. It needs no package, so that its users can be tested without any."""


def tags(cell):
    """The tags of a cell."""
    return cell["metadata"].get("tags", [])


def title(cell):
    """The first line of a cell, short enough for a report."""
    first = cell["source"].strip().split("\n")[0]
    return first if len(first) <= 60 else first[:57] + "..."


def written(cell, stream):
    """All that a cell wrote to `stdout` or `stderr`."""
    return "".join("".join(o["text"]) for o in cell["outputs"] if o.get("name") == stream)
