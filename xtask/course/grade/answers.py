"""Which cells of a student's notebook answer an exercise, and which cells an answer needs.

The text of a cell tells what it defines and what it uses; where that is not sure, a cell counts as needed.
"""

import re
from dataclasses import dataclass, field

from course.cells import tags
from course.practice import exercises, is_right

# The course's folded cells, which leave nothing behind that a later cell uses.
CHECKS_ABOVE = "// Is it right?"
VERDICTS = ("Right", "Not yet")
COMMENT = r"//[^\n]*|/\*.*?\*/"
TEXT = r"""b?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?'(?:\\.[^']*|[^'\\])'"""
IN_TEXT = re.compile(r"\{(\w+)")
ITEM = re.compile(r"\b(?:fn|struct|enum|union|trait|type|const|static|mod|macro_rules!)\s+(?:mut\s+)?(\w+)")
USE = re.compile(r"\buse\s[^;]+;")
RENAMED = re.compile(r"\bas\s+(\w+)")
OWN_PATH = re.compile(r"use\s+(?:crate|self|super)\b.*", re.DOTALL)
LET = re.compile(r"\blet\s+(\(?[\w\s,]+\)?|\[[\w\s,]+\])\s*[:=;]")
MUTABLE = re.compile(r"\blet\s+[^=;]*?\bmut\s+(\w+)")
# Names that a closure or a loop binds itself.
BOUND = re.compile(r"\|([^|]*)\||\bfor\s+(.*?)\s+in\b")
IMPORT = re.compile(r"^:dep\b.*|^use\s[^;]+;", re.MULTILINE)
IMPLEMENTED = re.compile(r"\bimpl\b[^{]*")
CHECK = re.compile(r"^// The check of exercise (\d+)\b")
# A method or a field: no name of its own.
MEMBER = re.compile(r"(?<!\.)\.\s*[A-Za-z_]\w*")
WITHIN = re.compile(r"::\s*\w+")
HEADING = re.compile(r"^### Exercise (\d+)\b", re.MULTILINE)


def bare(source):
    """A cell without its comments, and of its strings only the names that they print."""

    def left(found):
        text = found[0]
        return " " if text.startswith("/") else '"' + " ".join(IN_TEXT.findall(text)) + '"'

    return re.sub(f"{TEXT}|{COMMENT}", left, source, flags=re.DOTALL)


def shallow(source):
    """What of a bare cell stands outside of all braces."""
    depth, kept = 0, ""
    for letter in bare(source):
        depth += (letter == "{") - (letter == "}")
        kept += letter if depth == 0 else " "
    return kept


def words(texts):
    """All names in some texts."""
    return {name for text in texts for name in re.findall(r"[A-Za-z_]\w*", text)}


def used(source):
    """The names that a cell mentions, but for methods and fields."""
    return words([MEMBER.sub(" ", bare(source))])


def items(source):
    """The items and macros that a cell defines, at any depth, and names that it gives to others' items."""
    code = bare(source)
    imports = USE.findall(code)
    renamed = [name for one in imports for name in RENAMED.findall(one)]
    return {*ITEM.findall(code), *renamed, *words(one for one in imports if OWN_PATH.match(one))}


def variables(source):
    """The variables that a cell leaves behind: those outside of all braces."""
    return words(LET.findall(shallow(source))) - {"mut"}


def provides(source, changing):
    """All names that mean something else after a cell than before it."""
    code = bare(source)
    others = words(USE.findall(code) + IMPLEMENTED.findall(code))
    return items(source) | variables(source) | others | (used(source) & changing)


def needed(cells, names):
    """The places of those cells, among sources in their order, on which something of these names depends."""
    changing = {name for source in cells for name in MUTABLE.findall(shallow(source))}
    found, names = [], set(names)
    for index in reversed(range(len(cells))):
        if provides(cells[index], changing) & names:
            found.append(index)
            names |= used(cells[index])
    return found[::-1]


def imports(source):
    """The lines of a cell that make other crates and their traits known, whose methods need not be named."""
    lines = (found[0].strip() for found in IMPORT.finditer(source))
    return "\n".join(lines)


@dataclass
class Task:
    """An exercise of the course: what a student was given, the check, and the course's cells before it."""

    number: int
    title: str
    given: str
    cell: str
    check: str
    check_cell: str
    before: list


def tasks(cells):
    """The exercises of the course's notebook, in their order."""
    found = exercises(cells, 0)
    mine = {one.cell["id"] for one in found} | {one.check["id"] for one in found}
    titles = dict(re.findall(r"^### Exercise (\d+): (.+)$", "\n".join(c["source"] for c in cells), re.MULTILINE))
    before, result = [], []
    for cell in cells:
        for one in found:
            if cell["id"] == one.check["id"]:
                given = one.cell["source"], one.cell["id"], one.check["source"], one.check["id"]
                result.append(Task(one.number, titles[str(one.number)], *given, list(before)))
        leaves = "raises-exception" not in tags(cell) and not cell["source"].startswith(CHECKS_ABOVE)
        if cell["cell_type"] == "code" and cell["id"] not in mine and leaves:
            before.append(cell["source"])
    return result


@dataclass
class Answer:
    """What a student wrote for an exercise: its cell, None where there is none, and cells that the student added."""

    source: str | None = None
    own: list = field(default_factory=list)
    after: list = field(default_factory=list)
    check: str | None = None


def answers(course, theirs, tasks):
    """The answer to each task, by its number, from the cells of the course's and a student's notebook.

    A cell keeps its id in JupyterLab. Where it has lost it, the answer is the first own cell below the task's heading.
    """
    ids = {cell["id"] for cell in course if cell["cell_type"] == "code"}
    sources = {cell["source"].strip() for cell in course if cell["cell_type"] == "code"}
    by_cell, by_check = {t.cell: t.number for t in tasks}, {t.check_cell: t.number for t in tasks}
    kept = {cell.get("id") for cell in theirs if cell["cell_type"] == "code"}
    lost = {t.number for t in tasks if t.cell not in kept}
    found = {task.number: Answer() for task in tasks}
    own, below = [], 0
    for cell in theirs:
        source = cell["source"]
        if cell["cell_type"] != "code":
            below = int((HEADING.findall(source) or [below])[-1])
            continue
        name, check = cell.get("id"), CHECK.match(source)
        number = by_cell.get(name) or (
            below if below in lost and not check and name not in ids and found[below].source is None else 0
        )
        if checked := by_check.get(name) or (check and name not in ids and int(check[1])):
            if checked in found:
                found[checked].check = source
        elif number:
            found[number].source, found[number].own = source, list(own)
            own.append(source)
        elif name not in ids and source.strip() not in sources and source.strip():
            own.append(source)
            if below in found and found[below].source is not None and found[below].check is None:
                found[below].after.append(source)
    return found


def reserved(tasks):
    """What no answer may define anew: items and macros that a check relies on, and the course's variables in it."""
    checks = [bare(task.check) for task in tasks]
    texts = [text for check in checks for found in [*BOUND.findall(check), LET.findall(check)] for text in found]
    bound = words(re.sub(r":[^,|]*", "", text) for text in texts)
    names = set().union(*(used(WITHIN.sub(" ", task.check)) for task in tasks))
    given = set().union(*(items(task.given) | variables(task.given) for task in tasks))
    course = [tasks[-1].before[index] for index in needed(tasks[-1].before, names)]
    fixed = names | set().union(*map(items, course))
    return fixed - bound - given, names & set().union(*map(variables, course)) - bound - given


def redefined(source, reserved):
    """The reserved names that a cell defines anew."""
    return sorted((items(source) & reserved[0]) | (variables(source) & reserved[1]))


def sealed(check, token):
    """A check whose verdicts begin with a word that nobody can guess."""
    for word in VERDICTS:
        check = check.replace(f'"{word}', f'"{token} {word}')
    return check


def verdict(printed, token):
    """What a sealed check says, without its word."""
    _, found, said = printed.rpartition(f"{token} ")
    return said if found and is_right(said) is not None else None
