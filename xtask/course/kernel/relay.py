"""The loop: takes in the messages of Jupyter, of evcxr and of its program, and passes them on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

import zmq

from course.explain import Explain

from . import processor
from .evcxr import Evcxr
from .folder import make, warm
from .interrupt import ASKED, COMPILED, LOST, Interrupt
from .live import Live
from .places import MARK
from .progress import progress
from .wire import Wire

CHANNELS = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.PUB, "hb": zmq.REP}
# evcxr's other end of each; the last two share a name, by which evcxr finds the way of a question.
BEHIND = {"iopub": zmq.SUB, "control": zmq.DEALER, "shell": zmq.DEALER, "stdin": zmq.DEALER}
TRIES, PROBE_SECONDS = 5, 0.25
# So many of evcxr's messages are read in one turn, and so many of ours wait for a slow reader.
MESSAGES, WAITING = 500, 100_000
# evcxr may send a cell's last words after it has called the cell done.
GRACE_SECONDS = 0.008
# So often it looks whether Jupyter is still there, and, while a cell is being stopped, at the cell.
LOOK_SECONDS, PRESSED_SECONDS = 0.5, 0.05

# What evcxr shows of a cell that ends in a loop or in `interact(…)`; it says nothing.
NOTHING = {"text/plain": "()"}

# What evcxr answers, word by word: it is asked before evcxr has started.
INFO = {
    "status": "ok",
    "protocol_version": "5.3",
    "implementation": "evcxr_jupyter",
    "implementation_version": "0.22.0",
    "language_info": {
        "name": "Rust",
        "version": "",
        "mimetype": "text/rust",
        "file_extension": ".rs",
        "pygment_lexer": "rust",
        "codemirror_mode": "rust",
    },
    "banner": "EvCxR 0.22.0 - Evaluation Context for Rust",
    "help_links": [{"text": "Rust std docs", "url": "https://doc.rust-lang.org/stable/std/"}],
}


class Relay:
    """The kernel, as Jupyter sees it."""

    def __init__(self, kernel, course, connection):
        self.kernel, self.course, self.key = kernel, course, connection["key"]
        self.wire, self.context, self.poller = Wire(self.key), zmq.Context(), zmq.Poller()
        self.handlers, self.front, self.behind = {}, {}, {}
        self.parent, self.done = os.getppid(), False
        for channel, kind in CHANNELS.items():
            socket = self.front[channel] = self.context.socket(kind)
            socket.linger, socket.sndhwm = 500, WAITING
            port = connection[f"{channel}_port"]
            between = "-" if connection["transport"] == "ipc" else ":"
            socket.bind(f"{connection['transport']}://{connection['ip']}{between}{port}")
            if channel != "iopub":
                self.listen(socket, getattr(self, f"on_{channel}"))
        self.folder = make(course)
        self.live = Live(self, self.folder)
        self.interrupt = Interrupt(self.folder)
        self.explain = Explain(Path(course) / "names.json")
        self.progress = progress()
        self.queue, self.early = deque(), []  # cells that wait; other requests from before evcxr was there
        # The cell that runs, evcxr's reply to it, when it said the last of it, and what it asks the student.
        self.running = self.reply = self.quiet = self.question = None
        self.text = []  # of the cell's streams, to be sent together
        self.evcxr, self.ready, self.tries, self.probes, self.probed_at = None, False, 0, set(), 0.0
        self.prepared = threading.Event()
        self.preparing = threading.Thread(target=self.prepare, daemon=True)
        self.preparing.start()

    def prepare(self):
        """Copies the crates, while the loop already answers."""
        warm(self.course, self.folder, lambda: self.done)
        self.prepared.set()

    # The loop.

    def listen(self, socket, handler):
        """Calls a handler as often as a socket has something to read."""
        self.poller.register(socket, zmq.POLLIN)
        self.handlers[socket if isinstance(socket, zmq.Socket) else socket.fileno()] = handler

    def forget(self, socket):
        """Ends what `listen` began."""
        self.poller.unregister(socket)
        del self.handlers[socket if isinstance(socket, zmq.Socket) else socket.fileno()]

    def run(self):
        """Until Jupyter shuts the kernel down, or evcxr ends, or Jupyter has gone."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)
        try:
            while not self.done:
                for socket, _ in self.poller.poll(1000 * self.pause()):
                    if handler := self.handlers.get(socket):
                        handler()
                self.tick()
        finally:
            if self.evcxr:
                self.evcxr.end()
            else:
                self.done = True
                self.preparing.join()  # or it would go on to fill the folder
                shutil.rmtree(self.folder, ignore_errors=True)
            self.context.destroy()

    def on_signal(self, number, _):
        """Ends in order; Ctrl-C is Jupyter's, which says what it wants by a message."""
        self.done = self.done or number == signal.SIGTERM

    def pause(self):
        """How long nothing needs to be looked at."""
        pauses = [LOOK_SECONDS, self.live.pause()]
        if not self.ready:
            pauses.append(0.02)
        if self.reply and self.quiet:
            pauses.append(max(0.0, self.quiet + GRACE_SECONDS - time.monotonic()))
        if self.interrupt.pressed is not None and self.running:
            pauses.append(PRESSED_SECONDS)
        return min(pauses)

    def tick(self):
        """What no message brings about."""
        if os.getppid() != self.parent:
            self.done = True
        elif self.evcxr is None:
            if self.prepared.is_set():
                self.start()
        elif self.evcxr.ended():
            if self.ready or self.tries == TRIES:
                self.done = True
            else:  # another program took one of its ports meanwhile
                self.evcxr.again()
                self.start()
        elif not self.ready and time.monotonic() > self.probed_at + PROBE_SECONDS:
            self.probe()
        self.live.tick()
        if self.reply and self.quiet and time.monotonic() >= self.quiet + GRACE_SECONDS:
            self.finish()
        if self.running:
            self.look_at_stopping()

    # evcxr: its start, and that it answers.

    def start(self):
        """Starts evcxr, and connects to it."""
        self.tries += 1
        for socket in self.behind.values():
            self.forget(socket)
            socket.close(0)
        variables = {"EVCXR_TMPDIR": str(self.folder), **self.live.variables()}
        self.evcxr = Evcxr(self.kernel, self.folder, self.key, variables)
        for channel, kind in BEHIND.items():
            socket = self.behind[channel] = self.context.socket(kind)
            socket.linger = 0
            if channel == "iopub":
                socket.subscribe(b"")
            elif channel != "control":
                socket.setsockopt(zmq.IDENTITY, b"front")
            socket.connect(self.evcxr.address(channel))
            self.listen(socket, getattr(self, f"from_{channel}"))

    def probe(self):
        """Asks evcxr whether it is there: the cells wait until both channels have answered."""
        self.probed_at = time.monotonic()
        frames = self.wire.pack("kernel_info_request", {}, {})
        self.probes.add(json.loads(frames[2])["msg_id"])
        self.behind["shell"].send_multipart(frames)

    def answered(self):
        """evcxr answers: what has waited can go."""
        if not self.ready:
            self.ready = True
            for frames in self.early:
                self.behind["shell"].send_multipart(frames)
            self.early.clear()
            self.next_cell()

    # From Jupyter.

    def publish(self, kind, content, parent, metadata=None):
        """Sends a message to all who watch the kernel."""
        self.front["iopub"].send_multipart(self.wire.pack(kind, content, parent, (), metadata))

    def status(self, state, parent):
        """Says that the kernel works on something, or has done it."""
        self.publish("status", {"execution_state": state}, parent)

    def answer(self, channel, request, content):
        """Replies to a request."""
        kind = request.kind.replace("_request", "_reply")
        frames = self.wire.pack(kind, content, request.header, request.identities)
        self.front[channel].send_multipart(frames)

    def on_hb(self):
        """Jupyter asks whether the kernel lives."""
        self.front["hb"].send(self.front["hb"].recv())

    def on_shell(self):
        """A request: answers it, or passes it on."""
        frames = self.front["shell"].recv_multipart()
        request = self.wire.read(frames)
        if request is None:
            return
        if request.kind == "execute_request":
            self.queue.append((request, frames))
            self.next_cell()
            return
        content = self.own_answer(request)
        if content is not None:
            self.status("busy", request.header)
            self.answer("shell", request, content)
            self.status("idle", request.header)
        elif request.kind.startswith("comm_") and self.live.comm(request):
            pass
        elif self.ready:
            self.behind["shell"].send_multipart(frames)
        else:
            self.early.append(frames)

    def own_answer(self, request):
        """What this side answers in evcxr's place; None for all that evcxr answers."""
        if request.kind == "kernel_info_request":
            return INFO
        if request.kind == "comm_info_request":
            return {"status": "ok", "comms": self.live.comms()}
        if request.kind == "inspect_request":
            place = request.content.get("code", ""), request.content.get("cursor_pos", 0)
            if data := self.explain.inspect(*place):
                return {"status": "ok", "found": True, "data": data, "metadata": {}}
        return None

    def on_stdin(self):
        """What the student typed, for the program that waits for it."""
        frames = self.front["stdin"].recv_multipart()
        self.question = None
        if self.ready and self.wire.read(frames):
            self.behind["stdin"].send_multipart(frames)

    def on_control(self):
        """Jupyter wants the kernel to stop or to end."""
        request = self.wire.read(self.front["control"].recv_multipart())
        if request is None:
            return
        self.status("busy", request.header)
        if request.kind == "kernel_info_request":
            self.answer("control", request, INFO)
        elif request.kind == "interrupt_request":
            self.press()
            self.answer("control", request, {"status": "ok"})
        elif request.kind == "shutdown_request":
            restart = bool(request.content.get("restart"))
            self.answer("control", request, {"status": "ok", "restart": restart})
            self.done = True
        self.status("idle", request.header)

    # Cells: one at a time goes to evcxr.

    def next_cell(self):
        """Hands the next cell to evcxr, when it is free."""
        if self.ready and self.running is None and self.queue:
            self.running, frames = self.queue.popleft()
            self.interrupt.begin()
            self.live.begin(self.running)
            cell = self.running.metadata.get("cellId", "")
            self.explain.begin(self.running.content.get("code", ""), cell)
            self.progress.begin(cell)
            self.behind["shell"].send_multipart(frames)

    def from_shell(self):
        """evcxr's reply."""
        reply = self.wire.read(self.behind["shell"].recv_multipart())
        if reply is None:
            return
        if reply.parent.get("msg_id") in self.probes:
            return
        if self.running and reply.parent.get("msg_id") == self.running.id:
            self.reply = reply
            return
        frames = self.wire.pack(reply.kind, reply.content, reply.parent, reply.identities)
        self.front["shell"].send_multipart(frames)

    def finish(self):
        """The cell is done: its last words first, then its reply."""
        reply, cell = self.reply, self.running
        self.from_iopub()
        self.live.flush()
        self.explain.end(reply.content.get("status") == "ok")
        if shown := self.progress.end():
            self.publish(*shown, cell.header)
        self.running = self.reply = self.quiet = self.question = None
        frames = self.wire.pack(reply.kind, reply.content, reply.parent, reply.identities)
        self.front["shell"].send_multipart(frames)
        self.status("idle", cell.header)
        if reply.content.get("status") == "error" and cell.content.get("stop_on_error", True):
            self.abort()
        self.next_cell()

    def abort(self):
        """The cells that were sent before this one failed do not run, as in Python."""
        while self.queue:
            request, _ = self.queue.popleft()
            self.status("busy", request.header)
            self.answer("shell", request, {"status": "aborted"})
            self.status("idle", request.header)

    def from_iopub(self):
        """What evcxr shows: text of a stream is collected and sent at once."""
        # Not for ever: a cell may print faster than this reads, and evcxr then waits.
        for _ in range(MESSAGES):
            try:
                message = self.wire.read(self.behind["iopub"].recv_multipart(zmq.NOBLOCK))
            except zmq.Again:
                break
            if message is None:
                continue
            name = message.parent.get("msg_id")
            if name in self.probes:
                self.answered()
            elif message.kind == "stream":
                self.stream(message)
            elif message.kind == "status" and self.running and name == self.running.id:
                if message.content.get("execution_state") == "busy":
                    self.status("busy", message.parent)
                else:
                    self.quiet = time.monotonic()
            elif message.kind != "execute_result" or message.content.get("data") != NOTHING:
                self.say()
                content = message.content
                if message.kind == "error":
                    content = self.error(content)
                self.publish(message.kind, content, message.parent, message.metadata)
        self.say()

    def stream(self, message):
        """Text: keeps it until another kind of message comes, and takes the marks out of it."""
        name, text = message.content.get("name"), message.content.get("text", "")
        if name == "stdout" and "\x01" in text and (mark := MARK.search(text)):
            self.collect(name, text[: mark.start()], message.parent)
            self.say()
            if self.live.mark(int(mark[1]), message.parent):
                return
            text = text[mark.start() :]
        self.collect(name, text, message.parent)

    def collect(self, name, text, parent):
        """Adds text to what waits, unless that is of another stream or cell."""
        if self.text and (self.text[0], self.text[1].get("msg_id")) != (name, parent.get("msg_id")):
            self.say()
        if not self.text:
            self.text = [name, parent]
        if text:
            self.text.append(text)

    def say(self):
        """Sends the text that waits."""
        if len(self.text) > 2:
            name, parent, *parts = self.text
            text = "".join(parts)
            if name == "stderr":
                text = self.explain.stderr(text)
            elif self.running and parent.get("msg_id") == self.running.id:
                self.progress.collect(text)
            self.publish("stream", {"name": name, "text": text}, parent)
        self.text = []

    def error(self, content):
        """An error, in the words that help a student."""
        if self.interrupt.killed:
            return {**content, "traceback": [*content.get("traceback", []), LOST]}
        if self.interrupt.compiler:
            return {"ename": "Interrupted", "evalue": COMPILED, "traceback": [COMPILED]}
        return self.explain.error(content)

    # Questions of the program, and Interrupt.

    def from_stdin(self):
        """The program asks for input."""
        question = self.wire.read(self.behind["stdin"].recv_multipart())
        if question is None:
            return
        if self.interrupt.pressed is not None:
            self.answer_nothing(question)
            return
        self.question = question
        self.say()
        frames = self.wire.pack("input_request", question.content, question.parent, question.identities)
        self.front["stdin"].send_multipart(frames)

    def answer_nothing(self, question):
        """Ends the wait for input; without an answer, evcxr would wait for ever."""
        frames = self.wire.pack("input_reply", {"value": ""}, question.header, question.identities)
        self.behind["stdin"].send_multipart(frames)

    def from_control(self):
        """evcxr's reply to Interrupt, which Jupyter has had already."""
        self.behind["control"].recv_multipart()

    def press(self):
        """Interrupt; between two cells there is nothing to stop."""
        if self.running is None:
            return
        self.abort()
        if self.interrupt.press():
            self.kill()
        if self.question:
            question, self.question = self.question, None
            self.answer_nothing(question)

    def look_at_stopping(self):
        """Whether the cell ends as it was asked to."""
        what = self.interrupt.tick(self.evcxr.process.pid)
        if what == "kill":
            self.kill()
        elif what == "say":
            self.say()
            self.publish("stream", {"name": "stderr", "text": ASKED}, self.running.header)

    def kill(self):
        """Ends the program: evcxr starts another one, without variables."""
        self.interrupt.killed = True
        self.behind["control"].send_multipart(self.wire.pack("interrupt_request", {}, {}))


def main(kernel, course, connection_file):
    """Runs the kernel to its end; gives its exit status."""
    if "EVCXR_TMPDIR" in os.environ:  # the folder `warm` itself is being made
        plain = [kernel, "--control_file", connection_file]
        return subprocess.run(plain, env={**processor.variables(), **os.environ}).returncode
    connection = json.loads(Path(connection_file).read_text(encoding="utf-8"))
    if connection["transport"] == "ipc":
        from .private import SHARED, leave_if_possible  # on Linux and macOS alone

        if not leave_if_possible():
            sys.stderr.write(SHARED)
    relay = Relay(kernel, course, connection)
    relay.run()
    return 0
