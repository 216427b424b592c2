"""Judges one notebook, as a process of its own: it prints a line of JSON for each exercise as soon as it is judged.

    python -m course.grade.judge ROOT LESSON FILE SECONDS HIDDEN...

The course's cells run, not the student's copies of them, and of these only those that the answer and the check need.
Then run the cells that the student has added and the answer needs, the answer, and the course's check. No student
knows the word that begins the check's verdict here: it is drawn anew each time.
"""

import json
import resource
import secrets
import sys
from itertools import groupby
from pathlib import Path

from course.grade.answers import (
    answers,
    imports,
    items,
    needed,
    redefined,
    reserved,
    sealed,
    tasks,
    used,
    variables,
    verdict,
)
from course.grade.kernel import MEMORY, Kernel, Stopped
from course.practice import is_right
from course.theirs import Unreadable, plain, read

COURSE_SECONDS = 300
COURSE = "a cell of the course's own"


class Failed(Exception):
    """An exercise is not right; the text says why."""


class Judge:
    """Judges the exercises in turn, in one kernel for as long as no cell ends it."""

    def __init__(self, root, seconds, hidden):
        self.root, self.seconds, self.hidden = root, seconds, hidden
        self.kernel, self.ran = None, set()

    def run(self, source, seconds, what):
        """Runs a cell; a kernel that it stops is gone, and the next exercise gets a new one."""
        if self.kernel is None:
            self.kernel, self.ran = Kernel(self.root, self.hidden), set()
        try:
            return self.kernel.run(source, seconds)
        except Stopped as stopped:
            self.end()
            raise Failed(f"{what} {stopped}") from None

    def end(self):
        """Ends the kernel."""
        if self.kernel:
            self.kernel.close()
            self.kernel = None

    def judge(self, task, answer, kept):
        """What the check says of an answer; raises Failed where it says nothing."""
        theirs = [answer.source, *(s for s in answer.after if (items(s) | variables(s)) & used(task.check))]
        for source in theirs:
            if names := redefined(source, kept):
                raise Failed(f"its cell defines {', '.join(names)} anew, which the check uses: it needs another name")
        own = [source for source in answer.own if not redefined(source, kept)]
        helpers = list(filter(None, parts(own, theirs)))
        self.course(parts(task.before, [*theirs, *helpers, task.check]))
        first = ""
        for source in [*helpers, *theirs]:
            what = "its cell" if source in theirs else "a cell above it"
            first = first or problem(self.run(source, self.seconds, what), what)
        token = secrets.token_hex(16)
        ran = self.run(sealed(task.check, token), self.seconds, "in the check, its code")
        said = verdict(ran.stdout, token)
        if said is None:
            raise Failed(first or problem(ran, "the check of it") or "the check said nothing")
        return said

    def course(self, cells):
        """Runs those of the course's cells that have not run yet, as one where the compiler takes them so: that is faster."""
        ran = self.ran if self.kernel else set()
        new = [(index, source) for index, source in enumerate(cells) if source and (index, source) not in ran]
        for alone, group in groupby(new, key=lambda one: bool(imports(one[1]))):
            sources = [source.rstrip() for _, source in group]
            joined = "\n".join(source if source.endswith((";", "}")) else f"{source};" for source in sources)
            if alone or self.run(joined, COURSE_SECONDS, COURSE).error:
                for source in sources:
                    self.must(self.run(source, COURSE_SECONDS, COURSE))
        self.ran.update(new)

    def must(self, ran):
        """Raises Failed where a cell of the course's failed."""
        if ran.error:
            raise Failed(f"could not be judged; {COURSE} failed: {ran.error}")


def parts(cells, users):
    """What must run of the cells before those that use them: whole cells, and of the others what they import."""
    whole = needed(cells, set().union(*map(used, users)))
    return [source if index in whole else imports(source) for index, source in enumerate(cells)]


def problem(ran, what):
    """What kept a cell from its end; nothing where nothing did."""
    if ran.error:
        return f"{what} does not compile: {ran.error}"
    if "The cell panicked" in ran.stderr:
        return f"{what} panicked: {ran.stderr.split('The cell panicked:')[-1]}"
    return f"{what} ended with an error: {ran.stderr}" if ran.stderr.strip() else ""


def remarks(task, answer):
    """What a teacher should know of a file: its own check is not what judged it."""
    if answer.check is None:
        return f"the check of exercise {task.number} was deleted"
    same = answer.check.strip() == task.check.strip()
    return "" if same else f"the check of exercise {task.number} was changed"


def judged(judge, task, answer, kept):
    """The state of an exercise, and the sentence for it."""
    if answer.source is None:
        return "failed", "its cell is gone"
    if answer.source.strip() == task.given.strip() and not answer.after:
        return "not begun", "as it was handed out"
    try:
        said = judge.judge(task, answer, kept)
    except Failed as failed:
        return "failed", str(failed)
    return ("right" if is_right(said) else "not yet"), said


def main():
    """Judges, and says so line by line."""
    root, lesson, file, seconds, *hidden = sys.argv[1:]
    course = read(Path(lesson))
    asked = tasks(course)
    judge = Judge(Path(root), int(seconds), [Path(path) for path in hidden])
    # A message that fills the memory ends this process, not the machine.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    try:
        found = answers(course, read(Path(file)), asked)
    except Unreadable as error:
        return print(json.dumps({"problem": f"it cannot be read: {error}"}))
    except Exception:  # whatever a student's file holds
        return print(json.dumps({"problem": "it cannot be read: it is no notebook, or damaged"}))
    kept = reserved(asked)
    try:
        for task in asked:
            answer = found[task.number]
            state, sentence = judged(judge, task, answer, kept)
            line = {"number": task.number, "state": state, "reason": plain(sentence)}
            line |= {"answer": (answer.source or "")[:20_000], "remark": remarks(task, answer)}
            print(json.dumps(line), flush=True)
    finally:
        judge.end()


if __name__ == "__main__":
    main()
