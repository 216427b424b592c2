"""Treats the notebooks as a class does: with mistakes in their cells, and with cells run twice.

`cargo xtask misuse` calls it with the Python of the course's environment:

    python -m course.misuse [--log FILE] NOTEBOOK...

Planted faults: a notebook's cells are run in order. Before a cell that `faults.json` knows, each of
its mistakes is put into the cell, which must still compile, and the cells after it are run until one
of them fails. If none does, the course believes something wrong, and the fault is reported. Every
cell that defines a function or a constant needs a mistake, or a reason why it has none.

Twice: each cell is run two times in a row. No cell may fail, and the words that it prints must be the
committed ones; numbers may differ, because the second run draws the next random numbers.
"""

import argparse
import asyncio
import copy
import json
import os
import re
import sys
from pathlib import Path

from course.cells import tags, title
from course.client import Failure, Kernel
from course.compare import difference
from course.machine import side_by_side
from course.notebook import read, show
from course.runner import run_cell

DEFINITION = re.compile(r"^(?:fn|const|static|struct|enum) ", re.MULTILINE)
FAULTS = Path(__file__).with_name("faults.json")
PRACTICE = ("exercise", "check", "solution")


class Fault(Exception):
    """A planted mistake that cannot be planted, or that nobody catches; the text says which."""


def lesson(notebook):
    """The code cells of a notebook's lesson, without the exercises at its end."""
    return [
        (index, cell)
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        and cell.source.strip()
        and not any(tag in PRACTICE for tag in tags(cell))
    ]


def planted(cells, faults):
    """The faults of each cell, by its index; raises Fault where one does not fit, or is missing."""
    places = {index: [] for index, _ in cells}
    for fault in faults:
        found = [(i, c) for i, c in cells if fault["cell"] in c.source]
        if len(found) != 1:
            raise Fault(f"{len(found)} cells hold the text `{fault['cell']}`, not one")
        index, cell = found[0]
        if "replace" in fault and cell.source.count(fault["replace"]) != 1:
            raise Fault(f"`{fault['replace']}` does not stand once in `{title(cell)}`")
        places[index].append(fault)
    bare = [title(c) for i, c in cells if DEFINITION.search(c.source) and not places[i]]
    if bare:
        raise Fault(f"definitions without a planted fault: {bare}")
    return {i: [f for f in some if "replace" in f] for i, some in places.items()}


async def fails(kernel, cell, index):
    """What a cell says when it fails, or nothing. A fault that does not compile proves nothing."""
    cell = copy.deepcopy(cell)
    cell.outputs = []
    try:
        await kernel.run(cell, index, 0)
    except Failure as failure:
        if "does not compile" in str(failure):
            raise Fault(f"`{title(cell)}` {failure}") from None
        return str(failure)
    finally:
        await kernel.keep_variables_on_panic(True)
    return None


async def catch(kernel, cells, at, fault):
    """How many cells after the fault's own one it is caught; raises Fault when it never is."""
    index, right = cells[at]
    wrong = copy.deepcopy(right)
    wrong.source = right.source.replace(fault["replace"], fault["by"])
    for distance, (index, cell) in enumerate([(index, wrong), *cells[at + 1 :]]):
        if "raises-exception" in tags(cell):
            continue
        if await fails(kernel, cell, index):
            return distance
    raise Fault("no cell notices")


async def plant(path, faults, log, say):
    """Plants all faults of a notebook; gives how many are caught, and how many missed."""
    notebook = read(path)
    cells = lesson(notebook)
    caught, missed = 0, 0
    places = planted(cells, faults)
    kernel = Kernel(notebook, path.parent, 300, log)
    async with kernel.session():
        await kernel.keep_variables_on_panic(True)
        for at, (index, cell) in enumerate(cells):
            for fault in places[index]:
                about = f"{fault['replace']} → {fault['by']} ({fault['why']})"
                try:
                    distance = await catch(kernel, cells, at, fault)
                    say(f"    caught {distance:2} cells on: {about}")
                    caught += 1
                except Fault as problem:
                    say(f"    MISSED: {about}: {problem}")
                    missed += 1
            # The right cell again: the rest of the walk shows that nothing wrong was left behind.
            if failure := await fails(kernel, cell, index):
                raise Fault(f"with all faults taken back, `{title(cell)}` {failure}")
    return caught, missed


async def twice(path, log):
    """Runs each cell two times in a row; gives how many there are."""
    notebook = read(path)
    kernel = Kernel(notebook, path.parent, 300, log)
    cells = [(i, c) for i, c in enumerate(notebook.cells) if c.cell_type == "code"]
    async with kernel.session():
        await kernel.keep_variables_on_panic(False)
        for index, cell in cells:
            committed = cell.outputs
            for time in ("first", "second"):
                try:
                    cell.outputs = copy.deepcopy(committed)
                    await run_cell(kernel, cell, index, 0, update=True)
                except Failure as failure:
                    raise Fault(f"`{title(cell)}`, run the {time} time, {failure}") from None
                if found := difference(committed, cell.outputs, rounding=True):
                    raise Fault(f"`{title(cell)}`, run the {time} time, prints other words:\n{found}")
    return len(cells)


async def treat(path, faults, log):
    """Both, for one notebook: the faults caught and missed, the cells run twice, and whether that broke off."""
    said, caught, missed, repeated, broken = [show(path)], 0, 0, 0, 0
    try:
        if path.name in faults:
            caught, missed = await plant(path, faults[path.name], log, said.append)
        repeated = await twice(path, log)
    except Fault as problem:
        broken = 1
        said.append(f"    FAILED: {problem}")
    # Another notebook runs beside it: its lines must not come between.
    print("\n".join(said), flush=True)
    return caught, missed, repeated, broken


async def misuse(options, log):
    """Both, for each notebook; 1 where anything was missed."""
    faults = json.loads(FAULTS.read_text(encoding="utf-8"))
    paths = [Path(name).resolve() for name in options.notebooks]
    results = await side_by_side(lambda path: treat(path, faults, log), paths)
    caught, missed, repeated, broken = map(sum, zip(*results))
    print(f"faults: {caught + missed} planted, {caught} caught; cells run twice: {repeated}")
    return 1 if missed or broken else 0


def main():
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", default=os.devnull)
    parser.add_argument("notebooks", nargs="+")
    options = parser.parse_args()
    with open(options.log, "wb") as log:
        return asyncio.run(misuse(options, log))


if __name__ == "__main__":
    sys.exit(main())
