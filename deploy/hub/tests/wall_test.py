"""Tests of the wall: what students save is on the teacher's page, as text, and on nobody else's.

`cargo xtask test --hub` calls it:

    wall_test.py FOLDER [PYTHON BROWSER]

PYTHON is that of the tests, which drives the browser; without the two, no browser is asked.
"""

import asyncio
import copy
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

import psutil

from classroom import ROOT, Classroom
from client import Refused

sys.path[:0] = [str(ROOT / "xtask"), str(ROOT / "deploy/hub/wall")]
from course.practice import exercises  # noqa: E402
from course.theirs import MOST_BYTES, read  # noqa: E402
from standing import Class, course, most_said, standstill  # noqa: E402

WALL = "/services/wall/"
SHOWN_SECONDS = 15
LESSON = "01_network.ipynb"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x1b[31m"
NAMES = ("anna", "ben", "carl", "dora")


class Table(HTMLParser):
    """The wall's rows: for each student the text of each cell, and every tag of the page."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.tags, self.text = {}, set(), ""
        self.row = None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "tr":
            self.row = []
        elif tag in ("td", "th") and self.row is not None:
            self.row.append("")

    def handle_data(self, data):
        self.text += data
        if self.row:
            self.row[-1] += data

    def handle_endtag(self, tag):
        if tag == "tr" and self.row:
            self.rows[self.row[0].strip()] = [" ".join(cell.split()) for cell in self.row[1:]]
            self.row = None


def stamp(minutes):
    """The time so many minutes ago, as JupyterLab notes it down."""
    return (datetime.now(timezone.utc) - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def answered(content, number, source, said, minutes=0):
    """A notebook in which an exercise has an answer, and its check has said something."""
    content = copy.deepcopy(content)
    cells = {cell["id"]: cell for cell in content["cells"]}
    cell, check = cells[f"exercise-{number}"], cells[f"exercise-{number}-check"]
    cell["source"] = source
    for one in (cell, check):
        one["metadata"]["execution"] = {"shell.execute_reply": stamp(minutes)}
        one["execution_count"] = 1
    check["outputs"] = [{"output_type": "stream", "name": "stdout", "text": said + "\n"}]
    return content


async def page(teacher, lesson=1):
    """The wall, read."""
    return Table(await teacher.ask("GET", f"{WALL}?lesson={lesson}"))


async def shown(teacher, expected):
    """Waits until the wall shows each of these; seconds, by name."""
    began, seconds = time.monotonic(), {}
    while len(seconds) < len(expected):
        table = await page(teacher)
        for name, (number, text) in expected.items():
            cell = table.rows.get(name, [""] * 9)[number]
            if text in cell and name not in seconds:
                seconds[name] = time.monotonic() - began
        late = time.monotonic() - began > SHOWN_SECONDS
        assert not late, f"not shown after {SHOWN_SECONDS} s: {set(expected) - set(seconds)}; {table.rows}"
    return seconds


async def four_at_once(room, teacher):
    """Four students solve and fail as planted, one of them by running the cells; each is shown in time."""
    tried = exercises(read(ROOT / "notebooks" / LESSON), 0)[1]
    students = [room.student(name) for name in NAMES]
    try:
        await asyncio.gather(*(student.come_in() for student in students))
        anna, ben, carl, dora = students
        content = await anna.read(LESSON)
        table = await page(teacher)
        assert all(set(table.rows[name][1:]) == {"·not begun"} for name in NAMES), table.rows
        assert all(table.rows[name][0] == "–none" for name in NAMES), table.rows

        kernel = await anna.kernel(LESSON)
        first = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
        for answer, begins in ((tried.wrong[0], "Not yet"), (tried.solution, "Right")):
            for code in ("".join(first["source"]), answer, tried.check["source"]):
                ran = await kernel.run(code, 120)
                assert not ran.error and not ran.stderr, ran.error or ran.stderr
            assert ran.stdout.startswith(begins), ran.stdout
            save = [anna.save(LESSON, answered(content, 2, answer, ran.stdout.strip()))]
            if begins == "Not yet":
                said = ran.stdout.split("\n")[0]
                save += [
                    ben.save(LESSON, answered(content, 2, tried.wrong[1], "Not yet: z is 1, not 7.", 3)),
                    carl.save(LESSON, answered(content, 2, tried.wrong[2], "Not yet: z is 5, not 7.", 4)),
                    dora.save(LESSON, answered(content, 1, "let my_factor_0 = 0;", f"Not yet: {EVIL}", 50)),
                ]
                wanted = {"anna": (2, said), "ben": (2, "z is 1"), "carl": (2, "z is 5"), "dora": (1, "<script>")}
            else:
                wanted = {"anna": (2, "✓right")}
            await asyncio.gather(*save)
            print(" ", await shown(teacher, wanted))
        await kernel.close()

        table = await page(teacher)
        assert table.rows["anna"][0] == "lesson 1, now", table.rows["anna"]
        assert table.rows["dora"][0] == "lesson 1, 50 min", table.rows["dora"]
        top = " ".join(table.text.split("Student")[0].split())
        assert "Not yet: z is 1, not 7. 2 of 4, lesson 1, exercise 2" in top, top
        assert "Where most stand still Lesson 1, exercise 2: one layer by hand 2 of 4" in top, top
        # What a student wrote is text, and harmless text.
        assert table.tags.isdisjoint({"img", "iframe", "svg"}), table.tags
        assert not set("\u202e\x1b\ud800") & set(table.text), "unprintable characters came through"
    finally:
        for student in students:
            await student.__aexit__()


async def refused(room, _):
    """A student, and somebody without a login, see nothing of the wall."""
    async with room.student("ben") as ben:
        await ben.log_in()
        try:
            text = await ben.ask("GET", WALL)
            raise AssertionError(f"a student sees the wall: {text[:500]}")
        except Refused as answer:
            assert " 403 " in str(answer) and "anna" not in str(answer), str(answer)[:500]
        # Straight at its port, which a student's code can reach.
        port = room.port + 3
        async with ben.http.get(f"http://127.0.0.1:{port}{WALL}", allow_redirects=False) as answer:
            assert answer.status == 302 and not await answer.text(), answer.status
    async with room.student("nobody") as nobody:
        text = await nobody.ask("GET", WALL)
        assert "anna" not in text and 'name="password"' in text, "without a login one sees it"


async def broken_files(room, teacher):
    """Links, devices, huge, deep and broken files, and a name full of HTML, cost their own row alone."""
    kinds = {
        "link": lambda path: path.symlink_to(room.folder / "secrets.json"),
        "pipe": os.mkfifo,
        "folder": Path.mkdir,
        "huge": lambda path: path.write_bytes(b" " * (MOST_BYTES + 1)),
        "deep": lambda path: path.write_text("[" * 100_000),
        "number": lambda path: path.write_text('{"cells": 7}'),
        "cells": lambda path: path.write_text('{"cells": [{"id": "x", "cell_type": "code", "source": ""}]}'),
        "time": lambda path: path.write_text(json.dumps(wrong_time())),
        "none": lambda path: path.write_text(""),
        "surrogate": lambda path: path.write_text(json.dumps(surrogate())),
        "<b>bold<img src=x onerror=alert(3)>": lambda path: path.write_text('{"cells": []}'),
    }
    for name, make in kinds.items():
        folder = room.folder / "students" / name
        (folder / "given").mkdir(parents=True)
        (folder / "notebooks").mkdir()
        (folder / "given" / LESSON).write_bytes((ROOT / "notebooks" / LESSON).read_bytes())
        make(folder / "notebooks" / LESSON)
    began = time.monotonic()
    table = await page(teacher)
    assert time.monotonic() - began < SHOWN_SECONDS, "broken files hold the wall up"
    for name in [*kinds][:-2]:
        rows = [row for row in table.rows if row.startswith(name)]
        assert rows and "lesson 1 cannot be read" in rows[0], f"{name}: {rows}"
    assert any("<b>bold<img" in row for row in table.rows) and "img" not in table.tags, table.tags
    assert table.rows["surrogate"][1] == "Not yet: half ? a character now", table.rows["surrogate"]
    assert "✓right" in table.rows["anna"], "a broken file cost another row"
    secret = room.password("teacher")
    assert secret not in table.text, "a link was followed"


def surrogate():
    """A notebook with half a character, which no page can hold; JupyterLab itself would not save it."""
    given = json.loads((ROOT / "notebooks" / LESSON).read_text())
    return answered(given, 1, "let mine = 1;", "Not yet: half \ud800 a character")


def wrong_time():
    """A notebook whose cell ran in a time that is none."""
    cell = {"id": "x", "cell_type": "code", "source": "", "outputs": []}
    return {"cells": [{**cell, "metadata": {"execution": {"shell.execute_reply": 7}}}]}


async def begins_and_ends(room, teacher):
    """The wall is killed while a student works: the student goes on, and the hub starts it again."""
    async with room.student("ben") as ben:
        # His server runs since he solved his exercises.
        await ben.log_in()
        await ben.wait_for_server()
        kernel = await ben.kernel(LESSON)
        assert not (await kernel.run("let kept: i32 = 41;", 120)).error
        hub = psutil.Process(room.hub.pid)
        alive = [p for p in hub.children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]
        wall = [p for p in alive if any("wall.py" in part for part in p.cmdline())]
        assert len(wall) == 1, wall
        wall[0].send_signal(signal.SIGKILL)
        ran = await kernel.run('println!("{}", kept + 1);', 120)
        assert ran.stdout == "42\n", ran.error or ran.stderr
        end = time.monotonic() + 60
        while True:
            try:
                assert "anna" in (await page(teacher)).rows
                break
            except (Refused, AssertionError):
                assert time.monotonic() < end, "the wall does not come back"
                await asyncio.sleep(0.5)
        ran = await kernel.run('println!("{}", kept + 2);', 120)
        assert ran.stdout == "43\n", ran.error or ran.stderr
        await kernel.close()


async def rules(_room, _teacher):
    """Of recent sentences the most frequent counts, whatever its numbers; and where most stand now."""
    import tempfile

    now = datetime.now(timezone.utc)
    with tempfile.TemporaryDirectory() as folder:
        given = json.loads((ROOT / "notebooks" / LESSON).read_text())
        for name, number, said, minutes in (
            ("a", 1, "Not yet: 3 is too small.", 1),
            ("b", 1, "Not yet: 4.5 is too small.", 9),
            ("c", 2, "Not yet: z has 3 numbers.", 11),
            ("d", 2, "Not yet: z has 3 numbers.", 12),
            ("e", 2, "Not yet: z has 3 numbers.", 13),
            ("f", 2, "Right: it is.", 1),
            ("g", 3, "Not yet: in a time to come.", -60),
        ):
            for kind in ("given", "notebooks"):
                (Path(folder) / name / kind).mkdir(parents=True)
            (Path(folder) / name / "given" / LESSON).write_text(json.dumps(given))
            work = answered(given, number, "let mine = 1;", said, minutes)
            (Path(folder) / name / "notebooks" / LESSON).write_text(json.dumps(work))
        rows = Class(Path(folder), course(ROOT / "notebooks")).look(now)
        count, example, exercise = most_said(rows, now)
        assert (count, exercise.number) == (2, 1) and example.endswith("too small."), (count, example)
        count, exercise = standstill(rows)
        assert (count, exercise.number) == (3, 2), (count, exercise)
        states = {row.name: {e.number: s.state for e, s in row.standings.items() if e.lesson == 1} for row in rows}
        assert states["f"][2] == "right" and states["f"][1] == "not begun", states["f"]
        # Its check has not run since the answer was written; its cell does not compile.
        cells = {cell["id"]: cell for cell in given["cells"]}
        cells["exercise-1"]["source"] = "let my_factor_0: f64 = true;"
        cells["exercise-1"]["outputs"] = [{"output_type": "error", "ename": "Error", "evalue": "mismatched types"}]
        (Path(folder) / "a/notebooks" / LESSON).write_text(json.dumps(given))
        first = Class(Path(folder), course(ROOT / "notebooks")).look(now)[0]
        one = next(s for e, s in first.standings.items() if (e.lesson, e.number) == (1, 1))
        assert one.state == "tried" and one.sentence == "Error: mismatched types" and not one.not_yet, one


async def in_a_browser(room, _teacher):
    """Screenshots, axe, and a student's JupyterLab whose saving brings a check's verdict to the wall."""
    if len(sys.argv) < 4:
        return "not tested: no browser"
    python, browser = sys.argv[2:4]
    screens = ROOT / "deploy/hub/tests/wall_screens.py"
    passwords = [room.password(), room.password("teacher")]
    command = [python, "-B", screens, room.address, *passwords, Path(sys.argv[1]) / "screens", browser]
    await asyncio.to_thread(subprocess.run, command, check=True)


TESTS = (rules, four_at_once, refused, broken_files, begins_and_ends, in_a_browser)


async def run(room):
    """Runs the tests in turn, with a teacher who is logged in."""
    async with room.teacher() as teacher:
        await teacher.log_in()
        for test in TESTS:
            began = time.monotonic()
            note = await test(room, teacher)
            print(f"ok      {test.__name__}  {time.monotonic() - began:.1f} s  {note or ''}", flush=True)


def main():
    """Runs all tests in one room; the first that fails ends it."""
    with Classroom(Path(sys.argv[1]).resolve() / "wall") as room:
        asyncio.run(run(room))
    print(f"wall: {len(TESTS)} passed")


if __name__ == "__main__":
    main()
