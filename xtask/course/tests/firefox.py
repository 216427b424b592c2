"""Firefox without a window, by its own protocol, Marionette: Playwright drives only a Firefox that it has changed."""

import json
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class Firefox:
    """One Firefox with a fresh profile."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.profile = tempfile.mkdtemp()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        Path(self.profile, "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        command = [self.program, "--headless", "--marionette", "--no-remote", "--profile", self.profile]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        for _ in range(300):
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), 1)
                break
            except OSError:
                time.sleep(0.1)
        self.socket.settimeout(60)
        self.number = 0
        self.receive()
        self.send("WebDriver:NewSession", {})
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        """One message: its length, a colon, JSON."""
        size = b""
        while not size.endswith(b":"):
            size += self.socket.recv(1)
        data = b""
        while len(data) < int(size[:-1]):
            data += self.socket.recv(65536)
        return json.loads(data)

    def send(self, name, parameters):
        """A command; gives its answer."""
        self.number += 1
        data = json.dumps([0, self.number, name, parameters]).encode()
        self.socket.sendall(f"{len(data)}:".encode() + data)
        _, _, error, answer = self.receive()
        assert error is None, error
        return answer

    def goto(self, address):
        """Opens a page."""
        self.send("WebDriver:Navigate", {"url": address})

    def run(self, script, *arguments, until=None):
        """The value of an async function's body in the page; asked again until it is the one awaited."""
        # The page's own context: what it may run is what its policy says.
        asynchronous = f"const done = arguments[arguments.length - 1]; (async function () {{ {script} }})(...arguments).then(done, (e) => done(String(e)));"
        for _ in range(100):
            answer = self.send("WebDriver:ExecuteAsyncScript", {"script": asynchronous, "args": list(arguments), "sandbox": None})["value"]
            if until is None or answer == until:
                break
            time.sleep(0.1)
        return answer
