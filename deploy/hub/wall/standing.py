"""Where each student stands, read from the notebooks that JupyterLab saves.

A student owns these files, so nothing in them is trusted (course/theirs.py): a large or broken file costs its own
lesson alone. No code of a student's runs here.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from course.cells import written
from course.practice import exercises, is_right
from course.theirs import Unreadable, plain, read

DAMAGED = "the file is damaged"
RECENT = timedelta(minutes=10)
HEADING = re.compile(r"^### Exercise \d+: (.+)$", re.MULTILINE)
# JupyterLab's names for when a cell began and ended (its setting recordTiming).
TIMES = ("shell.execute_reply", "iopub.status.idle", "iopub.execute_input", "iopub.status.busy")


@dataclass(frozen=True)
class Exercise:
    """A column of the wall."""

    file: str
    lesson: int
    number: int
    title: str
    cell: str
    check: str

    @property
    def name(self):
        """As one says it in class."""
        return f"lesson {self.lesson}, exercise {self.number}"


@dataclass
class Standing:
    """A student and an exercise: not begun, tried or right, and what the check said last."""

    state: str = "not begun"
    sentence: str = ""
    not_yet: bool = False
    checked: datetime | None = None
    touched: datetime | None = None


@dataclass
class Student:
    """A row of the wall."""

    name: str
    standings: dict = field(default_factory=dict)
    lesson: int | None = None
    last: datetime | None = None
    unreadable: list = field(default_factory=list)


def course(folder):
    """The exercises of the course's notebooks."""
    found = []
    for path in sorted(folder.glob("[0-9][0-9]_*.ipynb")):
        cells = read(path)
        titles = HEADING.findall("\n".join(c["source"] for c in cells if c["cell_type"] == "markdown"))
        for one, title in zip(exercises(cells, 0), titles, strict=True):
            ids = one.cell["id"], one.check["id"]
            found.append(Exercise(path.name, int(path.name[:2]), one.number, title, *ids))
    return found


def ran(cell, now):
    """When a cell ran last, as JupyterLab notes it down; None where it did not, or in a time to come."""
    noted = (cell or {}).get("metadata", {}).get("execution", {})
    for name in TIMES:
        if name in noted:
            time = datetime.fromisoformat(noted[name].replace("Z", "+00:00"))
            time = time if time.tzinfo else time.replace(tzinfo=timezone.utc)
            return time if time <= now else None
    return None


def verdict(check):
    """What a check printed, from the line that begins with Right or Not yet."""
    lines = written(check, "stdout").splitlines()
    begins = [i for i, line in enumerate(lines) if line.startswith(("Right", "Not yet"))]
    return "\n".join(lines[begins[0] :]) if begins else ""


def failure(cell):
    """The first line of a cell's error; nothing where it had none."""
    for output in (cell or {}).get("outputs", []):
        if output["output_type"] == "error":
            return f"{output['ename']}: {output['evalue']}".splitlines()[0]
    return (written(cell, "stderr") if cell else "").strip().split("\n")[0]


def standing(exercise, theirs, given, now):
    """Where a student stands with an exercise; `theirs` and `given` are cells by their ids."""
    cell, check = theirs.get(exercise.cell), theirs.get(exercise.check)
    before, unchecked = given.get(exercise.cell), given.get(exercise.check)
    touched = max(filter(None, (ran(cell, now), ran(check, now))), default=None)
    found = Standing(checked=ran(check, now), touched=touched)
    said = verdict(check) if check else ""
    new = not unchecked or said != verdict(unchecked)
    if said and new and is_right(written(check, "stdout")):
        found.state, found.sentence = "right", plain(said)
    elif new or not cell or not before or cell["source"] != before["source"]:
        found.state = "tried"
        if not check:
            found.sentence = "its check was deleted"
        elif said and (new or found.checked):
            found.sentence, found.not_yet = plain(said), said.startswith("Not yet")
        else:
            found.sentence = plain(failure(check) or failure(cell) or "not checked yet")
    return found


class Class:
    """All students' folders; a file that has not changed is not read again."""

    def __init__(self, folder, exercises):
        self.folder, self.exercises, self.files = folder, exercises, {}

    def look(self, now):
        """The rows, by name."""
        names = sorted((path for path in self.folder.glob("*") if path.is_dir()), key=lambda p: p.name.lower())
        return [self.student(path, now) for path in names]

    def cells(self, path):
        """A file's cells by their ids, kept until the file changes."""
        status = os.lstat(path)
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        if self.files.get(path, (None,))[0] != stamp:
            try:
                found = {cell["id"]: cell for cell in read(path) if cell["cell_type"] == "code"}
            except Unreadable as error:
                found = str(error)
            except Exception:  # whatever a student's file holds, the others' rows must come
                found = DAMAGED
            self.files[path] = stamp, found
        return self.files[path][1]

    def student(self, folder, now):
        """One row."""
        row = Student(plain(folder.name))
        for file in dict.fromkeys(exercise.file for exercise in self.exercises):
            mine = [exercise for exercise in self.exercises if exercise.file == file]
            row.standings.update({exercise: Standing() for exercise in mine})
            if not os.path.lexists(folder / "notebooks" / file):
                continue
            try:
                theirs, given = self.cells(folder / "notebooks" / file), self.cells(folder / "given" / file)
                if isinstance(theirs, str):
                    raise Unreadable(theirs)
                times = [time for cell in theirs.values() if (time := ran(cell, now))]
                found = {exercise: standing(exercise, theirs, given, now) for exercise in mine}
            except Exception as error:  # as above
                why = error if isinstance(error, Unreadable) else DAMAGED
                row.unreadable.append(f"lesson {mine[0].lesson} cannot be read: {why}")
                continue
            row.standings.update(found)
            if times and (row.last is None or max(times) > row.last):
                row.last, row.lesson = max(times), mine[0].lesson
        return row


def most_said(rows, now):
    """The most frequent Not yet of the last minutes: how many students, an example of it, and its exercise."""
    said, examples = Counter(), {}
    for row in rows:
        for exercise, one in row.standings.items():
            if one.not_yet and one.checked and now - one.checked <= RECENT:
                # Two students with the same mistake have other numbers.
                kind = exercise, re.sub(r"-?\d[\d.,_]*", "#", one.sentence)
                said[kind] += 1
                examples.setdefault(kind, one.sentence)
    if not said:
        return None
    kind, count = said.most_common(1)[0]
    return count, examples[kind], kind[0]


def standstill(rows):
    """The exercise at which most students are and have not solved it: how many, and which."""
    at = Counter()
    for row in rows:
        touched = [(one.touched, exercise) for exercise, one in row.standings.items() if one.touched]
        if touched:
            last = max(touched, key=lambda one: one[0])[1]
            at[last] += row.standings[last].state == "tried"
    at += Counter()  # drops the zeros
    return at.most_common(1)[0][::-1] if at else None
