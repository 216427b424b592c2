"""A kernel in a sandbox of its own, for one notebook: without a network, and nothing of it outlives it.

It is the sandbox of the classroom server (course/bubblewrap.py). Jupyter's side of the kernel is files in its `/tmp`.
"""

import os
import queue
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import zmq
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.connect import write_connection_file

from course.bubblewrap import FOLDERS, bubblewrap, limits, specification, variables

START_SECONDS = 300
# evcxr sends the last of a cell's output after it has called the cell done.
GRACE_SECONDS = 0.15
MEMORY = 2 * 2**30
MOST_OUTPUT = 2**20
# A file that a cell writes: far more than what the compiler writes.
MOST_FILE = 2**29
STUDENT = "student"


class Stopped(Exception):
    """A cell did not come to its end, and its kernel has lost its variables; the text says why."""


@dataclass
class Ran:
    """What a cell wrote, and the error that it ended with."""

    stdout: str = ""
    stderr: str = ""
    error: str = ""


class Kernel:
    """A running kernel; `hidden` are folders of which it sees nothing."""

    def __init__(self, root, hidden):
        self.folder = Path(tempfile.mkdtemp(prefix="grade-"))
        for name in FOLDERS:
            (self.folder / name).mkdir()
        (root / ".course/kernels").mkdir(exist_ok=True)
        socket = self.folder / "tmp/kernel"
        file, connection = write_connection_file(str(self.folder / "tmp/kernel.json"), transport="ipc", ip="/tmp/kernel")
        self.log = self.folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(root, hidden),
                env={**variables(root, STUDENT), **specification(root)["env"], "DIGITS_LIVE_STILL": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        context = zmq.Context()
        # A longer message is never received, whatever a kernel sends.
        context.setsockopt(zmq.MAXMSGSIZE, 16 * MOST_OUTPUT)
        self.client = BlockingKernelClient(context=context)
        self.client.load_connection_info({**connection, "ip": str(socket)})
        self.client.start_channels(hb=False)
        self.wait_for_ready()
        # Who has this file can speak for the kernel.
        os.unlink(file)

    def command(self, root, hidden):
        """The kernel's command line, in its sandbox."""
        bwrap, *sandbox = bubblewrap(root, self.folder, STUDENT, hidden)
        alone = ["--unshare-net", "--die-with-parent", "--new-session"]
        kernel = ["env", f"--chdir={root / 'notebooks'}", *specification(root)["argv"][:-1], "/tmp/kernel.json"]
        return [bwrap, *alone, *sandbox, *limits(MEMORY), f"--fsize={MOST_FILE}", *kernel]

    def wait_for_ready(self):
        """Waits until what the kernel shows arrives here."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            self.client.kernel_info()
            try:
                return self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                pass
        said = self.log.read_text(encoding="utf-8", errors="replace").strip().split("\n")[-1]
        self.close()
        raise RuntimeError(f"the kernel does not start in its sandbox: {said}")

    def close(self):
        """Ends it, with all that it started, and removes what it wrote."""
        self.process.kill()
        self.process.wait()
        self.client.stop_channels()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, source, seconds):
        """Runs a cell; raises Stopped where it does not come to its end."""
        message, ran, size = self.client.execute(source), Ran(), 0
        end, idle = time.monotonic() + seconds, False
        while True:
            try:
                got = self.client.get_iopub_msg(timeout=GRACE_SECONDS)
            except queue.Empty:
                if idle:
                    break
                got = None
            if got and got["parent_header"].get("msg_id") == message:
                size += len(str(got["content"]))
                idle |= got["content"].get("execution_state") == "idle"
                note(ran, got["msg_type"], got["content"])
            if size > MOST_OUTPUT:
                raise Stopped(f"wrote more than {MOST_OUTPUT // 2**20} MB")
            if self.process.poll() is not None:
                raise Stopped("killed its kernel, or took the kernel's memory")
            if time.monotonic() > end:
                raise Stopped(f"ran longer than {seconds} s")
        if "Subprocess terminated" in ran.error:
            raise Stopped(death(ran.stderr))
        return ran


def note(ran, kind, content):
    """Adds a message to what a cell has written."""
    if kind == "stream" and content["name"] == "stdout":
        ran.stdout += content["text"]
    elif kind == "stream":
        ran.stderr += content["text"]
    elif kind == "error" and not ran.error:
        ran.error = content["evalue"]


def death(stderr):
    """Why a cell's program has ended."""
    if "memory allocation of" in stderr:
        return f"wanted more than the {MEMORY // 2**30} GB of memory that it may have"
    if "overflowed its stack" in stderr:
        return "called itself without an end"
    return "ended its own program, as std::process::exit and abort do"
