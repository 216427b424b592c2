"""JupyterLab for the tests, started as a student starts it: by `cargo xtask lab --no-browser`."""

import re
import subprocess
import time
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

START_SECONDS = 120


class Lab:
    """A running JupyterLab: its process, and the address that it prints."""

    def __init__(self, process, url):
        self.process, self.url = process, url
        parts = urlsplit(url)
        self.host, self.port, self.path = parts.hostname, parts.port, parts.path
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.token = parse_qs(parts.query)["token"][0]

    def page(self, notebook):
        """The address of one notebook, with nothing open beside it."""
        return f"{self.origin}/lab/tree/notebooks/{notebook}?token={self.token}&reset"


@contextmanager
def lab(xtask, log, *others):
    """Starts JupyterLab, with other arguments for it; ends it, and its kernels, at the end."""
    with open(log, "wb") as chatter:
        command = [xtask, "lab", "--no-browser", *(["--", *others] if others else [])]
        process = subprocess.Popen(command, stdout=chatter, stderr=subprocess.STDOUT)
    try:
        yield Lab(process, address(process, log))
    finally:
        process.terminate()
        process.wait(60)


def address(process, log):
    """The address with the token, as soon as it is printed."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"http://\S+token=\w+", log.read_text(errors="replace"))
        if found:
            return found[0]
        time.sleep(0.3)
    raise AssertionError(f"JupyterLab prints no address:\n{log.read_text(errors='replace')}")
