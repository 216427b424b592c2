"""What is solved in this notebook already, and what comes next: shown below the first cell that runs.

It is read from the notebook itself, from what its checks have printed, and kept nowhere else. Where nothing is solved
nothing is shown. Jupyter names the notebook in a variable of the environment.
"""

import json
import os
import re
from pathlib import Path

from course.cells import tags, written
from course.practice import is_right

# Set by Jupyter Server to the notebook's path; a headless run has none.
NOTEBOOK = "JPY_SESSION_NAME"
DISPLAY = "progress-of-the-lesson"
HEADING = re.compile(r"^### Exercise (\d+): (.+)$", re.MULTILINE)
LESSON = re.compile(r"\d\d_.+\.ipynb")


class Progress:
    """The exercises of one notebook, each solved or not."""

    def __init__(self, notebook):
        self.notebook, self.titles, self.checks, self.solved = Path(notebook), {}, {}, set()
        self.first, self.shown = True, None
        self.cell, self.printed = "", []
        try:
            self.read(json.loads(self.notebook.read_text(encoding="utf-8"))["cells"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # A file that was renamed or damaged meanwhile: its student has other worries.
            self.titles, self.solved = {}, set()

    def read(self, cells):
        """Finds the exercises, and what their checks have said."""
        number = None
        for cell in cells:
            cell["source"] = "".join(cell["source"])
            if cell["cell_type"] == "markdown" and (found := HEADING.search(cell["source"])):
                number = int(found[1])
                self.titles[number] = found[2]
            elif number and "check" in tags(cell):
                self.checks[cell.get("id")] = number
                if is_right(written(cell, "stdout")):
                    self.solved.add(number)

    def begin(self, cell):
        """A cell begins, by its id."""
        self.cell, self.printed = cell, []

    def collect(self, text):
        """What the cell prints, if it is a check."""
        if self.cell in self.checks:
            self.printed.append(text)

    def end(self):
        """The cell has ended: the kind of message that shows the progress, and its content; None where nothing changed."""
        number, verdict = self.checks.get(self.cell), is_right("".join(self.printed))
        if number and verdict is not None:
            (self.solved.add if verdict else self.solved.discard)(number)
        kind = "display_data" if self.first else "update_display_data"
        self.first, before = False, self.shown
        if kind == "display_data" and not self.solved or kind != "display_data" and before is None:
            return None
        self.shown = self.text()
        if self.shown == before:
            return None
        # Plain text alone: a title is the author's, and this is no place for markup.
        data = {"text/plain": self.shown}
        return kind, {"data": data, "metadata": {}, "transient": {"display_id": DISPLAY}}

    def text(self):
        """What is solved, and what comes next."""
        done = ", ".join(f"{number} ({self.titles[number]})" for number in sorted(self.solved)) or "nothing yet"
        left = [number for number in sorted(self.titles) if number not in self.solved]
        if left:
            return f"Solved: {done}. Next: exercise {left[0]} ({self.titles[left[0]]})."
        following = self.following()
        then = f" Next: {following}." if following else " It was the last lesson."
        return f"All {len(self.solved)} exercises of this lesson are solved.{then}"

    def following(self):
        """The notebook of the next lesson; None after the last."""
        lessons = [path.name for path in self.notebook.parent.iterdir() if LESSON.fullmatch(path.name)]
        return min((name for name in lessons if name > self.notebook.name), default=None)


def progress():
    """That of the notebook which Jupyter names."""
    return Progress(os.environ.get(NOTEBOOK, ""))
