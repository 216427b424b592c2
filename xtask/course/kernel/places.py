"""What a notebook's program shows while its cell runs: crate/live speaks to this side of it.

Each place in a cell's output is a connection of the program's to this process, opened with a secret
that only the kernel's own folder holds. What the program sends on it, the place shows; a line on
stdout says where the place is. crate/live/README.md describes the protocol.
"""

import hmac
import json
import re
import secrets
import socket
import time

# A whole line of stdout, or the end of one: what stands before it is the student's.
MARK = re.compile("\x01live ([0-9]{1,5})\n")
# As many pictures a second as an eye tells apart.
PICTURE_SECONDS = 1 / 30
# What a stranger may send before it must have shown the secret, and what a program may send at once.
STRANGER_BYTES, LARGEST_BYTES = 256, 64 << 20
READ_BYTES = 1 << 20
# A program that shows more than anyone can see must not hold up the sliders.
READS = 16


class Place:
    """One connection: what it showed last, and what it wants to show."""

    def __init__(self, stream):
        self.stream, self.buffer, self.known = stream, bytearray(), False
        self.lines = []  # those that nothing has looked at yet
        self.parent = None  # the header of the cell in which it is shown
        self.cell = None
        self.shown_at = 0.0
        self.widgets = None
        self.asked_for = []  # the headers of the moves that the closure answers now

    def ended(self):
        """Whether the connection has ended."""
        return self.stream.fileno() < 0

    def read(self, secret):
        """Reads some of what is there, without waiting; false when the connection has ended."""
        for _ in range(READS):
            try:
                part = self.stream.recv(READ_BYTES)
            except (BlockingIOError, InterruptedError):
                return True
            except OSError:
                part = b""
            if not part:
                return False
            self.buffer += part
            if not self.known and not self.meet(secret):
                return False
            if len(self.buffer) > LARGEST_BYTES:
                return False
            if b"\n" in part:
                *lines, self.buffer = self.buffer.split(b"\n")
                self.lines += lines
                # All but the first describe the same place: only the latest counts.
                if self.parent and len(self.lines) > 1:
                    del self.lines[:-1]
        return True

    def meet(self, secret):
        """Whether the first line is the secret, or may become it."""
        first, end, rest = bytes(self.buffer).partition(b"\n")
        if not end:
            return len(first) <= STRANGER_BYTES
        self.known = hmac.compare_digest(first, secret)
        self.buffer = bytearray(rest)
        if self.known and b"\n" in rest:
            *self.lines, self.buffer = self.buffer.split(b"\n")
        return self.known

    def take(self):
        """The oldest message that nothing has looked at; None where there is none or it is malformed."""
        while self.lines:
            try:
                message = json.loads(self.lines.pop(0))
            except ValueError:
                continue
            if isinstance(message, dict) and isinstance(message.get("html"), str):
                return message
        return None

    def send(self, line):
        """Hands a line to the program; what does not fit into the connection is lost, with its place."""
        try:
            self.stream.sendall(line.encode() + b"\n")
        except OSError:
            pass


class Places:
    """All connections of a kernel's program."""

    def __init__(self, folder):
        self.secret = secrets.token_hex(32).encode()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listener.setblocking(False)
        host, port = self.listener.getsockname()
        file = folder / "front"
        file.touch(mode=0o600)
        file.write_text(f"{host}:{port} {self.secret.decode()}\n")
        self.all = {}  # by the port of the program's end

    def accept(self):
        """Takes in the connections that wait; gives the new ones."""
        new = []
        while True:
            try:
                stream, (_, port) = self.listener.accept()
            except (BlockingIOError, InterruptedError):
                return new
            stream.setblocking(False)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.all[port] = place = Place(stream)
            new.append(place)

    def drop(self, place):
        """Forgets a place; with its connection, the closure at the other end is dropped."""
        self.all = {port: other for port, other in self.all.items() if other is not place}

    def due(self, now):
        """The seconds until the next picture may be shown; None where none waits."""
        waiting = [p.shown_at + PICTURE_SECONDS - now for p in self.all.values() if p.lines and p.parent]
        return max(0.0, min(waiting)) if waiting else None


def now():
    """The clock of all pictures."""
    return time.monotonic()
