"""What grading came to: `grades.csv`, `grades.html`, and a page for each student and lesson.

The columns of the CSV begin with those of nbgrader's export. All that a student wrote is escaped, and no page may load
or run anything.
"""

import base64
import csv
import hashlib
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).resolve().parent
NBGRADER = ("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email")
NBGRADER += ("raw_score", "late_submission_penalty", "score", "max_score")
# Excel takes a text that begins with one of these for a formula.
FORMULA = tuple("=+-@\t\r")

templates = Environment(
    loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


class Row:
    """A student and a lesson: the exercises by their number, and what keeps the file from being judged."""

    def __init__(self, student, lesson, tasks, time=None):
        self.student, self.lesson, self.tasks, self.time = student, lesson, tasks, time
        self.problem, self.found = "", {}

    def note(self, said):
        """Takes what the judge said: a problem of the file, or what came of an exercise."""
        if "problem" in said:
            self.problem = said["problem"]
        else:
            self.found[said["number"]] = said

    @property
    def score(self):
        """How many exercises are right."""
        return sum(one["state"] == "right" for one in self.found.values())

    def exercise(self, number):
        """What came of an exercise."""
        state = "not begun" if self.time is None else "failed"
        nothing = {"state": state, "reason": self.problem or "not judged", "answer": "", "remark": ""}
        return self.found.get(number, nothing)

    @property
    def remarks(self):
        """What a teacher should know of the file."""
        return [one["remark"] for one in self.found.values() if one["remark"]]

    @property
    def page(self):
        """Where its page is, whatever characters the student's name has."""
        name = quote(self.student, safe=" ").replace(".", "%2E")
        return Path("feedback", name, f"{self.lesson}.html")


def write(rows, out):
    """Writes all of it into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    write_csv(rows, out / "grades.csv")
    lessons = {row.lesson: row.tasks for row in rows}
    render("grades.html", out / "grades.html", rows=rows, lessons=lessons, link=lambda row: quote(row.page.as_posix()))
    for row in rows:
        if row.time is not None:
            (out / row.page).parent.mkdir(parents=True, exist_ok=True)
            render("feedback.html", out / row.page, row=row)


def render(name, path, **values):
    """Writes a page, whose one style is the only thing that it may load."""
    style = (HERE / "grades.css").read_text(encoding="utf-8")
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{known}'; base-uri 'none'; form-action 'none'"
    page = templates.get_template(f"{name}.j2").render(style=style, policy=policy, **values)
    path.write_text(page, encoding="utf-8", errors="replace", newline="\n")


def write_csv(rows, path):
    """A line for each student and lesson: nbgrader's columns, then what came of each exercise."""
    most = max((len(row.tasks) for row in rows), default=0)
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*NBGRADER, *(f"exercise_{number}" for number in range(1, most + 1)), "remarks"])
        for row in rows:
            time = "" if row.time is None else datetime.fromtimestamp(row.time, timezone.utc).replace(tzinfo=None)
            scores = [float(row.score), 0.0, float(row.score), float(len(row.tasks))]
            said = [cell(row.exercise(task.number)) for task in row.tasks]
            said += [""] * (most - len(said))
            line = [row.lesson, "", time, row.student, "", "", "", *scores, *said, "; ".join(row.remarks)]
            out.writerow([harmless(value) for value in line])


def cell(one):
    """An exercise in the CSV: `right`, or else why not."""
    return "right" if one["state"] == "right" else one["reason"]


def harmless(value):
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
