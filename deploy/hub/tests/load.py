"""Measures the classroom server: N students log in at once and run lessons 1 to 4 to their ends.

`cargo xtask hub --load N` calls it:

    load.py FOLDER N...

Each student does what *Run all cells* does, in one notebook after the other, and leaves them open.
Nobody reads, thinks or types, so this is the worst minute of a class, and not a whole lesson. All
goes to this machine alone; a cell may take CELL_SECONDS, and at most MOST_STUDENTS log in.
"""

import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path

import psutil

from classroom import Classroom
from client import Refused

NOTEBOOKS = ("01_network.ipynb", "02_data.ipynb", "03_gradients.ipynb", "04_training.ipynb")
CELL_SECONDS = 300
MOST_STUDENTS = 32
SAMPLE_SECONDS = 3
MIB = 2**20


class Measured:
    """What was measured of one student."""

    def __init__(self, name):
        self.name, self.cells, self.failures = name, [], []
        self.server = self.first_digit = None
        # Memory at the end of each notebook, and the most that was ever seen.
        self.memory, self.peak, self.processor = [], 0, 0.0


def fault(cell, tags):
    """What is wrong with a cell that ran, or None. Some cells must fail: they teach how."""
    failed = cell.error or cell.stderr
    if "raises-exception" in tags:
        return None if failed else "has the tag raises-exception and did not fail"
    if cell.error:
        return cell.error
    return cell.stderr if "stderr" not in tags and cell.stderr else None


async def run_notebook(student, notebook, measured, began):
    """Runs all cells of a notebook and saves it."""
    content = await student.read(notebook)
    kernel = await student.kernel(notebook)
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, 1):
        sent = time.monotonic() - began
        ran = await kernel.run("".join(cell["source"]), CELL_SECONDS)
        measured.cells.append(ran.seconds)
        if measured.first_digit is None and ran.first_picture is not None:
            measured.first_digit = sent + ran.first_picture
        if wrong := fault(ran, cell["metadata"].get("tags", [])):
            measured.failures.append(f"{student.name}, {notebook}, cell {number}: {wrong[:300]}")
    await student.save(notebook, content)


async def attend(classroom, measured):
    """One student's class, from the login on."""
    began = time.monotonic()
    async with classroom.student(measured.name) as student:
        try:
            await student.come_in()
            measured.server = time.monotonic() - began
            for notebook in NOTEBOOKS:
                await run_notebook(student, notebook, measured, began)
                measured.memory.append(classroom.memory(measured.name))
        except (Refused, OSError, asyncio.TimeoutError) as error:
            measured.failures.append(f"{measured.name}: {type(error).__name__}: {error}")
        measured.processor = classroom.processor_seconds(measured.name)


async def watch(classroom, students):
    """Notes the most memory that each student takes."""
    while True:
        for measured in students:
            used = await asyncio.to_thread(classroom.memory, measured.name)
            measured.peak = max(measured.peak, used)
        await asyncio.sleep(SAMPLE_SECONDS)


async def attend_all(classroom, count):
    """All students at once."""
    students = [Measured(f"student{number}") for number in range(1, count + 1)]
    watching = asyncio.create_task(watch(classroom, students))
    await asyncio.gather(*(attend(classroom, measured) for measured in students))
    watching.cancel()
    return students


def summary(students, seconds, load_before):
    """The figures of one run."""
    cells = sorted(second for measured in students for second in measured.cells)

    def middle(values):
        known = [value for value in values if value is not None]
        return round(statistics.median(known), 2) if known else None

    def mib(values):
        return round(max(values, default=0) / MIB)

    return {
        "students": len(students),
        "load_before": round(load_before, 2),
        "seconds": round(seconds, 1),
        "server": middle(m.server for m in students),
        "first_digit": middle(m.first_digit for m in students),
        "first_digit_last_student": max((m.first_digit or 0 for m in students), default=None),
        "cells": len(cells),
        "cell_median": middle(cells),
        "cell_95": round(statistics.quantiles(cells, n=20)[-1], 2) if len(cells) > 1 else None,
        "processor_seconds_a_cell": round(sum(m.processor for m in students) / len(cells), 2)
        if cells
        else None,
        # Of the student who takes most.
        "memory_one_notebook": mib(m.memory[0] for m in students if m.memory),
        "memory_all_notebooks": mib(m.memory[-1] for m in students if m.memory),
        "memory_peak": mib(m.peak for m in students),
        "failures": [failure for m in students for failure in m.failures],
    }


def run(folder, count):
    """One run with so many students, on a hub of its own."""
    with Classroom(Path(folder) / f"load-{count}") as classroom:
        load_before, began = os.getloadavg()[0], time.monotonic()
        students = asyncio.run(attend_all(classroom, count))
        return summary(students, time.monotonic() - began, load_before)


COLUMNS = (
    ("students", "students"),
    ("server", "server, s"),
    ("first_digit", "first digit, s"),
    ("cell_median", "cell: median, s"),
    ("cell_95", "95 %, s"),
    ("processor_seconds_a_cell", "processor, s"),
    ("memory_one_notebook", "memory: 1 notebook, MiB"),
    ("memory_all_notebooks", "4 notebooks, MiB"),
    ("memory_peak", "peak, MiB"),
)


def table(runs):
    """The figures as a table in Markdown."""
    lines = [
        "| " + " | ".join(title for _, title in COLUMNS) + " | failures |",
        "| " + "---: | " * (len(COLUMNS) + 1),
    ]
    for figures in runs:
        row = [str(figures[key]) for key, _ in COLUMNS] + [str(len(figures["failures"]))]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def main():
    """Runs once for each number of students; writes FOLDER/results.json and prints a table."""
    folder, counts = Path(sys.argv[1]).resolve(), [int(count) for count in sys.argv[2:]]
    if not all(1 <= count <= MOST_STUDENTS for count in counts):
        sys.exit(f"error: a load test takes 1 to {MOST_STUDENTS} students")
    runs = []
    for count in counts:
        print(f"{count} at once …", flush=True)
        runs.append(run(folder, count))
        for failure in runs[-1]["failures"]:
            print("  " + failure.replace("\n", "\n    "), flush=True)
    machine = {
        "cores": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total // MIB,
    }
    results = folder / "results.json"
    results.write_text(json.dumps({"machine": machine, "runs": runs}, indent=2) + "\n")
    print(table(runs))
    failed = sum(bool(figures["failures"]) for figures in runs)
    print(f"load: {len(runs) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
