"""Runs the planted mistakes in real kernels: the course's and, beside it, a plain evcxr.

    -m course.explain.trial [LESSON...]

Each lesson's cells are written as a notebook into an empty folder and run in both kernels, and after each of
them the mistakes that belong there. It writes what evcxr says about each into `recorded.json`, by which the
tests try every rule, and prints whether the hint names the cause, whether the repaired cell runs, and how
long the answer took in both.
"""

import json
import os
import re
import statistics
import sys
import tempfile
from pathlib import Path

from course.explain.mistakes import LESSONS, MISTAKES
from course.kernel.folder import warm
from course.tests.kernels import ROOT, kernel

RECORDED = Path(__file__).parent / "recorded.json"
HINT = re.compile(r"\A\x1b\[1mHint:\x1b\[0m ((?:.+\n)*.+)\n\n")


def write_notebook(path, lesson):
    """The lesson's cells, each below its heading."""
    cells = []
    for heading, source in LESSONS[lesson].items():
        cells.append({"cell_type": "markdown", "metadata": {}, "source": f"## {heading}"})
        cells.append({"cell_type": "code", "metadata": {}, "source": source.strip(), "outputs": []})
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def told(cell):
    """What a cell's errors and its stderr say."""
    errors = [("error", e["evalue"], "\n".join(e["traceback"])) for e in cell.kinds("error")]
    return errors + ([("stderr", "", cell.text("stderr"))] if cell.text("stderr") else [])


def record(cell):
    """The messages without the hint, as evcxr sent them."""
    return [{"kind": k, "evalue": e, "text": HINT.sub("", text)} for k, e, text in told(cell)]


def hint(cell):
    """The words of the hint, or nothing."""
    found = [HINT.match(text) for _, _, text in told(cell)]
    return next((" ".join(f[1].split()) for f in found if f), "")


def try_mistake(mistake, plain, ours, cells):
    """Runs the wrong cell in both kernels, and the repaired one; gives what came of it."""
    for source in mistake.before:
        plain.run(source), ours.run(source)
    without, cell = plain.run(mistake.cell), ours.run(mistake.cell)
    said = hint(cell)
    named = all(word in said for word in mistake.says)
    # Where another cell must run first, the repaired cell is the same one.
    repaired = mistake.cell == mistake.repaired or not told(ours.run(mistake.repaired))
    for source in list(cells.values())[1:] if mistake.before else []:
        plain.run(source.strip()), ours.run(source.strip())
    print(f"{'ok' if named and repaired else 'FAILED'}  {mistake.lesson} {mistake.cause}: {said}", flush=True)
    if not repaired:
        print(f"    the repaired cell fails too: {mistake.repaired}")
    return record(cell), cell.seconds - without.seconds, named and repaired


def try_lesson(lesson, folder):
    """All mistakes of a lesson."""
    notebook, results = folder / f"lesson_{lesson}.ipynb", {}
    write_notebook(notebook, lesson)
    warm(ROOT / ".course", folder / "plain")
    last = list(LESSONS[lesson])[-1]
    variables = {"JPY_SESSION_NAME": str(notebook)}
    with kernel(plain=True, EVCXR_TMPDIR=str(folder / "plain")) as plain, kernel(**variables) as ours:
        for heading, source in LESSONS[lesson].items():
            plain.run(source.strip())
            if failure := told(ours.run(source.strip())):
                sys.exit(f"lesson {lesson}, {heading}: the cell itself fails: {failure}")
            for mistake in MISTAKES:
                if mistake.lesson == lesson and (mistake.after or last) == heading:
                    results[mistake.cause] = try_mistake(mistake, plain, ours, LESSONS[lesson])
    return results


def main():
    """Tries the lessons that are named, or all; 1 where a hint misses its cause."""
    os.chdir(ROOT / "notebooks")
    results = {}
    for lesson in map(int, sys.argv[1:] or LESSONS):
        with tempfile.TemporaryDirectory() as folder:
            results |= try_lesson(lesson, Path(folder))
    kept = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    kept |= {cause: shown for cause, (shown, _, _) in results.items()}
    RECORDED.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"with hints, seconds more in the median: {statistics.median(s for _, s, _ in results.values()):.4f}")
    return 0 if all(ok for _, _, ok in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
