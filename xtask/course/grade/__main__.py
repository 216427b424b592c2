"""Grades all notebooks in some folders: `cargo xtask grade FOLDER…`.

    python -m course.grade --root ROOT --out FOLDER [--timeout SECONDS] FOLDER...
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course.grade.answers import tasks
from course.grade.report import Row, write
from course.grade.submissions import submissions
from course.machine import places
from course.notebook import show
from course.theirs import plain, read

# For a whole notebook; lesson 5 trains for minutes.
TOTAL_SECONDS = 1800


def grade(submission, asked, options, hidden):
    """Judges a notebook in a process of its own, and kills that process when its time is over."""
    row = Row(plain(submission.student), submission.lesson, asked, submission.time)
    lesson = options.root / "notebooks" / f"{submission.lesson}.ipynb"
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="grades-", ignore_cleanup_errors=True) as folder:
        said, complaints = Path(folder, "said"), Path(folder, "complaints")
        with said.open("wb") as out, complaints.open("wb") as errors:
            judge = subprocess.Popen(
                [sys.executable, "-I", "-B", "-X", "utf8", "-m", "course.grade.judge"]
                + [str(part) for part in (options.root, lesson, submission.path, options.timeout, *hidden)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=errors,
                env={**os.environ, "TMPDIR": folder},
            )
        try:
            judge.wait(TOTAL_SECONDS)
            last = complaints.read_text(encoding="utf-8", errors="replace").strip().split("\n")[-1]
            row.problem = f"could not be judged: {plain(last)}" if judge.returncode else ""
        except subprocess.TimeoutExpired:
            row.problem = f"the notebook ran longer than {TOTAL_SECONDS // 60} minutes"
        finally:
            # The sandbox dies with it.
            judge.kill()
            judge.wait()
        # What stands after the last end of a line is not whole.
        for line in said.read_bytes().split(b"\n")[:-1]:
            row.note(json.loads(line))
    failed = f"  {row.problem}" if row.problem else ""
    print(f"{row.student}  {row.lesson}  {row.score} of {len(asked)}  {time.monotonic() - began:.0f} s{failed}", flush=True)
    return row


def grade_all(found, asked, options):
    """All rows, with one for each student and lesson of which there is no notebook."""
    private = [options.root / name for name in (".course/hub", ".course/jupyter", ".git", "target")]
    hidden = {path for path in (*private, options.out, *options.folders) if path.is_dir()}
    hidden = sorted(path for path in hidden if not hidden.intersection(path.parents))
    for path in hidden:
        if path in (options.root, *options.root.parents):
            sys.exit(f"error: {path} holds the course itself; name the folder in it that holds the students' notebooks")
    with ThreadPoolExecutor(places()) as pool:
        rows = list(pool.map(lambda one: grade(one, asked[one.lesson], options, hidden), found))
    there = {(row.student, row.lesson) for row in rows}
    for student in {row.student for row in rows}:
        for lesson in {row.lesson for row in rows}:
            if (student, lesson) not in there:
                rows.append(Row(student, lesson, asked[lesson]))
                rows[-1].problem = "no notebook"
    return sorted(rows, key=lambda row: (row.lesson, row.student.lower(), row.student))


def main():
    """Finds the notebooks, judges them, writes the grades."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--timeout", type=int, default=60)
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    options.root, options.out = options.root.resolve(), options.out.resolve()
    options.folders = [folder.resolve() for folder in options.folders]
    if missing := [folder for folder in options.folders if not folder.is_dir()]:
        sys.exit(f"error: there is no folder {missing[0]}")
    lessons = sorted((options.root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    found = submissions(options.folders, [path.name for path in lessons])
    if not found:
        names = f"{lessons[0].name} or NAME_{lessons[0].name}"
        sys.exit(f"error: there is no notebook in {show(options.folders[0])}; their names end as the course's: {names}")
    asked = {path.stem: tasks(read(path)) for path in lessons}
    began = time.monotonic()
    rows = grade_all(found, asked, options)
    write(rows, options.out)
    print(f"{len(found)} notebooks in {time.monotonic() - began:.0f} s; the grades are in {show(options.out)}")


if __name__ == "__main__":
    main()
