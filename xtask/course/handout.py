"""The lessons without their solutions, for a class that is to find them: `cargo xtask handout`.

    python -m course.handout --root ROOT --out FOLDER

What is left out: the cells with the tag `solution`, and the wrong answers that the exercises keep for their checks.
Checks stay; their code is folded, and who unfolds it can find the answer in it.
"""

import argparse
from pathlib import Path

import nbformat

from course.cells import tags
from course.notebook import clean, read, show


def without_solutions(notebook):
    """The same notebook without what gives an exercise's answer away; its cells keep their ids."""
    notebook.cells = [cell for cell in notebook.cells if "solution" not in tags(cell)]
    for cell in notebook.cells:
        cell.metadata.pop("wrong", None)
    clean(notebook)
    return notebook


def main():
    """Writes each lesson."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    lessons = sorted((options.root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    for path in lessons:
        text = nbformat.writes(without_solutions(read(path))).rstrip("\n") + "\n"
        (options.out / path.name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(lessons)} lessons without solutions are in {show(options.out)}")


if __name__ == "__main__":
    main()
