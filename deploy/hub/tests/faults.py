"""Tests of the classroom server: what happens to one student must not happen to another.

`cargo xtask test --hub` calls it:

    faults.py FOLDER

One real hub, on this machine alone. While faults are planted in the servers of some students, Ben
works on: whenever one of his cells fails, so does the test that ran meanwhile.
"""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import psutil

from classroom import ROOT, Classroom
from client import Cell, Refused

sys.path.insert(0, str(ROOT / "deploy/hub"))
os.environ.setdefault("DIGITS_HUB", "")
from sandbox import Sandbox, give  # noqa: E402

LESSON = "04_training.ipynb"
MEMORY_LIMIT = 1_000_000_000
SETTINGS = f"c.Spawner.mem_limit = {MEMORY_LIMIT}\nc.Spawner.cpu_limit = 1\n"
CULLER = """
import sys
culler = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=8", "--cull-every=2"]
c.JupyterHub.services = [{"name": "idle-culler", "command": culler}]
"""
# A service that is slow to end: the hub has time to see its servers gone, and asks the proxy.
SLOW_SERVICE = """
c.Spawner.poll_interval = 1
slow = ["sh", "-c", "trap '' INT; exec sleep 600"]
c.JupyterHub.services = [{"name": "idle-culler", "command": slow}]
"""
CELL_SECONDS = 120
DISK_BYTES = 100_000_000
PAUSE_SECONDS = 3
MIB = 2**20

TRAIN = """
for epoch in 1.. {
    network.epoch(&start, &mnist.train, 100, 0.1, |_| {})?;
    println!("epoch {epoch}");
}
"""
PRINT_FOR_EVER = 'loop { println!("All work and no play makes Jack a dull boy."); }'
TAKE_ALL_MEMORY = """
let mut hoard: Vec<Vec<u8>> = vec![];
loop { hoard.push(vec![1; 1 << 26]); }
"""
LOOK_AROUND = """
for path in ["{ben}", "{secrets}", "/etc/shadow", "/root/.ssh", "/home/ben"] {{
    println!("read {{path}}: {{}}", std::fs::metadata(path).is_ok_and(|m| m.len() > 0));
}}
for path in ["../data/new", "../crate/new", "../.course/new", "../.course/warm/new", "/usr/new"] {{
    println!("write {{path}}: {{}}", std::fs::write(path, "x").is_ok());
}}
let processes: usize = std::fs::read_dir("/proc")?
    .filter(|p| p.as_ref().is_ok_and(|p| p.path().join("cmdline").exists()))
    .count();
println!("many processes: {{}}", processes > 30);
println!("cores: {{}}", std::thread::available_parallelism()?);
"""


class Neighbour:
    """A student who runs one cell after the other, whatever happens to the others."""

    def __init__(self):
        self.cells, self.slowest, self.wrong = 0, 0.0, None

    async def work(self, room, ready):
        """Works until cancelled, or until something goes wrong."""
        try:
            async with room.student("ben") as ben:
                await ben.come_in()
                kernel = await ben.kernel("01_network.ipynb")
                await expect(kernel, "let mut count: u64 = 0;", "")
                while not self.wrong:
                    self.cells += 1
                    began = time.monotonic()
                    await expect(kernel, 'count += 1; println!("{count}");', f"{self.cells}\n")
                    self.slowest = max(self.slowest, time.monotonic() - began)
                    ready.set()
                    await asyncio.sleep(PAUSE_SECONDS)
        except (AssertionError, Refused, OSError) as error:
            self.wrong = f"{type(error).__name__}: {error}"
            ready.set()

    @contextlib.asynccontextmanager
    async def undisturbed(self):
        """Fails when Ben was disturbed meanwhile, or could not work at all."""
        before, self.slowest = self.cells, 0.0
        yield
        end = time.monotonic() + CELL_SECONDS
        while self.cells < before + 2 and not self.wrong and time.monotonic() < end:
            await asyncio.sleep(0.5)
        assert not self.wrong, f"Ben was disturbed: {self.wrong}"
        assert self.cells >= before + 2, "Ben could not work"


async def expect(kernel, code, stdout):
    """Runs a cell that must print exactly this."""
    cell = await kernel.run(code, CELL_SECONDS)
    assert not cell.error and not cell.stderr, f"`{code}` failed: {cell.error or cell.stderr}"
    assert cell.stdout == stdout, f"`{code}` printed {cell.stdout!r}, not {stdout!r}"


async def prepare_training(student):
    """A kernel in which the first two cells of the lesson on training have run."""
    content = await student.read(LESSON)
    kernel = await student.kernel(LESSON)
    cells = [c for c in content["cells"] if c["cell_type"] == "code"]
    for cell in cells[:2]:
        ran = await kernel.run("".join(cell["source"]), CELL_SECONDS)
        assert not ran.error and not ran.stderr, ran.error or ran.stderr
    return kernel


async def save_work(student):
    """Writes a sentence into a notebook and saves it; the sentence."""
    content = await student.read(LESSON)
    content["cells"][0]["source"] = f"Saved by {student.name} at {time.time()}."
    await student.save(LESSON, content)
    return content["cells"][0]["source"]


async def assert_saved(student, sentence):
    """The notebook holds what was saved."""
    content = await student.read(LESSON)
    assert content["cells"][0]["source"] == sentence, "the saved notebook is another one"


async def killed_while_training(room):
    """A server is killed in the middle of training: it starts again, with all that was saved."""
    async with room.student("anna") as anna:
        await anna.come_in()
        sentence = await save_work(anna)
        kernel = await prepare_training(anna)
        cell = Cell()
        training = asyncio.create_task(kernel.run(TRAIN, CELL_SECONDS, cell))
        while "epoch 1" not in cell.stdout:
            assert not training.done(), f"the training ended: {cell.error}{cell.stderr}"
            await asyncio.sleep(0.2)
        processes = room.processes("anna")
        assert len(processes) >= 5, "there are no processes to kill"
        os.killpg(processes[0].pid, signal.SIGKILL)
        await training
        assert cell.error and "connection" in cell.error, f"the cell ended with {cell.error}"
        _, left = psutil.wait_procs(processes, timeout=20)
        assert not left, f"the killed server left processes behind: {left}"
        await anna.start_server()
        await assert_saved(anna, sentence)
        await prepare_training(anna)
        await anna.stop_server()


async def hub_restarts(room):
    """The hub ends, or crashes: the servers go on, also meanwhile, and the next hub knows them."""
    async with room.student("anna") as anna:
        await anna.come_in()
        kernel = await anna.kernel(LESSON)
        await expect(kernel, "let kept: i32 = 41;", "")
        for sig in (signal.SIGINT, signal.SIGKILL):
            room.end_hub(sig)
            await expect(kernel, 'println!("{}", kept + 1);', "42\n")
            sentence = await save_work(anna)
            await asyncio.to_thread(room.start)
            await anna.wait_for_server()
            await assert_saved(anna, sentence)
            await expect(kernel, 'println!("{}", kept + 1);', "42\n")
        processes = room.processes("anna")
        await anna.stop_server()
        _, left = psutil.wait_procs(processes, timeout=20)
        assert processes and not left, "the new hub cannot stop the server of the old one"


async def full_disk(room):
    """A student's folder is full: saving fails and says so, what was saved before stays."""
    disk = room.folder / "students" / "carl"
    disk.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", disk]
    if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode != 0:
        return "not tested: a small disk needs root"
    try:
        async with room.student("carl") as carl:
            await carl.come_in()
            sentence = await save_work(carl)
            kernel = await carl.kernel(LESSON)
            cell = await kernel.run('std::fs::write("big", vec![1u8; 1 << 28])?;', CELL_SECONDS)
            assert "No space left" in cell.stderr, f"the disk is not full: {cell.stderr}"
            try:
                await save_work(carl)
                raise AssertionError("a notebook was saved on a full disk")
            except Refused as refused:
                assert "No space left" in str(refused), f"the message does not say why: {refused}"
            await assert_saved(carl, sentence)
            await carl.stop_server()
            await carl.start_server()
            await carl.ask("DELETE", carl.path("contents/notebooks/big"))
            await save_work(carl)
            await carl.stop_server()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


async def prints_for_ever(room):
    """A cell that never stops printing: the browser gets a part of it, and the kernel restarts."""
    async with room.student("dora") as dora:
        await dora.come_in()
        kernel = await dora.kernel(LESSON)
        cell = await kernel.run(PRINT_FOR_EVER, 20)
        assert cell.error and "longer" in cell.error, f"the cell ended: {cell.error}"
        assert 0 < cell.bytes < 20 * 2 * MIB, f"the browser got {cell.bytes} bytes in 20 s"
        assert "IOPub" in cell.stderr, f"nothing says that output was left out: {cell.stderr}"
        memory = room.memory("dora")
        assert memory < MEMORY_LIMIT, f"the server took {memory // MIB} MiB"
        await kernel.restart()
        await expect(kernel, 'println!("again");', "again\n")
        await dora.stop_server()


async def takes_all_memory(room):
    """A cell that wants all memory: it alone ends, and the same kernel goes on."""
    async with room.student("emil") as emil:
        await emil.come_in()
        sentence = await save_work(emil)
        kernel = await emil.kernel(LESSON)
        most = 0
        taking = asyncio.create_task(kernel.run(TAKE_ALL_MEMORY, CELL_SECONDS))
        while not taking.done():
            most = max(most, await asyncio.to_thread(room.memory, "emil"))
        cell = taking.result()
        assert cell.error and "terminated" in cell.error, f"the cell ended with {cell.error}"
        assert "memory allocation" in cell.stderr, f"the message does not say why: {cell.stderr}"
        assert most < 2 * MEMORY_LIMIT, f"the student took {most // MIB} MiB"
        await expect(kernel, 'println!("again");', "again\n")
        await assert_saved(emil, sentence)
        await emil.stop_server()


async def kept_apart(room):
    """A student sees neither the others nor the hub's secrets, and writes only to one folder."""
    async with room.student("fay") as fay:
        await fay.come_in()
        kernel = await fay.kernel(LESSON)
        ben = room.files("ben") / LESSON
        assert ben.exists(), "Ben has no notebooks"
        code = LOOK_AROUND.format(ben=ben, secrets=room.folder / "secrets.json")
        cell = await kernel.run(code, CELL_SECONDS)
        wrong = [line for line in cell.stdout.splitlines() if line.endswith(": true")]
        assert not cell.error and not cell.stderr, cell.error or cell.stderr
        assert not wrong, f"a student can do what she must not: {wrong}"
        assert "cores: 1" in cell.stdout, f"the limit of one core does not hold: {cell.stdout}"
        await fay.stop_server()


async def kernels_are_private(room):
    """No student can connect to a neighbour's kernel, nor read the secrets of the teacher's JupyterLab."""
    ports = []
    for file in (room.folder / "students/ben/kernels").glob("*/evcxr.json"):
        ports += [port for name, port in json.loads(file.read_text()).items() if name.endswith("_port")]
        ports.append(int((file.parent / "front").read_text().split()[0].partition(":")[2]))
    assert len(ports) == 6, f"Ben's kernel runs, and has these ports: {ports}"
    tokens = [private / "of-the-teacher.json" for private in Sandbox.teachers]
    async with room.student("fay") as fay:
        await fay.come_in()
        for token in tokens:
            token.write_text("a-secret")
        try:
            shown = await fay.terminal(f"cat {' '.join(map(str, tokens))}")
        finally:
            for token in tokens:
                token.unlink()
        assert "a-secret" not in shown and shown.count("No such file") == len(tokens), shown
        # The hub itself can be reached: so the others are closed, and not the terminal's network.
        tries = " ".join(map(str, [room.port, *ports]))
        shown = await fay.terminal(f"for p in {tries}; do (: </dev/tcp/127.0.0.1/$p) && echo open=$p; done")
        found = re.findall(r"open=(\d+)", shown)
        assert found == [str(room.port)], f"Fay reaches Ben's kernel at {found[1:]}: {shown}"
        await fay.stop_server()


async def strangers_stay_out(room):
    """A wrong password, and a name that is no folder's name, do not get in."""
    for name, password in (("gus", "wrong-password"), ("teacher", None), ("..", None)):
        async with room.student(name) as stranger:
            stranger.password = password or stranger.password
            try:
                await stranger.log_in()
                raise AssertionError(f"{name} got in")
            except Refused as refused:
                assert "Invalid username or password" in str(refused), f"{name}: {refused}"


async def course_is_given(_):
    """Missing notebooks come, unchanged ones are renewed, changed ones are never touched."""
    with tempfile.TemporaryDirectory() as folder:
        course, given, theirs = (Path(folder) / name for name in ("course", "given", "theirs"))
        course.mkdir()
        theirs.mkdir()
        for name in ("changed", "unchanged", "removed"):
            (course / f"{name}.ipynb").write_text("first")
        (course / "changed.ipynb").with_name("own.ipynb").write_text("first")
        (theirs / "own.ipynb").write_text("the student's, before the course had one")
        give(course, given, theirs)
        (theirs / "changed.ipynb").write_text("work")
        (theirs / "removed.ipynb").unlink()
        for file in course.glob("*.ipynb"):
            file.write_text("second")
        give(course, given, theirs)
        give(course, given, theirs)
        found = {file.stem: file.read_text() for file in theirs.iterdir()}
        assert found == {
            "changed": "work",
            "unchanged": "second",
            "removed": "second",
            "own": "the student's, before the course had one",
        }, found


async def idle_servers_end(room):
    """A server that nobody uses ends; the work stays."""
    async with room.student("hal") as hal:
        await hal.come_in()
        sentence = await save_work(hal)
        processes = room.processes("hal")
        _, left = await asyncio.to_thread(psutil.wait_procs, processes, 90)
        assert processes and not left, "the idle server was not ended"
        while await hal.server():
            await asyncio.sleep(0.5)
        await hal.start_server()
        await assert_saved(hal, sentence)


async def stop_ends_all(room):
    """`--stop` leaves nothing running, and has to kill nothing for it."""
    async with room.student("ida") as ida:
        await ida.come_in()
        hub = psutil.Process(room.hub.pid)
        running = [*hub.children(recursive=True), *room.processes("ida")]
        names = " ".join(part for process in running for part in process.cmdline())
        for program in ("configurable-http-proxy", "sleep", "bwrap"):
            assert program in names, f"{program} does not run"
        await asyncio.to_thread(room.stop)
        assert room.hub.wait() == 0, "the hub was killed"
        left = [process for process in running if process.is_running()]
        assert not left, f"left running: {left}"


async def report(test, room, around):
    """Runs one test, and says how it went."""
    began, note = time.monotonic(), None
    try:
        async with around:
            note = await test(room)
        verdict = "ok"
    except Exception:  # whatever it is, the other tests are to run
        verdict, note = "FAILED", traceback.format_exc()
    print(f"{verdict:8}{test.__name__}  {time.monotonic() - began:.1f} s  {note or ''}", flush=True)
    return verdict == "ok"


async def beside_ben(room, tests):
    """Runs the tests, with a neighbour who must not notice."""
    neighbour, ready = Neighbour(), asyncio.Event()
    working = asyncio.create_task(neighbour.work(room, ready))
    await ready.wait()
    passed = [await report(test, room, neighbour.undisturbed()) for test in tests]
    working.cancel()
    return passed


TESTS = (
    killed_while_training,
    hub_restarts,
    full_disk,
    prints_for_ever,
    takes_all_memory,
    kept_apart,
    kernels_are_private,
    strangers_stay_out,
    course_is_given,
)


def main():
    """Runs all tests, or those that are named."""
    folder, names = Path(sys.argv[1]).resolve(), sys.argv[2:]
    passed = []
    wanted = [test for test in TESTS if not names or test.__name__ in names]
    if wanted:
        with Classroom(folder / "faults", SETTINGS) as room:
            passed += asyncio.run(beside_ben(room, wanted))
    for test, settings in ((idle_servers_end, CULLER), (stop_ends_all, SLOW_SERVICE)):
        if not names or test.__name__ in names:
            with Classroom(folder / test.__name__, SETTINGS + settings) as room:
                passed.append(asyncio.run(report(test, room, contextlib.AsyncExitStack())))
    print(f"faults: {sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
