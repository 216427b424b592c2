"""What the notebook's cells define, and which of them have run.

A kernel sees one cell at a time. Jupyter tells it the notebook's path (JPY_SESSION_NAME); where it does
not, the notebook is the one in the kernel's folder that holds a cell which has run.
"""

import json
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

# Names at the left margin: what stands in braces is gone when the cell ends.
ITEM = re.compile(
    r"^(?:pub(?:\([^)]*\))? )?(?:const |static |async |unsafe )*"
    r"(?:fn|struct|enum|trait|type|const|static|mod|macro_rules!) *(?:mut )?([A-Za-z_]\w*)",
    re.MULTILINE,
)
CONSTANT = re.compile(r"^(?:const|static) (?:mut )?([A-Za-z_]\w*)", re.MULTILINE)
LET = re.compile(r"^let (?:mut )?(\([^)=]*\)|[A-Za-z_]\w*)", re.MULTILINE)
USE = re.compile(r"^use ([^;]+);", re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)


@dataclass
class Cell:
    """A code cell: its text, and the heading that it stands below."""

    source: str
    heading: str = ""
    identifier: str = ""
    position: int = -1
    status: str = "not run"
    """Not run, or how it ended: `ok` or `failed`."""

    def variables(self):
        """The variables that last beyond the cell."""
        return {n for group in LET.findall(self.source) for n in re.findall(r"[a-z_]\w*", group)} - {"mut"}

    def functions(self):
        """The names of its functions, types and constants, and what it imports."""
        names = set(ITEM.findall(self.source)) | set(CONSTANT.findall(self.source))
        for path in USE.findall(self.source):
            names |= {w for w in re.findall(r"\w+(?=\s*(?:[,}]|$))", path) if w not in ("self", "as")}
        return names

    def names(self):
        """Everything that later cells can use."""
        return self.variables() | self.functions()

    def place(self):
        """Where the cell is, in words."""
        return f"the cell below “{self.heading}”" if self.heading else "another cell"


class Cells:
    """The cells of the notebook, and those that ran in this kernel."""

    def __init__(self, folder="."):
        self.folder, self.ran, self.current = Path(folder), [], None
        self.path = os.environ.get("JPY_SESSION_NAME")

    def begin(self, source, identifier=""):
        """A cell starts to run."""
        self.current = Cell(source, identifier=identifier)

    def end(self, ok):
        """The cell that runs has ended."""
        if self.current:
            self.current.status = "ok" if ok else "failed"
            self.ran.append(self.current)

    def written(self):
        """The code cells of the notebook's file, in its order; none where the file is not known."""
        path = self.file()
        return read(path) if path else []

    def file(self):
        """The notebook's file, or None."""
        if self.path and Path(self.path).is_file():
            return Path(self.path)
        seen = {cell.source.strip() for cell in [*self.ran, self.current] if cell} - {""}
        for path in sorted(self.folder.glob("*.ipynb")):
            # The first cell of two lessons may be the same; two cells hardly are.
            if seen and len({c.source.strip() for c in read(path)} & seen) >= min(2, len(seen)):
                return path
        return None

    def here(self, written):
        """The position of the running cell in the file, or None."""
        for cell in written:
            if self.current.identifier and cell.identifier == self.current.identifier:
                return cell.position
        for cell in written:
            if cell.source.strip() == self.current.source.strip():
                return cell.position
        return None


def read(path):
    """The code cells of a notebook's file; none of a file that is none."""
    try:
        return parsed(path, os.stat(path).st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


@lru_cache(maxsize=16)
def parsed(path, _):
    """The code cells, read again only when the file has changed."""
    cells, heading = [], ""
    for position, cell in enumerate(json.loads(Path(path).read_text(encoding="utf-8"))["cells"]):
        source = "".join(cell.get("source", ""))
        if cell.get("cell_type") == "markdown":
            headings = HEADING.findall(source)
            heading = headings[-1] if headings else heading
        elif cell.get("cell_type") == "code":
            cells.append(Cell(source, heading, cell.get("id", ""), position))
    return cells
