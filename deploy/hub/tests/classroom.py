"""A classroom server of its own for a test, on a free port of this machine."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from client import Student

ROOT = Path(__file__).resolve().parents[3]
HUB = ROOT / "deploy/hub/hub.py"
START_SECONDS = 120
SETTINGS = "c = get_config()\n"


def free_port():
    """A port that is free, as are the three after it."""
    for port in range(18000, 19000, 4):
        try:
            for used in range(port, port + 4):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", used))
            return port
        except OSError:
            continue
    raise SystemExit("error: no four ports between 18000 and 19000 are free")


class Classroom:
    """Starts a hub in an empty folder, and ends all of it when the test ends."""

    def __init__(self, folder, settings=""):
        self.folder, self.settings = Path(folder), settings
        self.port, self.hub = free_port(), None
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "settings.py").write_text(SETTINGS + self.settings)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Ends all that runs, also what a test that was killed has left."""
        self.command("--stop", stdout=subprocess.DEVNULL).wait()

    def command(self, *arguments, **options):
        """The command that `cargo xtask hub` runs."""
        where = [f"--folder={self.folder}", f"--port={self.port}"]
        return subprocess.Popen([sys.executable, HUB, *where, *arguments], **options)

    def start(self):
        """Starts the hub; waits until it answers through the proxy."""
        log = open(self.folder / "hub.log", "ab")
        self.hub = self.command(stdout=log, stderr=log)
        # Reaped at once, as a shell does: `--stop` waits until the process is gone.
        threading.Thread(target=self.hub.wait, daemon=True).start()
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.hub.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"error: the hub did not start; see {self.folder / 'hub.log'}")
            time.sleep(0.5)

    def answers(self):
        """Whether the hub answers, and the proxy knows the way to it."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asking.request("GET", "/hub/login")
            return asking.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            asking.close()

    def end_hub(self, sig=signal.SIGINT):
        """Ends the hub alone, as Ctrl-C or a crash does."""
        self.hub.send_signal(sig)
        self.hub.wait(60)

    def password(self, whose="class"):
        """The password of the class, or the teacher's."""
        return json.loads((self.folder / "secrets.json").read_text())[whose]

    def student(self, name):
        """A student who is not logged in yet."""
        return Student(self.address, name, self.password())

    def teacher(self):
        """The teacher, not logged in yet."""
        return Student(self.address, "teacher", self.password("teacher"))

    def files(self, name):
        """The folder with a student's notebooks."""
        return self.folder / "students" / name / "notebooks"

    def sandbox(self, name):
        """The outermost process of a student's sandbox, or None."""
        place = f"{self.folder}/students/{name}/"
        for process in psutil.process_iter(["cmdline"]):
            line = process.info["cmdline"] or []
            if "bwrap" in line and any(part.startswith(place) for part in line):
                if process.parent() is None or "bwrap" not in process.parent().cmdline():
                    return process
        return None

    def processes(self, name):
        """All processes of a student."""
        outer = self.sandbox(name)
        return [outer, *outer.children(recursive=True)] if outer else []

    def memory(self, name):
        """The bytes that a student's processes take; what they share counts in parts."""
        total = 0
        for process in self.processes(name):
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                pass
        return total

    def processor_seconds(self, name):
        """The processor time of a student's processes, with all that have ended under them."""
        total = 0.0
        for process in self.processes(name):
            try:
                total += sum(process.cpu_times()[:4])
            except psutil.Error:
                pass
        return total
