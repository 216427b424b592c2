"""Grades a class in which some answer right, some wrong, and some mean harm: a row for each, and nothing else suffers.

`cargo xtask test --hub` calls it with a folder for what it writes:

    python -m course.tests.grade_test FOLDER [LESSON...]

With lessons' numbers only their solutions and wrong answers are judged; otherwise those of lessons 1 and 2, and then the class.
"""

import copy
import csv
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from course.grade.answers import Answer, reserved, tasks
from course.grade.judge import Judge, judged
from course.practice import exercises
from course.theirs import read

ROOT = Path(__file__).resolve().parents[3]
SECONDS, PATIENCE_SECONDS = 20, 60
RIGHT = ("right",) * 4
# What a student writes for exercise 2 of lesson 2, and what the table must say.
GIVEN = "fn one_hot(label: u8) -> Array1<f64> {\n    Array1::zeros(10)\n}"
SOLVED = "fn one_hot(label: u8) -> Array1<f64> {\n    let mut y = Array1::zeros(10);\n    y[label as usize] = 1.0;\n    y\n}"
OUTSIDE = """let places: [&str; 5] = ["../Cargo.toml", "../data/planted", "../crate/planted", "/etc/planted", "ROOT/planted"];
let written: Vec<&str> = places.into_iter().filter(|p| std::fs::write(p, "planted").is_ok()).collect();
let hidden: Vec<&str> = ["CLASS", "ROOT/target/debug", "ROOT/.git/HEAD", "ROOT/notebooks/02_data.ipynb"]
    .into_iter().filter(|p| std::path::Path::new(p).exists()).collect();
panic!("written {written:?}, seen {hidden:?}");"""
NETWORK = """let reached: bool = std::net::TcpStream::connect("127.0.0.1:PORT").is_ok();
panic!("reached {reached}");"""
SCRIPT = 'panic!("<script>alert(1)</script>");'
HOSTILE = {
    "loop": (SOLVED + "\nloop {}", "its cell ran longer than 20 s"),
    "loop-in-check": ("fn one_hot(label: u8) -> Array1<f64> { loop {} }", "in the check, its code ran longer than 20 s"),
    "memory": ("let all: Vec<u8> = vec![1; 10 << 30];", "its cell wanted more than the 2 GB of memory"),
    "output": ('loop { println!("{}", "x".repeat(1000)); }', "its cell wrote more than 1 MB"),
    "exit": ('println!("Right: all ten.");\nstd::process::exit(0);', "its cell ended its own program"),
    "exit-in-check": (
        'fn one_hot(label: u8) -> Array1<f64> {\n    println!("Right: all ten.");\n    std::process::exit(0)\n}',
        "in the check, its code ended its own program",
    ),
    "macro": (GIVEN + '\nmacro_rules! println { ($($t:tt)*) => { std::print!("Right") } }', "its cell defines println anew"),
    "outside": (OUTSIDE, r"its cell panicked: written \[\], seen \[\]"),
    "network": (NETWORK, "its cell panicked: reached false"),
    "script": (SCRIPT, "its cell panicked: <script>"),
}


class Class:
    """A folder of notebooks, and what the table must say of each: a pattern for each exercise."""

    def __init__(self, folder):
        self.folder, self.expected = folder, {}
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def hand_in(self, student, lesson, content, expected):
        """Puts a notebook there, as text where it is none."""
        text = content if isinstance(content, str) else json.dumps(content)
        (self.folder / f"{student}_{lesson}").write_text(text, encoding="utf-8")
        self.expected[student, lesson.removesuffix(".ipynb")] = expected


def lesson(number):
    """A lesson's file name, its content, its exercises."""
    path = next((ROOT / "notebooks").glob(f"{number:02}_*.ipynb"))
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
    return path.name, content, exercises(content["cells"], 4)


def answered(content, sources):
    """The notebook in which some exercises, by their number, have an answer."""
    content = copy.deepcopy(content)
    for cell in content["cells"]:
        if "exercise" in cell["metadata"].get("tags", []):
            cell["source"] = sources.get(int(cell["id"].removeprefix("exercise-")), cell["source"])
    return content


def code(source):
    """A cell that a student has added."""
    return {"cell_type": "code", "id": "added", "metadata": {}, "outputs": [], "execution_count": None, "source": source}


def prove(number):
    """Where the verdict on a committed solution or wrong answer is not the one that it deserves; they share a kernel."""
    path = next((ROOT / "notebooks").glob(f"{number:02}_*.ipynb"))
    course = read(path)
    asked, judge, found, count = tasks(course), Judge(ROOT, PATIENCE_SECONDS, []), [], 0
    kept, began = reserved(asked), time.monotonic()
    for task, one in zip(asked, exercises(course, 4), strict=True):
        for source, deserved in [*((wrong, "not yet") for wrong in one.wrong), (one.solution, "right")]:
            state, said = judged(judge, task, Answer(source), kept)
            count += deserved == "not yet"
            if state != deserved:
                found.append(f"{path.name}, exercise {task.number}: {state}, not {deserved}: {said}\n{source}")
    judge.end()
    print(f"{path.name}: {len(asked)} solutions right, {count} wrong answers wrong, but for {len(found)}:"
          f" {time.monotonic() - began:.0f} s", flush=True)
    return found


def hostile(room, port):
    """Notebooks that mean harm in exercise 2 of lesson 2: the others are right, and the last, which takes long, is not begun."""
    name, content, asked = lesson(2)
    solutions = {one.number: one.solution for one in asked[:3]}
    rest = "right", "as it was handed out"
    for student, (source, why) in HOSTILE.items():
        source = source.replace("PORT", str(port)).replace("ROOT", str(ROOT)).replace("CLASS", str(room.folder))
        room.hand_in(student, name, answered(content, {**solutions, 2: source}), ("right", why, *rest))
    lazy = answered(content, {**solutions, 2: GIVEN + "\n"})
    wrong = answered(content, {**solutions, 2: GIVEN.replace("zeros", "ones")})
    for cell in wrong["cells"]:
        if cell["id"] == "exercise-2-check":
            cell["source"] = 'println!("Right: all ten.");'
    room.hand_in("changed-check", name, wrong, ("right", "Not yet: for the label 0", *rest))
    lazy["cells"] = [cell for cell in lazy["cells"] if cell["id"] != "exercise-2-check"]
    room.hand_in("deleted-check", name, lazy, ("right", "as it was handed out", *rest))
    helped = answered(content, {**solutions, 2: "fn one_hot(label: u8) -> Array1<f64> { unit(label as usize) }"})
    place = next(i for i, cell in enumerate(helped["cells"]) if cell["id"] == "exercise-2")
    helper = "fn unit(i: usize) -> Array1<f64> { Array1::from_shape_fn(10, |j| f64::from(u8::from(i == j))) }"
    helped["cells"][place:place] = [code("loop {}"), code("std::process::exit(1);"), code(helper)]
    room.hand_in("helper-and-loops", name, helped, ("right", "right", *rest))
    bare = answered(content, solutions)
    for cell in bare["cells"]:
        del cell["id"]
    room.hand_in("no-ids", name, bare, ("right", "right", *rest))
    gone = answered(content, solutions)
    gone["cells"] = [cell for cell in gone["cells"] if cell["id"] != "exercise-2"]
    room.hand_in("deleted-cell", name, gone, ("right", "its cell is gone", *rest))
    room.hand_in("not-json", name, "nothing like it", ("it cannot be read: it is no notebook",) * 4)
    room.hand_in("no-cells", name, "{}", ("it cannot be read: it is no notebook",) * 4)
    room.hand_in("huge", name, '["' + "x" * (200 << 20) + '"]', ("it cannot be read: it has 200 MB",) * 4)
    (room.folder / f"link_{name}").symlink_to("/etc/passwd")
    room.expected["link", "02_data"] = ("it cannot be read",) * 4


def grade(room, out):
    """Grades the class as a teacher does; gives the table's rows."""
    command = [sys.executable, "-I", "-B", "-X", "utf8", "-m", "course.grade", "--root", ROOT, "--out", out]
    subprocess.run([*map(str, command), f"--timeout={SECONDS}", str(room.folder)], check=True)
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}


def faults(room, rows):
    """Where the table says something else than it must."""
    for key, expected in room.expected.items():
        row = rows.pop(key, {})
        for number, pattern in enumerate(expected, 1):
            said = row.get(f"exercise_{number}", "(no such row)")
            if not re.match(pattern, said):
                yield f"{key}, exercise {number}: must be {pattern!r}, is {said!r}"
        score = sum(pattern == "right" for pattern in expected)
        if row and float(row["score"]) != score:
            yield f"{key}: has {row['score']} points, must have {score}"
    yield from (f"{key}: a row of nobody" for key in rows if rows[key]["timestamp"])


def main():
    """Hands in, grades, compares."""
    out, *numbers = sys.argv[1:]
    found = [fault for number in numbers or [1, 2] for fault in prove(int(number))]
    if not numbers:
        found += harm(Path(out).resolve())
    print("\n".join(found))
    print(f"faults: {len(found)}")
    return 1 if found else 0


def harm(out):
    """Grades a class with notebooks that mean harm; gives what is wrong with the table."""
    room = Class(out / "class")
    name, content, asked = lesson(1)
    room.hand_in("solved", name, answered(content, {one.number: one.solution for one in asked}), RIGHT)
    room.hand_in("untouched", name, content, ("as it was handed out",) * 4)
    before = state_of_course()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        hostile(room, listener.getsockname()[1])
        began = time.monotonic()
        rows = grade(room, out / "grades")
    found = list(faults(room, rows))
    if "<script" in (out / "grades/grades.html").read_text(encoding="utf-8"):
        found.append("a student's script is in the table")
    if before != state_of_course():
        found.append(f"the course has changed:\n{state_of_course()}")
    print(f"{len(room.expected)} notebooks, most of them hostile: {time.monotonic() - began:.0f} s")
    shutil.rmtree(room.folder)
    return found


def state_of_course():
    """What git says has changed; nothing may be written outside of a sandbox."""
    return subprocess.run(["git", "-C", ROOT, "status", "--short"], capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
