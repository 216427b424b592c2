"""Reads and writes notebook files, so that a file changes only where a reader would see it."""

import json
from pathlib import Path

import nbformat

KERNELSPEC = {"display_name": "Rust", "language": "rust", "name": "rust"}
# As the kernel tells it (its "pygment_lexer" is its own spelling), so that opening changes nothing.
LANGUAGE = {
    "codemirror_mode": "rust",
    "file_extension": ".rs",
    "mimetype": "text/rust",
    "name": "Rust",
    "pygment_lexer": "rust",
    "version": "",
}
# What Jupyter notes down about one run or one screen, and no reader of the file needs.
PASSING_METADATA = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "vscode")


def read(path):
    """Reads a notebook; a cell without an id gets one that stays the same in every run."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["nbformat_minor"] = max(5, content.get("nbformat_minor", 5))
    for position, cell in enumerate(content["cells"]):
        cell.setdefault("id", f"cell-{position}")
        cell.setdefault("metadata", {})
        if isinstance(cell["source"], list):
            cell["source"] = "".join(cell["source"])
    notebook = nbformat.reads(json.dumps(content), as_version=4)
    return notebook


def clean(notebook):
    """Drops what differs from run to run and from screen to screen."""
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNELSPEC, "language_info": LANGUAGE}
    )
    for cell in notebook.cells:
        for key in PASSING_METADATA:
            cell.metadata.pop(key, None)


def write(path, notebook):
    """Writes a notebook, and only when that changes the file."""
    clean(notebook)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
        return True
    return False


def show(path):
    """A path as short as it can be named from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
