"""The front part of the kernel, by Jupyter's protocol: it adds what evcxr has not, and changes nothing else."""

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

try:
    import psutil

    from course.explain.message import COLOR
    from course.tests.kernels import LIVE, ROOT, Kernel, kernel, specification
    from course.tests.test_progress import notebook
except ImportError:  # before the set-up
    psutil = None

VIEW = "application/vnd.jupyter.widget-view+json"
FOLDERS = ROOT / ".course/kernels" if psutil else None
SLIDER = 'live::interact([live::slider("x", 0..=1000).at(7)], |[x]| format!("x is {x}"));'
ENDLESS = "loop { std::thread::sleep(std::time::Duration::from_millis(100)); }"


def without_hint(text):
    """What evcxr itself says, without colours: a hint stands above it, and the line of a panic below it."""
    return COLOR.sub("", re.sub(r"\x1b\[1mHint:.*?\n\n|^in the line: .*\n", "", text, flags=re.DOTALL | re.MULTILINE))


class Slider:
    """A client's view of the one slider that a cell has made."""

    def __init__(self, kernel, cell):
        self.kernel = kernel
        states = {c["comm_id"]: c["data"]["state"] for c in cell.kinds("comm_open")}
        named = {state["_model_name"]: name for name, state in states.items()}
        self.id, self.picture = named["IntSliderModel"], named["HTMLModel"]
        self.value = states[self.picture]["value"]

    def move(self, value):
        """Moves the slider; gives the picture that follows, and after how many seconds."""
        client = self.kernel.client
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        message = client.session.msg("comm_msg", {"comm_id": self.id, "data": data})
        began = time.monotonic()
        client.shell_channel.send(message)
        picture = None
        while True:
            found = client.get_iopub_msg(timeout=20)
            if found["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            content = found["content"]
            if content.get("comm_id") == self.picture:
                picture = content["data"]["state"]["value"], time.monotonic() - began
            if content.get("execution_state") == "idle":
                return picture


@unittest.skipUnless(psutil, "the course is not set up")
class Living(unittest.TestCase):
    """What moves."""

    @classmethod
    def setUpClass(cls):
        cls.context = kernel()
        cls.kernel = cls.context.__enter__()
        started = cls.kernel.run(LIVE)
        assert started.reply["status"] == "ok", started.errors()

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def test_a_screen_shows_many_pictures_in_one_place_and_ends_with_the_last(self):
        cell = self.kernel.run(
            'let screen = live::screen();\nfor i in 0..60 { screen.show(format!("step {i}"));'
            " std::thread::sleep(std::time::Duration::from_millis(40)); }"
        )
        pictures = cell.html()
        self.assertGreaterEqual(len(set(pictures)), 30)
        self.assertEqual(pictures[-1], "<pre>step 59</pre>")
        places = {c["transient"]["display_id"] for m in ("display_data", "update_display_data") for c in cell.kinds(m)}
        self.assertEqual((len(cell.kinds("display_data")), len(places)), (1, 1))

    def test_a_screen_keeps_its_place_between_the_lines(self):
        cell = self.kernel.run('print!("before"); live::screen().show("shown"); println!("after");')
        order = [m["content"].get("text") or "shown" for m in cell.messages if m["msg_type"] in ("stream", "display_data")]
        self.assertEqual(order, ["before", "shown", "after\n"])

    def test_a_bar_shows_how_far_the_loop_is(self):
        cell = self.kernel.run("for _ in live::progress(0..20) { std::thread::sleep(std::time::Duration::from_millis(30)); }")
        self.assertIn(">0 of 20".replace(">", "</progress> "), cell.html()[0])
        self.assertIn("20 of 20", cell.html()[-1])
        self.assertGreater(len(cell.html()), 5)

    def test_a_slider_calls_the_closure_idle_and_while_a_cell_runs(self):
        slider = Slider(self.kernel, self.kernel.run(SLIDER))
        self.assertEqual(slider.value, "<pre>x is 7</pre>")
        self.assertEqual(slider.move(8)[0], "<pre>x is 8</pre>")
        running = self.kernel.send("std::thread::sleep(std::time::Duration::from_secs(4)); 5")
        time.sleep(2.5)
        self.assertEqual(slider.move(9)[0], "<pre>x is 9</pre>")
        self.assertEqual(self.kernel.wait(running).reply["status"], "ok")

    def test_an_error_and_a_panic_are_sentences_and_the_next_move_works(self):
        source = (
            'live::interact([live::slider("x", 0..=9)], |[x]| -> Result<String, String> {'
            ' if x == 1.0 { return Err("one is <wrong>".into()); }'
            ' if x == 2.0 { panic!("two panics"); } Ok(format!("{x}")) });'
        )
        slider = Slider(self.kernel, self.kernel.run(source))
        self.assertIn("one is &lt;wrong&gt;", slider.move(1)[0])
        self.assertIn("The closure panicked: two panics", slider.move(2)[0])
        self.assertEqual(slider.move(3)[0], "<pre>3</pre>")

    def test_controls_that_cannot_be_are_a_sentence(self):
        cell = self.kernel.run('live::interact([live::slider("h", 0.0..=1.0).log()], |[h]| format!("{h}"));')
        self.assertIn("a range above 0", cell.html()[0])
        self.assertFalse(cell.kinds("comm_open"))

    def test_a_page_that_is_loaded_again_and_a_second_tab_find_the_slider(self):
        slider = Slider(self.kernel, self.kernel.run(SLIDER))
        tab = self.kernel.another()
        comms = tab.request("comm_info_request", {"target_name": "jupyter.widget"})["comms"]
        self.assertIn(slider.id, comms)
        session, control = tab.client.session, "a-control"
        opened = session.msg("comm_open", {"comm_id": control, "target_name": "jupyter.widget.control", "data": {}})
        tab.client.shell_channel.send(opened)
        asked = session.msg("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        tab.client.shell_channel.send(asked)
        while True:
            answer = tab.client.get_iopub_msg(timeout=20)
            if answer["msg_type"] == "comm_msg" and answer["content"]["comm_id"] == control:
                break
        self.assertEqual(answer["content"]["data"]["states"][slider.id]["state"]["description"], "x")
        slider.move(77)
        seen = []
        while len(seen) < 2:
            content = tab.client.get_iopub_msg(timeout=20)["content"]
            if content.get("comm_id") in (slider.id, slider.picture):
                seen.append(content["data"]["state"]["value"])
        self.assertEqual(seen, [77, "<pre>x is 77</pre>"])
        tab.client.stop_channels()

    def test_a_cell_that_runs_again_drops_its_closure(self):
        def threads():
            program = [p for p in psutil.Process(self.kernel.manager.provisioner.pid).children(recursive=True) if "evcxr" in p.name()]
            return max(p.num_threads() for p in program if not p.cmdline()[1:])

        message = self.kernel.client.session.msg
        counts = []
        for _ in range(4):
            content = {"code": SLIDER, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
            request = message("execute_request", {**content, "stop_on_error": True}, metadata={"cellId": "one"})
            self.kernel.client.shell_channel.send(request)
            self.kernel.wait(request["header"]["msg_id"])
            time.sleep(0.2)
            counts.append(threads())
        self.assertEqual(len(set(counts)), 1, counts)

    def test_hostile_lines_are_text(self):
        for line in ("\\u{1}live 1", "\\u{1}live 99999999", "\\u{1}live x", "\\u{1}live ", "\\u{1}live -1", "\\u{1}{{'html': 'x'}}"):
            cell = self.kernel.run(f'println!("{line}");')
            self.assertEqual(cell.text(), line.replace("\\u{1}", "\x01").replace("{{", "{").replace("}}", "}") + "\n")
            self.assertFalse(cell.kinds("display_data"))

    def test_a_stranger_without_the_secret_is_turned_away(self):
        slider = Slider(self.kernel, self.kernel.run(SLIDER))
        (folder,) = [f for f in FOLDERS.iterdir() if f.name.startswith(f"{self.kernel.manager.provisioner.pid}-")]
        address, secret = (folder / "front").read_text().split()
        self.assertEqual((folder.stat().st_mode & 0o777, (folder / "front").stat().st_mode & 0o777), (0o700, 0o600))
        host, port = address.split(":")
        for first in (b"\n", b"wrong\n", secret.encode()[:-1] + b"\n", b"x" * 10_000, b'{"html": "x"}\n'):
            with socket.create_connection((host, int(port)), timeout=5) as stranger:
                try:
                    stranger.sendall(first)
                    self.assertEqual(stranger.recv(1), b"")
                except ConnectionResetError:
                    pass
        self.assertEqual(slider.move(3)[0], "<pre>x is 3</pre>")

    def test_malformed_messages_of_a_page_do_no_harm(self):
        slider = Slider(self.kernel, self.kernel.run(SLIDER))
        client = self.kernel.client
        for data in ({}, [], "x", {"method": "update"}, {"method": "update", "state": {"value": "x"}}, {"method": "update", "state": {"value": 1e999}},
                     {"method": "update", "state": {"value": 10**400}}, {"method": "update", "state": {"children": []}}, {"method": None, "state": None}):
            client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": slider.id, "data": data}))
        client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": "none", "data": {}}))
        client.shell_channel.send(client.session.msg("comm_msg", {}))
        self.assertEqual(slider.move(4)[0], "<pre>x is 4</pre>")


@unittest.skipUnless(psutil, "the course is not set up")
class Stopping(unittest.TestCase):
    """Interrupt, wherever the cell stands."""

    @classmethod
    def setUpClass(cls):
        cls.context = kernel()
        cls.kernel = cls.context.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.context.__exit__(None, None, None)

    def setUp(self):
        # Where the program was ended, evcxr has forgotten what was in use.
        self.kernel.run(f"{LIVE}\nlet kept: i32 = 41;")

    def interrupt(self):
        """What the square in JupyterLab does."""
        self.kernel.manager.interrupt_kernel()

    def kept(self):
        """Whether the variables are still there."""
        return self.kernel.run('println!("{}", kept + 1);').text() == "42\n"

    def compiles(self):
        """Whether the compiler works on a cell."""
        found = psutil.Process(self.kernel.manager.provisioner.pid).children(recursive=True)
        try:
            return any(process.name().startswith("rustc") for process in found)
        except psutil.NoSuchProcess:  # it has ended meanwhile
            return False

    def running(self, code, until, **options):
        """Sends a cell and waits until it has shown something."""
        name = self.kernel.send(code, **options)
        return name, self.kernel.wait(name, until=until)

    def test_a_loop_over_progress_ends_in_order_and_says_how_far_it_came(self):
        code = (
            "let mut sum: u64 = 0;\nfor i in live::progress(0..1000) { sum += i;"
            ' println!("step"); std::thread::sleep(std::time::Duration::from_millis(50)); }\nprintln!("after");'
        )
        name, cell = self.running(code, lambda cell: cell.text().count("step") > 3)
        self.interrupt()
        self.kernel.wait(name, cell)
        found = re.search(r"Interrupted after (\d+) of 1000: all variables are kept.\nafter\n", cell.text())
        self.assertTrue(found, cell.text())
        steps = int(found[1])
        self.assertEqual(self.kernel.run('println!("{sum}");').text(), f"{steps * (steps - 1) // 2}\n")
        self.assertTrue(self.kept())
        self.assertIn(f"{steps} of 1000", cell.html()[-1])

    def test_the_next_cell_is_not_interrupted(self):
        self.test_a_loop_over_progress_ends_in_order_and_says_how_far_it_came()
        cell = self.kernel.run("let n = live::progress(0..3).count(); println!(\"{n}\");")
        self.assertEqual(cell.text(), "3\n")

    def test_a_slow_step_of_a_loop_that_asks_is_not_killed_and_a_second_press_ends_it(self):
        code = (
            "for i in live::progress(0..3) { if i == 1 {"
            ' println!("slow"); std::thread::sleep(std::time::Duration::from_secs(SECONDS)); } }'
        )
        name, cell = self.running(code.replace("SECONDS", "5"), lambda cell: "slow" in cell.text())
        self.interrupt()
        self.kernel.wait(name, cell)
        self.assertIn("ends after its current step", cell.text("stderr"))
        self.assertIn("Interrupted after 2 of 3", cell.text())
        self.assertTrue(self.kept())
        name, cell = self.running(code.replace("SECONDS", "500"), lambda cell: "slow" in cell.text())
        self.interrupt()
        time.sleep(0.3)
        self.interrupt()
        self.kernel.wait(name, cell)
        self.assertIn("Run All Above Selected Cell", cell.errors())
        self.assertFalse(self.kept())

    def test_a_loop_that_never_asks_is_ended_after_two_seconds_with_the_way_on(self):
        name, cell = self.running(f'println!("on");\n{ENDLESS}', lambda cell: "on" in cell.text())
        began = time.monotonic()
        self.interrupt()
        self.kernel.wait(name, cell)
        self.assertGreater(time.monotonic() - began, 1.9)
        self.assertIn("asks stopped(), ends in order and loses nothing", cell.errors())
        self.assertEqual(self.kernel.run('println!("works");').text(), "works\n")

    def test_while_it_is_compiled_nothing_is_lost(self):
        # Each function is a little work for the compiler: seconds, in all.
        functions = "\n".join(f"pub fn f{i}(x: &str) -> String {{ format!(\"{{x:?}} {{:?}}\", ({i}, x, [x])) }}" for i in range(600))
        name = self.kernel.send(functions)
        while not self.compiles():
            time.sleep(0.05)
        began = time.monotonic()
        self.interrupt()
        cell = self.kernel.wait(name)
        self.assertLess(time.monotonic() - began, 20)
        self.assertIn("Interrupted while it was compiled", cell.errors())
        self.assertTrue(self.kept())

    def test_a_wait_for_input_ends(self):
        code = 'println!("EVCXR_INPUT_REQUEST:name?");\nlet mut line = String::new();\nstd::io::stdin().read_line(&mut line)?;\nprintln!("got {:?}", line);'
        name = self.kernel.send(code, allow_stdin=True)
        self.kernel.client.get_stdin_msg(timeout=60)
        self.interrupt()
        cell = self.kernel.wait(name)
        self.assertEqual(cell.text(), 'got "\\n"\n')
        self.assertTrue(self.kept())

    def test_between_cells_it_does_nothing(self):
        self.interrupt()
        time.sleep(1)  # it comes by a channel of its own, and could hit the next cell
        self.assertTrue(self.kept())


@unittest.skipUnless(psutil and sys.platform == "linux", "the course is not set up, or this is no Linux")
class Private(unittest.TestCase):
    """On a machine that several people use."""

    def test_with_sockets_in_a_folder_it_listens_on_no_port_of_the_machine(self):
        with tempfile.TemporaryDirectory() as own:
            connection = {"transport": "ipc", "connection_file": f"{own}/kernel.json"}
            with kernel(connection=connection) as ours:
                self.assertEqual(ours.run('println!("{}", 1 + 1);').text(), "2\n")
                (folder,) = [f for f in FOLDERS.iterdir() if f.name.startswith(f"{ours.manager.provisioner.pid}-")]
                ports = [port for name, port in json.loads((folder / "evcxr.json").read_text()).items() if name.endswith("_port")]
                ports.append(int((folder / "front").read_text().split()[0].partition(":")[2]))
                self.assertEqual(len(ports), 6)
                for port in ports:
                    with socket.socket() as stranger:
                        self.assertNotEqual(stranger.connect_ex(("127.0.0.1", port)), 0, port)
            self.assertEqual(os.listdir(own), [])


@unittest.skipUnless(psutil, "the course is not set up")
class Plain(unittest.TestCase):
    """What a plain evcxr does, this kernel does too."""

    CELLS = (
        "let x: i32 = 41;",
        'println!("one"); eprintln!("two"); x + 1',
        "let wrong: i32 = \"text\";",
        "let missing = nothing;",
        'let empty: Vec<i32> = vec![]; empty[x as usize];',
        'println!("EVCXR_BEGIN_CONTENT text/html\\n<b>x</b>\\nEVCXR_END_CONTENT");',
        ":vars",
    )

    def test_the_same_cells_show_the_same(self):
        def shown(kernel):
            cells = [kernel.run(code) for code in self.CELLS]
            return [
                (
                    c.reply["status"],
                    c.text(),
                    without_hint(c.text("stderr")),
                    [error["evalue"] for error in c.kinds("error")],
                    without_hint(c.errors()),
                    c.kinds("execute_result"),
                    c.kinds("execute_input"),
                )
                for c in cells
            ]

        with kernel(plain=True) as plain, kernel() as ours:
            self.assertEqual(shown(ours), shown(plain))
            requests = (
                ("complete_request", {"code": "x.count_on", "cursor_pos": 10}),
                ("inspect_request", {"code": "x.count_ones()", "cursor_pos": 5, "detail_level": 0}),
                ("is_complete_request", {"code": "let"}),
                ("kernel_info_request", {}),
            )
            for kind, content in requests:
                with self.subTest(kind):
                    self.assertEqual(ours.request(kind, content), plain.request(kind, content))
            for one in (plain, ours):
                code = 'println!("EVCXR_INPUT_REQUEST:name?");\nlet mut line = String::new();\nstd::io::stdin().read_line(&mut line)?;\nprintln!("got {:?}", line);'
                name = one.send(code, allow_stdin=True)
                self.assertEqual(one.client.get_stdin_msg(timeout=60)["content"]["prompt"], "name?")
                one.client.input("Ada")
                self.assertEqual(one.wait(name).text(), 'got "Ada\\n"\n')

    def test_still_outputs_are_those_of_a_plain_kernel(self):
        code = 'let screen = live::screen(); for i in live::progress(0..3) { screen.show(format!("{i}")); }'
        with kernel(DIGITS_LIVE_STILL="1") as still:
            still.run(LIVE)
            cell = still.run(code)
            self.assertEqual([c["data"] for c in cell.kinds("execute_result")], [{"text/html": "<pre>2</pre>", "text/plain": "()"}])
            slider = still.run(SLIDER)
            self.assertIn("<pre>x is 7</pre>", slider.html()[0])
            self.assertIn("A still picture, for x = 7.", slider.html()[0])
            self.assertFalse(cell.kinds("display_data") + slider.kinds("display_data") + slider.kinds("comm_open"))

    def test_cells_after_an_error_do_not_run_unless_the_cell_may_fail(self):
        with kernel() as ours:
            for stop, status in ((True, "aborted"), (False, "ok")):
                first = ours.send("let wrong: i32 = \"text\";", stop_on_error=stop)
                second = ours.send("let y = 1;")
                self.assertEqual(ours.wait(first).reply["status"], "error")
                self.assertEqual(ours.wait(second).reply["status"], status)


@unittest.skipUnless(psutil, "the course is not set up")
class Explaining(unittest.TestCase):
    """Hints above errors, and tooltips; test_explain has every rule."""

    def test_an_error_a_panic_and_a_name_get_their_words(self):
        with kernel() as ours:
            cell = ours.run("fn f(x: &f64) -> f64 {\n    *x\n}\nlet y: f64 = f(1.0);")
            self.assertRegex(cell.errors(), r"(?s)Hint:.* lend it with `&`.*`&1.0`")
            self.assertIn("mismatched types", cell.errors())
            cell = ours.run("let a: Vec<u8> = vec![1, 0];\nlet b: u8 = a[1] - 1;")
            self.assertRegex(" ".join(cell.text("stderr").split()), r"below 0.*in this line: `let b: u8 = a\[1\] - 1;`")
            self.assertIn("The cell panicked: attempt to subtract with overflow", cell.text("stderr"))
            self.assertRegex(ours.run("b").errors(), "The cell that makes `b` ended with an error")
            shown = ours.request("inspect_request", {"code": "Mnist::load", "cursor_pos": 8, "detail_level": 0})
            self.assertIn("pub fn load", shown["data"]["text/plain"])


@unittest.skipUnless(psutil, "the course is not set up")
class Opened(unittest.TestCase):
    """A notebook in which exercises are solved, opened again."""

    def test_the_first_cell_shows_what_is_solved_and_a_check_renews_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "01_a.ipynb"
            path.write_text(notebook("Right.", "Not yet."), encoding="utf-8")
            with kernel(JPY_SESSION_NAME=str(path)) as running:
                cell = running.run("let x: i32 = 1;")
                shown = [c["data"]["text/plain"] for c in cell.kinds("display_data")]
                self.assertEqual(shown, ["Solved: 1 (task 1). Next: exercise 2 (task 2)."])
                self.assertEqual(running.run("x").kinds("display_data"), [])
                session = running.client.session
                content = {"code": 'println!("Right: {x}");', "silent": False, "store_history": True}
                check = session.msg("execute_request", content, metadata={"cellId": "check-2"})
                running.client.shell_channel.send(check)
                cell = running.wait(check["header"]["msg_id"])
                self.assertEqual(cell.text(), "Right: 1\n")
                renewed = [c["data"]["text/plain"] for c in cell.kinds("update_display_data")]
                self.assertEqual(renewed, ["All 2 exercises of this lesson are solved. It was the last lesson."])


@unittest.skipUnless(psutil, "the course is not set up")
class Figures(unittest.TestCase):
    """How fast, how large, and that nothing is left."""

    def test_many_lines_lose_none_and_take_no_longer_than_plain(self):
        code = 'for i in 0..20_000 { println!("line {i}"); }'
        expected = "".join(f"line {i}\n" for i in range(20_000))
        with kernel(plain=True) as plain, kernel() as ours:
            best = {}
            for _ in range(3):
                for name, one in (("plain", plain), ("ours", ours)):
                    cell = one.run(code)
                    self.assertEqual(cell.text(), expected, name)
                    best[name] = min(cell.seconds, best.get(name, 1e9))
            print(f"20,000 lines: {best}", file=sys.stderr)
            self.assertLess(best["ours"], 1.2 * best["plain"])

    def test_a_cell_takes_at_most_a_moment_more(self):
        with kernel(plain=True) as plain, kernel() as ours:
            times = {"plain": [], "ours": []}
            for number in range(12):
                for name, one in (("plain", plain), ("ours", ours)):
                    times[name].append(one.run(f":version // {number}" if False else ":vars").seconds)
            medians = {name: statistics.median(seconds) for name, seconds in times.items()}
            print(f"a cell: {medians}", file=sys.stderr)
            self.assertLess(medians["ours"] - medians["plain"], 0.015)

    def test_a_slider_answers_at_once(self):
        big = 'live::interact([live::slider("x", 0..=1000)], |[x]| format!("{x}{}", "-".repeat(20_000)));'
        with kernel() as ours:
            ours.run(LIVE)
            slider = Slider(ours, ours.run(big))
            for busy, most in ((False, 0.020), (True, 0.100)):
                if busy:
                    ours.run("for _ in 0..4 { std::thread::spawn(|| { let t = std::time::Instant::now(); while t.elapsed().as_secs() < 60 {} }); }")
                times = sorted(slider.move(i)[1] for i in range(200))
                print(f"slider, busy: {busy}: median {times[100]:.4f}, p95 {times[190]:.4f}", file=sys.stderr)
                self.assertLess(times[190], most)

    def test_the_front_part_is_small(self):
        with kernel() as ours:
            ours.run("1")
            size = psutil.Process(ours.manager.provisioner.pid).memory_info().rss
            print(f"front part: {size / 2**20:.1f} MB", file=sys.stderr)
            self.assertLess(size, 40 * 2**20)

    def left(self, marks):
        """Processes and folders of the kernels that were started here, as soon as they should be gone."""
        for _ in range(100):
            found = [p.pid for p in psutil.process_iter(["environ"]) if any(m in str(p.info["environ"]) for m in marks)]
            folders = [f.name for f in FOLDERS.iterdir()] if FOLDERS.exists() else []
            folders = [name for name in folders if name in marks]
            if not found and not folders:
                return []
            time.sleep(0.1)
        return [found, folders]

    def start(self, mark):
        """Starts a kernel that a mark in its environment tells from all others; gives it and its folder's name."""
        context = kernel(DIGITS_TEST_MARK=mark)
        one = context.__enter__()
        pid = one.manager.provisioner.pid
        (folder,) = [f.name for f in FOLDERS.iterdir() if f.name.startswith(f"{pid}-")]
        return context, one, folder

    def test_fifty_starts_and_ends_leave_nothing(self):
        marks = []
        for number in range(50):
            mark = f"mark-{os.getpid()}-{number}-"
            context, one, folder = self.start(mark)
            marks += [mark, folder]
            if number == 0:
                one.run("1")
            context.__exit__(None, None, None)
        self.assertEqual(self.left(marks), [])

    def test_a_killed_front_part_leaves_nothing(self):
        mark = f"killed-{os.getpid()}-"
        context, one, folder = self.start(mark)
        one.run("1")
        one.send(ENDLESS)
        time.sleep(3)
        os.kill(one.manager.provisioner.pid, signal.SIGKILL)
        self.assertEqual(self.left([mark, folder]), [])
        context.__exit__(None, None, None)

    def test_a_killed_server_leaves_nothing(self):
        mark = f"server-{os.getpid()}-"
        code = (
            "from course.tests.kernels import *; import sys, time\n"
            f"with kernel(DIGITS_TEST_MARK={mark!r}) as one:\n"
            "    one.run('1'); one.send('loop {}'); time.sleep(3); print('on', flush=True); time.sleep(600)\n"
        )
        server = subprocess.Popen([sys.executable, "-B", "-c", code], stdout=subprocess.PIPE, cwd=ROOT / "xtask")
        self.assertEqual(server.stdout.readline(), b"on\n")
        server.kill()
        server.wait()
        server.stdout.close()
        self.assertEqual(self.left([mark]), [])


if __name__ == "__main__":
    unittest.main()
