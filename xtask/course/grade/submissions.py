"""Finds the students' notebooks: whose each is, and which lesson, by its path alone.

A file is a lesson where its name ends like the course's, `02_data.ipynb`. What stands before that is the student:
`anna_02_data.ipynb`. Without it, the first folder below the one that was named is: `submitted/anna/02_data/02_data.ipynb`
as nbgrader has it, `.course/hub/students/anna/notebooks/02_data.ipynb` as the hub has it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

# Folders that hold students or their notebooks, and are none.
BETWEEN = ("hub", "students", "submitted", "notebooks")


@dataclass(frozen=True)
class Submission:
    """A student's notebook of a lesson."""

    student: str
    lesson: str
    path: Path
    time: float


def submissions(folders, lessons):
    """The newest notebook of each student and lesson, in their order; `lessons` are the course's file names."""
    newest = {}
    for folder in folders:
        for path in notebooks(folder):
            for lesson in lessons:
                if path.name.endswith(lesson):
                    student = owner(folder, path, lesson)
                    one = Submission(student, lesson.removesuffix(".ipynb"), path, path.lstat().st_mtime)
                    key = student.lower(), student, lesson
                    newest[key] = max(newest.get(key, one), one, key=lambda one: one.time)
    return [newest[key] for key in sorted(newest)]


def notebooks(folder):
    """All notebooks below a folder. Of a student's folder on the hub only what the student sees."""
    for at, folders, files in os.walk(folder):
        if "notebooks" in folders:
            folders[:] = ["notebooks"]
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(at) / name for name in files if name.endswith(".ipynb"))


def owner(folder, path, lesson):
    """Whose notebook it is."""
    if before := path.name.removesuffix(lesson).strip("_- "):
        return before
    below = [part for part in path.relative_to(folder).parts[:-1] if part not in BETWEEN]
    above = [part for part in folder.resolve().parts if part not in BETWEEN]
    return (below or above[-1:])[0]
