"""Kernels for the tests, as Jupyter starts them: the course's, and a plain evcxr to compare it with."""

import json
import queue
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).parents[3]
SPECIFICATION = Path(sys.prefix) / "share/jupyter/kernels/rust/kernel.json"
LIVE = f':dep digits-by-hand = {{ path = "{(ROOT / "crate").as_posix()}" }}\nuse digits::live;'
TIMEOUT = 300


def specification():
    """The kernel's specification, as the set-up has written it."""
    return json.loads(SPECIFICATION.read_text(encoding="utf-8"))


class Cell:
    """What running one cell came to: all its messages, and how long it took."""

    def __init__(self):
        self.messages, self.reply, self.idle, self.seconds = [], None, False, 0.0

    def kinds(self, kind):
        """The contents of the messages of one kind."""
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    def text(self, name="stdout"):
        """All that it wrote to a stream."""
        return "".join(c["text"] for c in self.kinds("stream") if c["name"] == name)

    def errors(self):
        """What its errors say."""
        return "\n".join("\n".join(c["traceback"]) for c in self.kinds("error"))

    def html(self):
        """The HTML that it shows, one text for each picture, in the order of their coming."""
        shown = [m["content"] for m in self.messages if "data" in m["content"]]
        return [c["data"]["text/html"] for c in shown if "text/html" in c["data"]]


class Kernel:
    """A running kernel and one client of it."""

    def __init__(self, manager, client):
        self.manager, self.client = manager, client
        self.cells = {}  # by the name of their message: what comes for one while another is waited for is kept

    def send(self, code, **options):
        """Sends a cell without waiting for it."""
        name = self.client.execute(code, **options)
        self.cells[name] = Cell()
        return name

    def wait(self, name, cell=None, timeout=TIMEOUT, until=None):
        """Waits for the end of a cell, or until something holds of what it has shown."""
        cell = self.cells[name] = cell or self.cells.get(name) or Cell()
        began = time.monotonic()
        while not (cell.idle and cell.reply):
            if until and until(cell):
                return cell
            try:
                message = self.client.get_iopub_msg(timeout=0.02)
                if of := self.cells.get(message["parent_header"].get("msg_id")):
                    of.messages.append(message)
                    of.idle |= message["content"].get("execution_state") == "idle"
            except queue.Empty:
                pass
            while self.client.shell_channel.msg_ready():
                reply = self.client.get_shell_msg(timeout=1)
                if of := self.cells.get(reply["parent_header"].get("msg_id")):
                    of.reply = reply["content"]
            if time.monotonic() > began + timeout:
                raise AssertionError(f"the cell takes longer than {timeout} s: {cell.messages[-3:]}")
        if until and not until(cell):
            raise AssertionError(f"the cell ended before: {cell.text()}{cell.text('stderr')}{cell.errors()}")
        cell.seconds = time.monotonic() - began
        return cell

    def run(self, code, **options):
        """Runs a cell to its end."""
        return self.wait(self.send(code, **options))

    def request(self, kind, content):
        """Sends a request on the shell channel, and gives the reply's content."""
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return reply["content"]

    def another(self):
        """One more client, as a second tab is."""
        client = BlockingKernelClient()
        client.load_connection_info(self.manager.get_connection_info())
        client.start_channels()
        client.wait_for_ready(TIMEOUT)
        return Kernel(self.manager, client)


@contextmanager
def kernel(plain=False, connection=None, **variables):
    """Starts a kernel, the course's or a plain evcxr; shuts it down at the end."""
    spec = specification()
    manager = KernelManager(kernel_name="rust", **(connection or {}))
    if plain:
        manager.kernel_spec.argv = [spec["argv"][-3], "--control_file", "{connection_file}"]
    manager.kernel_spec.env = {**spec["env"], **variables}
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=False)
