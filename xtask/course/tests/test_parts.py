"""The parts of the kernel's front part, each by itself: no evcxr, no Jupyter."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from course.kernel.interrupt import Interrupt
from course.kernel.places import MARK, Places
from course.kernel.widgets import Widgets
from course.kernel.wire import DELIMITER, Wire

try:
    from course.kernel.evcxr import KEEPER
    from course.kernel.folder import link_or_copy, warm
except ImportError:  # before the set-up
    KEEPER = None

SLIDER = {"kind": "slider", "name": "x", "low": 0.0, "high": 2.0, "log": False, "whole": False, "value": 1.0}
LOG = {**SLIDER, "name": "h", "low": 1e-12, "high": 1e-2, "log": True, "value": 1e-5}
WHOLE = {**SLIDER, "name": "i", "high": 9.0, "whole": True, "value": 3.0}
CHOICE = {"kind": "choice", "name": "f", "options": ["tanh", "softmax"], "value": 1.0}
CHECKBOX = {"kind": "checkbox", "name": "on", "value": 0.0}


class Messages(unittest.TestCase):
    def test_a_message_comes_back_as_it_was_packed(self):
        wire = Wire("key")
        read = wire.read(wire.pack("stream", {"text": "é"}, {"msg_id": "1"}, [b"a", b"b"]))
        self.assertEqual((read.kind, read.content, read.parent, read.identities), ("stream", {"text": "é"}, {"msg_id": "1"}, [b"a", b"b"]))

    def test_what_is_malformed_or_signed_with_another_key_is_none(self):
        wire, good = Wire("key"), Wire("key").pack("stream", {}, {})
        bad = [Wire("other").pack("stream", {}, {}), [], [DELIMITER], good[1:], good[:3], [*good[:-1], b"{}x"], [*good[:-1], b"[]"]]
        bad.append([DELIMITER, wire.sign([b"[]"] * 4), *[b"[]"] * 4])
        self.assertEqual([wire.read(frames) for frames in bad], [None] * len(bad))

    def test_all_messages_are_of_one_session_and_have_names_of_their_own(self):
        wire = Wire("")
        headers = [json.loads(wire.pack("status", {}, {})[2]) for _ in range(3)]
        self.assertEqual(len({h["session"] for h in headers}), 1)
        self.assertEqual(len({h["msg_id"] for h in headers}), 3)


class Connections(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.places = Places(Path(self.folder.name))
        address, self.secret = (Path(self.folder.name) / "front").read_text().split()
        self.host, port = address.split(":")
        self.port = int(port)

    def tearDown(self):
        self.places.listener.close()
        for place in self.places.all.values():
            place.stream.close()
        self.folder.cleanup()

    def connect(self, sent):
        """A program that sends this; its end and the place."""
        stream = socket.create_connection((self.host, self.port))
        stream.sendall(sent)
        self.addCleanup(stream.close)
        time.sleep(0.05)
        (place,) = self.places.accept()
        return stream, place

    def test_lines_that_are_no_messages_are_passed_over(self):
        lines = (b"{", b"[]", b'{"html": 1}', b"\xff", b'{"html": "x"}')
        _, place = self.connect(self.secret.encode() + b"\n" + b"\n".join(lines) + b"\n")
        self.assertTrue(place.read(self.places.secret))
        self.assertEqual(place.take(), {"html": "x"})
        self.assertIsNone(place.take())

    def test_of_many_pictures_the_first_and_the_latest_count(self):
        stream, place = self.connect(self.secret.encode() + b'\n{"html": "0"}\n')
        place.read(self.places.secret)
        self.assertEqual(place.take(), {"html": "0"})
        place.parent = {"msg_id": "cell"}
        stream.sendall(b"".join(b'{"html": "%d"}\n' % i for i in range(1, 1000)))
        time.sleep(0.05)
        place.read(self.places.secret)
        self.assertEqual(place.take(), {"html": "999"})

    def test_a_secret_may_come_in_parts_and_a_wrong_one_ends_it(self):
        stream, place = self.connect(self.secret.encode()[:5])
        self.assertTrue(place.read(self.places.secret))
        stream.sendall(self.secret.encode()[5:] + b"\n")
        time.sleep(0.05)
        self.assertTrue(place.read(self.places.secret) and place.known)
        for wrong in (b"\n", b"wrong\n", b"x" * 1000, self.secret.encode()[:-1] + b"\n"):
            self.assertFalse(self.connect(wrong)[1].read(self.places.secret))

    def test_only_a_whole_line_is_a_mark(self):
        found = [bool(MARK.search(text)) for text in ("\x01live 1234\n", "x\x01live 1\n", "\x01live 1", "\x01live 123456\n", "\x01live \n", "live 1\n")]
        self.assertEqual(found, [True, True, False, False, False, False])


class Models(unittest.TestCase):
    def test_each_control_has_its_model_and_its_value(self):
        widgets = Widgets({"html": "p", "controls": [SLIDER, LOG, WHOLE, CHOICE, CHECKBOX]})
        kinds = [widgets.models[name]["_model_name"] for name, _ in widgets.fields]
        self.assertEqual(kinds, ["FloatSliderModel", "FloatLogSliderModel", "IntSliderModel", "DropdownModel", "CheckboxModel"])
        self.assertEqual(widgets.values(), "1.0 1e-05 3.0 1.0 0.0")
        log = widgets.models[widgets.fields[1][0]]
        self.assertEqual((log["min"], log["max"]), (-12.0, -2.0))

    def test_only_numbers_move_a_slider(self):
        widgets = Widgets({"html": "p", "controls": [SLIDER]})
        ((name, _),) = widgets.fields
        for value in ("1", None, [], {}, 10**400, float("nan"), float("inf"), -(10**301)):
            self.assertEqual(widgets.move(name, {"value": value}), {}, value)
        self.assertEqual(widgets.move(name, {"min": -5, "children": []}), {})
        self.assertEqual(widgets.move(widgets.picture, {"value": "<b>"}), {})
        self.assertEqual((widgets.move(name, {"value": 2}), widgets.values()), ({"value": 2}, "2.0"))

    def test_a_pages_message_is_one_line(self):
        widgets = Widgets({"html": "p", "frame": "<iframe>"})
        ((name, _),) = widgets.fields
        widgets.move(name, {"value": "7:a\nb:c"})
        self.assertEqual(widgets.values(), "a b:c")


class Stops(unittest.TestCase):
    def test_the_file_is_there_until_the_next_cell(self):
        with tempfile.TemporaryDirectory() as name:
            interrupt = Interrupt(Path(name))
            self.assertFalse(interrupt.press())
            self.assertTrue(interrupt.stop.exists() and interrupt.press())
            interrupt.asks.touch()
            interrupt.begin()
            self.assertEqual(os.listdir(name), [])

    def test_a_cell_runs_from_the_moment_when_its_library_is_there(self):
        with tempfile.TemporaryDirectory() as name:
            deps = Path(name) / "target/triple/debug/deps"
            deps.mkdir(parents=True)
            (deps / "libold.so").touch()
            os.utime(deps / "libold.so", (1, 1))
            interrupt = Interrupt(Path(name))
            self.assertFalse(interrupt.runs())
            (deps / "libnew.so").touch()
            self.assertTrue(interrupt.runs())


@unittest.skipUnless(KEEPER and os.name == "posix", "the course is not set up, or there is no keeper")
class Ends(unittest.TestCase):
    def test_the_keeper_ends_the_whole_group_and_removes_the_folder(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "of a kernel"
            folder.mkdir()
            program = subprocess.Popen(["sh", "-c", "sleep 600 & sleep 600"], start_new_session=True)
            keeper = subprocess.Popen(["sh", "-c", KEEPER, "sh", str(program.pid), str(folder)], stdin=subprocess.PIPE)
            time.sleep(0.2)
            self.assertIsNone(program.poll())
            keeper.stdin.close()
            keeper.wait(10)
            self.assertEqual(program.wait(10), -9)
            self.assertFalse(folder.exists())

    def test_a_large_file_is_linked_and_a_small_one_copied(self):
        with tempfile.TemporaryDirectory() as name:
            for size, links in ((10, 1), (100_000, 2)):
                source = Path(name) / f"{size}"
                source.write_bytes(b"x" * size)
                link_or_copy(source, f"{source}.copy")
                self.assertEqual(source.stat().st_nlink, links)

    def test_a_kernel_that_is_given_up_fills_no_folder_any_more(self):
        with tempfile.TemporaryDirectory() as name:
            (Path(name) / "warm").mkdir()
            (Path(name) / "warm/crate").write_text("compiled")
            with self.assertRaises(SystemExit):
                warm(name, Path(name) / "given up", lambda: True)
            self.assertFalse((Path(name) / "given up/crate").exists())


@unittest.skipUnless(sys.platform == "linux", "only Linux has such networks")
class Private(unittest.TestCase):
    CODE = (
        "import socket\nfrom course.kernel.private import leave_if_possible\nprint(leave_if_possible())\n"
        "server = socket.create_server(('127.0.0.1', 0))\nwith socket.create_connection(server.getsockname()):\n"
        "    print(server.getsockname()[1], flush=True)\n    input()"
    )

    def test_nobody_outside_can_connect_to_what_listens_inside(self):
        command = [sys.executable, "-c", self.CODE]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(command, cwd=Path(__file__).parents[2], text=True, **pipes) as inside:
            could, port = inside.stdout.readline().strip(), int(inside.stdout.readline())
            with socket.socket() as stranger:
                refused = stranger.connect_ex(("127.0.0.1", port)) != 0
            inside.communicate("\n")
        if could != "True":
            self.skipTest("this system allows no network of a process's own")
        self.assertTrue(refused)


if __name__ == "__main__":
    unittest.main()
