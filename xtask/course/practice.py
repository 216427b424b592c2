"""The exercises of a notebook: which cells belong to one, and what its check says.

An exercise is a code cell with the tag `exercise`. Before it stands its task, a markdown cell with
the heading `### Exercise N: `, and after it, before the next one:

    code with the tag `check`           prints a line that begins with "Right" or "Not yet"
    hints that unfold                   `<details><summary>Hint</summary>`
    markdown with the tag `solution`    unfolds; its one fence of Rust replaces the exercise's code

The metadata `wrong` of the exercise's cell lists plausible wrong answers. The runner puts each of
them in and then the solution: a check that cannot tell them apart is worth nothing.
"""

import copy
import re
from dataclasses import dataclass

from course.cells import tags, written

LEAST_EXERCISES = 3
LEAST_QUESTIONS = 2
LESSON = re.compile(r"\d\d_")

# Without the empty lines the Markdown inside of <details> stays plain text.
UNFOLDS = r"<details><summary>{}</summary>\n\n(.+?)\n\n</details>"
HINT = re.compile(UNFOLDS.format("Hint"), re.DOTALL)
SOLUTION = re.compile(UNFOLDS.format("Solution"), re.DOTALL)
QUESTION = re.compile(
    r"\*\*Stop and think\.\*\*.+?" + UNFOLDS.format("Answer"), re.DOTALL
)
FENCE = re.compile(r"^```rust\n(.+?)\n```$", re.DOTALL | re.MULTILINE)


class Incomplete(Exception):
    """A part of an exercise is missing; the text says which."""


class Unproved(Exception):
    """A check says the wrong thing of an answer; the text says which answer, and what it says."""


@dataclass
class Exercise:
    """One exercise: its cells, and the answers to try."""

    number: int
    cell: dict
    check: dict
    wrong: list
    solution: str


def practice(name, cells):
    """The exercises of a notebook file; a lesson needs enough of them, and of questions."""
    lesson = LESSON.match(name)
    found = exercises(cells, LEAST_EXERCISES if lesson else 0)
    questions = sum(
        len(QUESTION.findall(cell["source"])) for cell in cells if cell["cell_type"] == "markdown"
    )
    if lesson and questions < LEAST_QUESTIONS:
        raise Incomplete(
            f"it has {questions} questions (**Stop and think.**) with an answer that unfolds;"
            f" each lesson needs at least {LEAST_QUESTIONS}"
        )
    return found


def exercises(cells, least):
    """The exercises of a notebook; raises Incomplete where they are fewer, or lack a part."""
    groups, task = [[]], ""
    for cell in cells:
        if "exercise" in tags(cell):
            heading = f"### Exercise {len(groups)}: "
            if not any(line.startswith(heading) for line in task.splitlines()):
                raise Incomplete(
                    f"exercise {len(groups)} has no task: a text right before it with a heading"
                    f" `{heading}`"
                )
            groups.append([])
        groups[-1].append(cell)
        task = cell["source"] if cell["cell_type"] == "markdown" else ""
    before, *groups = groups
    for tag in ("check", "solution"):
        if any(tag in tags(cell) for cell in before):
            raise Incomplete(f"a cell with the tag {tag} stands before the first exercise")
    if len(groups) < least:
        raise Incomplete(f"it has {len(groups)} exercises; each lesson needs at least {least}")
    return [exercise(number, group) for number, group in enumerate(groups, 1)]


def exercise(number, cells):
    """The exercise at the head of its cells."""
    wrong = cells[0]["metadata"].get("wrong", [])
    if not wrong:
        raise Incomplete(f"exercise {number} has no wrong answer in its metadata")
    check = only(number, cells, "check")
    if not any(HINT.search(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"):
        raise Incomplete(f"exercise {number} has no hint that unfolds")
    folded = SOLUTION.search(only(number, cells, "solution")["source"])
    if not folded:
        raise Incomplete(f"the solution of exercise {number} does not unfold")
    fences = FENCE.findall(folded[1])
    if len(fences) != 1:
        raise Incomplete(
            f"the solution of exercise {number} has {len(fences)} fences of Rust, not one"
        )
    return Exercise(number, cells[0], check, wrong, fences[0])


def only(number, cells, tag):
    """The one cell with a tag."""
    found = [cell for cell in cells if tag in tags(cell)]
    if len(found) != 1:
        raise Incomplete(f"exercise {number} has {len(found)} cells with the tag {tag}, not one")
    return found[0]


def is_right(printed):
    """What a check said: True for right, False for not yet, None where it said neither or both."""
    lines = printed.splitlines()
    right = any(line.startswith("Right") for line in lines)
    not_yet = any(line.startswith("Not yet") for line in lines)
    return right if right != not_yet else None


async def prove(exercise, run):
    """Asks the check about the code as it stands, about each wrong answer and about the solution.

    `run(cell, about)` runs a cell and fills its outputs; `about` says what it is, for a report.
    The notebook's own outputs say what the check prints to the code as it stands.
    """
    judge(exercise, "the code as it stands", exercise.cell["source"], right=False)
    wrong = [(f"wrong answer {n}", answer, False) for n, answer in enumerate(exercise.wrong, 1)]
    for name, answer, right in [*wrong, ("the solution", exercise.solution, True)]:
        cell = copy.deepcopy(exercise.cell)
        cell["source"] = answer
        await run(cell, f"exercise {exercise.number}, {name}")
        await run(exercise.check, f"the check of exercise {exercise.number}, {name},")
        judge(exercise, name, answer, right)


def judge(exercise, name, answer, right):
    """Raises Unproved where the check's output is not the verdict that the answer deserves."""
    printed = written(exercise.check, "stdout")
    if is_right(printed) is not right:
        verdict = "Right, and none with Not yet" if right else "Not yet, and none with Right"
        raise Unproved(
            f"exercise {exercise.number}, {name}: its check must begin a line with {verdict}\n"
            f"{answer}\n--- it prints:\n{printed or '(nothing)'}"
        )
