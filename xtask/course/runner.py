"""Runs the course's notebooks in fresh kernels and compares them with what is committed.

`cargo xtask notebooks` calls it with the Python of the course's environment:

    python -m course.runner run [--update] [--timeout SECONDS] [--log FILE] NOTEBOOK...
    python -m course.runner warm [--log FILE] NOTEBOOK     runs the first code cell only

client.py says when a cell fails. One more tag of a cell belongs to the comparison:

    rounding   its numbers are noise or times: only the text between them counts

A run to the end in a fresh kernel is a run up to each of its cells: no cell needs one that stands after it.

Then a student goes back to the exercises (practice.py says what belongs to one), and so does the runner: in the same
kernel it runs the cells from the first exercise on again, with wrong answers and then the solution in the place of each.
Several notebooks run side by side, as far as the machine's cores and memory allow.
"""

import argparse
import asyncio
import os
import sys
import time
from pathlib import Path

from course.cells import tags, title
from course.client import Failure, Kernel
from course.compare import difference, unchanged
from course.machine import side_by_side
from course.notebook import read, show, write
from course.practice import Incomplete, Unproved, practice, prove


class Report:
    """What one notebook's run came to."""

    def __init__(self, path):
        self.path, self.start = path, time.monotonic()
        self.problem, self.slowest, self.written, self.cells = None, (0.0, 0), False, 0

    def print(self):
        """One line for the notebook, and what went wrong below it."""
        seconds = time.monotonic() - self.start
        verdict = "FAILED" if self.problem else "written" if self.written else "ok"
        slowest = f"slowest: cell {self.slowest[1]}, {self.slowest[0]:.1f} s"
        print(f"{verdict:8}{show(self.path)}  {seconds:.1f} s  ({slowest})")
        if self.problem:
            print("    " + self.problem.rstrip("\n").replace("\n", "\n    "))
        sys.stdout.flush()


async def run_notebook(path, options, log):
    """Runs one notebook up to its first failing cell, then its exercises with every answer."""
    report = Report(path)
    number, cell = 0, None
    try:
        notebook = read(path)
        exercises = practice(path.name, notebook.cells)
        kernel = Kernel(notebook, path.parent, options.timeout, log)
        async with kernel.session():
            await kernel.keep_variables_on_panic(False)
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                number += 1
                began = time.monotonic()
                try:
                    await run_cell(kernel, cell, index, number, options.update)
                finally:
                    report.slowest = max(report.slowest, (time.monotonic() - began, number))
                report.cells = number
            if options.update:
                report.written = write(path, notebook)
            await prove_exercises(kernel, notebook.cells, exercises)
    except Failure as failure:
        report.problem = f"cell {number} (`{title(cell)}`) {failure}"
    except (Incomplete, Unproved) as fault:
        report.problem = str(fault)
    except Exception as error:  # a broken file or a kernel that does not start
        report.problem = f"before or in cell {number}: {type(error).__name__}: {error}"
    return report


async def run_cell(kernel, cell, index, number, update):
    """Runs a cell and compares it with what the file holds, or puts the new outputs there."""
    committed = cell.outputs
    cell.outputs = []
    if not cell.source.strip():
        cell.execution_count = None
        return
    await kernel.run(cell, index, number)
    rounding = "rounding" in tags(cell)
    if update:
        # Noise that changes in every run must not change the file in every run.
        if rounding and unchanged(committed, cell.outputs):
            cell.outputs = committed
    else:
        found = difference(committed, cell.outputs, rounding)
        if found:
            raise Failure("prints something else than the committed notebook:\n" + found)


async def prove_exercises(kernel, cells, exercises):
    """Runs the cells from the first exercise on, and tries every answer where an exercise has its check."""
    cell_of, exercise_of = {id(e.cell) for e in exercises}, {id(e.check): e for e in exercises}
    begun = False
    for index, cell in enumerate(cells):
        begun = begun or id(cell) in cell_of
        if not begun or cell.cell_type != "code" or not cell.source.strip():
            continue

        async def run(cell, about, index=index):
            cell.outputs = []
            try:
                await kernel.run(cell, index, 0)
            except Failure as failure:
                raise Unproved(f"{about} {failure}\n--- in:\n{cell.source}") from None

        if exercise := exercise_of.get(id(cell)):
            await prove(exercise, run)
        elif id(cell) not in cell_of:
            await run(cell, "with the exercises solved, a cell")


async def run_all(options, log):
    """Runs every notebook and reports each as it ends; counts the failed ones."""

    async def run(name):
        report = await run_notebook(Path(name).resolve(), options, log)
        report.print()
        return report

    reports = await side_by_side(run, options.notebooks)
    failed = sum(report.problem is not None for report in reports)
    print(f"cells run from a fresh kernel, each after all those above it: {sum(r.cells for r in reports)}")
    print(f"notebooks: {len(reports) - failed} passed, {failed} failed")
    return 1 if failed else 0


async def warm(path, log):
    """Runs the first code cell, so that evcxr caches the crates that it names."""
    notebook = read(path)
    kernel = Kernel(notebook, path.parent, None, log)
    async with kernel.session():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                await kernel.run(cell, index, 1)
                return


def main():
    """Reads the arguments and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["run", "warm"])
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--timeout", type=int, default=300)
    parser.add_argument("--log", default=os.devnull)
    parser.add_argument("notebooks", nargs="+")
    options = parser.parse_args()
    with open(options.log, "wb") as log:
        if options.what == "run":
            return asyncio.run(run_all(options, log))
        try:
            asyncio.run(warm(Path(options.notebooks[0]).resolve(), log))
        except Failure as failure:
            print(f"The first cell of {options.notebooks[0]} {failure}")
            return 1
        return 0


if __name__ == "__main__":
    sys.exit(main())
