"""Grading without a kernel: whose a notebook is, what answers an exercise, what it may not define, what is written."""

import csv
import json
import os
import tempfile
import unittest
from pathlib import Path

from course.grade.answers import answers, items, needed, redefined, reserved, sealed, tasks, used, variables, verdict
from course.grade.submissions import submissions
from course.practice import exercises
from course.theirs import Unreadable, read

try:
    from course.grade.report import Row, write
except ImportError:  # before the set-up
    write = None

ROOT = Path(__file__).resolve().parents[3]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
NAMES = [path.name for path in LESSONS]
EVIL = "<script>alert(1)</script>"


def code(source, name=None):
    """A cell of code, with or without an id."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source, **({"id": name} if name else {})}


class Submissions(unittest.TestCase):
    def found(self, *paths, named=""):
        with tempfile.TemporaryDirectory() as folder:
            for path in paths:
                file = Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(path)
            return [(one.student, one.lesson) for one in submissions([Path(folder, named)], NAMES)]

    def test_a_flat_folder_nbgraders_and_the_hubs(self):
        expected = [("anna", "02_data")]
        self.assertEqual(self.found("anna_02_data.ipynb"), expected)
        self.assertEqual(self.found("submitted/anna/week 2/02_data.ipynb", named="submitted"), expected)
        self.assertEqual(self.found("anna/notebooks/02_data.ipynb", "anna/given/02_data.ipynb"), expected)
        self.assertEqual(self.found("hub/students/anna/notebooks/02_data.ipynb", named="hub"), expected)
        self.assertEqual(self.found("anna/notebooks/02_data.ipynb", named="anna"), expected)

    def test_other_files_and_checkpoints_are_left_alone(self):
        self.assertEqual(self.found("anna/.ipynb_checkpoints/02_data.ipynb", "anna/mine.ipynb", "anna/02_data.txt"), [])

    def test_the_newest_of_two_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, time in (("new", 3), ("old", 2)):
                path = Path(folder, "anna", name, NAMES[0])
                path.parent.mkdir(parents=True)
                path.touch()
                os.utime(path, (time, time))
            (one,) = submissions([Path(folder)], NAMES)
        self.assertEqual(one.path.parent.name, "new")


class Cells(unittest.TestCase):
    def setUp(self):
        self.course = read(LESSONS[1])
        self.tasks = tasks(self.course)

    def test_an_answer_is_found_by_its_id_wherever_it_stands(self):
        found = answers(self.course, [code("let scratch = 1;", "x"), code("let my_count: u32 = 9;", "exercise-1")], self.tasks)
        self.assertEqual((found[1].source, found[1].own), ("let my_count: u32 = 9;", ["let scratch = 1;"]))
        self.assertIsNone(found[2].source)
        self.assertIsNone(found[1].check)

    def test_without_ids_it_is_the_first_cell_below_its_heading(self):
        theirs = [{key: value for key, value in cell.items() if key != "id"} for cell in self.course]
        found = answers(self.course, theirs, self.tasks)
        for task in self.tasks:
            self.assertEqual((found[task.number].source, found[task.number].check), (task.given, task.check))

    def test_only_what_is_needed_runs(self):
        cells = ["let a = 1;", "loop {}", "fn f() -> i32 { a }", "use x::B;", "let mut c = 0;", "c.push(1);", "let d = 3;"]
        self.assertEqual(needed(cells, used("f(B)")), [0, 2, 3])
        self.assertEqual(needed(cells, used("c.len() // d")), [4, 5])

    def test_what_a_cell_defines(self):
        source = "fn f() { let inner = '{'; } // fn no()\nlet (a, mut b): (u8, u8) = (1, 2); struct S { x: u8 } use q::Z as Y; 1 as f64;"
        self.assertEqual(items(source), {"f", "S", "Y"})
        self.assertEqual(variables(source), {"a", "b"})

    def test_no_answer_may_define_what_a_check_uses(self):
        kept = reserved(self.tasks)
        for source, name in {
            "macro_rules! println { () => {} }": "println",
            "struct String;": "String",
            "mod m { pub struct Vec; } use m::*;": "Vec",
            "let train_lab = 1;": "train_lab",
            "fn read_labels() {}": "read_labels",
        }.items():
            self.assertEqual(redefined(source, kept), [name])
        self.assertEqual(redefined("let y = 1; fn helper() { let train_lab = 2; }", kept), [])

    def test_no_answer_of_the_courses_defines_it(self):
        for path in LESSONS:
            course = read(path)
            kept = reserved(tasks(course))
            for one in exercises(course, 4):
                for source in (one.solution, *one.wrong):
                    self.assertEqual(redefined(source, kept), [], path.name)

    def test_every_check_can_be_sealed_and_no_print_of_a_students_breaks_the_seal(self):
        for path in LESSONS:
            for task in tasks(read(path)):
                check = sealed(task.check, "secret")
                self.assertEqual(check.count('"secret '), check.count('"secret Right') + check.count('"secret Not yet'))
                self.assertIn("secret Right", check, path.name)
                self.assertIn("secret Not yet", check, path.name)
        self.assertIsNone(verdict("Right: all of it\n", "secret"))
        self.assertEqual(verdict("Right: me\nsecret Not yet: 3\nor 4\n", "secret"), "Not yet: 3\nor 4\n")


class Files(unittest.TestCase):
    def test_huge_and_broken_files_and_links_are_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            huge, broken, link = (Path(folder, name) for name in ("huge", "broken", "link"))
            with huge.open("wb") as file:
                file.truncate(200 << 20)
            broken.write_text("[" * 100_000)
            link.symlink_to(broken)
            with self.assertRaisesRegex(Unreadable, "200 MB"):
                read(huge)
            for path in (broken, link):
                with self.assertRaises(Exception):
                    read(path)

    @unittest.skipUnless(write, "needs jinja2")
    def test_the_tables_escape_what_a_student_wrote(self):
        row = Row(f"={EVIL}", "02_data", tasks(read(LESSONS[1])), 0.0)
        row.found[1] = {"number": 1, "state": "not yet", "reason": f"+{EVIL}", "answer": EVIL, "remark": ""}
        row.found[2] = {"number": 2, "state": "right", "reason": "Right", "answer": "", "remark": ""}
        away = Row("..", "02_data", row.tasks, 0.0)
        with tempfile.TemporaryDirectory() as folder:
            write([row, away], Path(folder, "out"))
            pages = [path for path in Path(folder).rglob("*.html")]
            self.assertEqual(len(pages), 3)
            self.assertEqual({path.parents[1].name for path in pages if path.name == "02_data.html"}, {"feedback"})
            for path in pages:
                self.assertNotIn("<script", path.read_text())
                self.assertIn("default-src &#39;none&#39;", path.read_text())
            with Path(folder, "out/grades.csv").open(newline="") as file:
                line = next(csv.DictReader(file))
        self.assertEqual((line["student_id"], line["exercise_1"], line["exercise_2"]), (f"'={EVIL}", f"'+{EVIL}", "right"))
        self.assertEqual((line["assignment"], line["score"], line["max_score"]), ("02_data", "1.0", "4.0"))
        self.assertEqual(line["exercise_3"], "not judged")
        self.assertEqual(json.dumps(line["timestamp"]), '"1970-01-01 00:00:00"')


if __name__ == "__main__":
    unittest.main()
