"""`cargo xtask lab --no-browser` starts and serves lesson 1: to this machine only, and only with its token.

Called with the program xtask, the project's folder and a folder to write into. It needs no browser, and no network:
where the system gives a network namespace it runs in one that has no route.
"""

import json
import socket
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import psutil

from course.tests.lab import START_SECONDS, lab

LESSON = "notebooks/01_network.ipynb"
# For cells, output, control, input and heartbeat.
KERNEL_PORTS = 5
# What a stranger may not have: files, notebooks, kernels, a terminal.
CLOSED = [
    ("GET", "/api/contents"),
    ("GET", f"/api/contents/{LESSON}"),
    ("GET", f"/files/{LESSON}"),
    ("GET", "/api/kernels"),
    ("POST", "/api/kernels"),
    ("POST", "/api/sessions"),
    ("POST", "/api/terminals"),
    ("GET", f"/lab/tree/{LESSON}"),
]


def ask(server, method, path, token=None, **headers):
    """A request's status, the place that it sends to, and what it brings."""
    connection = HTTPConnection(server.host, server.port, timeout=60)
    if token:
        headers["Authorization"] = f"token {token}"
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    return response.status, response.getheader("Location", ""), response.read()


def check_served(server, root):
    """With the token there is the lesson, and the Rust kernel."""
    status, _, body = ask(server, "GET", server.path, server.token)
    assert status == 200 and b"JupyterLab" in body, f"{server.path}: {status}"
    assert server.path.endswith(LESSON), f"it opens {server.path}"
    status, _, body = ask(server, "GET", f"/api/contents/{LESSON}", server.token)
    served, cells = json.loads(body), json.loads((root / LESSON).read_text(encoding="utf-8"))["cells"]
    assert status == 200, status
    assert [c["source"] for c in served["content"]["cells"]] == ["".join(c["source"]) for c in cells], "another lesson 1"
    _, _, body = ask(server, "GET", "/api/kernelspecs", server.token)
    assert list(json.loads(body)["kernelspecs"]) == ["rust"], body
    return len(cells)


def check_refused(server):
    """Without the token, or with a wrong one, there is nothing; nor for a page of another name."""
    assert len(server.token) >= 40, "the token is short"
    for method, path in CLOSED:
        for token in (None, "0" * len(server.token)):
            status, place, _ = ask(server, method, path, token)
            turned_away = status in (401, 403) or (status == 302 and place.startswith("/login"))
            assert turned_away, f"{method} {path} without the token: {status} {place}"
    # A page elsewhere whose name comes to mean this machine.
    status, _, _ = ask(server, "GET", "/api/contents", server.token, Host="elsewhere.example")
    assert status == 403, f"asked under another name: {status}"
    return 2 * len(CLOSED) + 1


def listening(server):
    """Where JupyterLab and its kernels listen."""
    top, places = psutil.Process(server.process.pid), set()
    for process in [top, *top.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # a compiler that has just ended
            connections = process.net_connections(kind="inet")
            places |= {c.laddr for c in connections if c.status == psutil.CONN_LISTEN}
    return places


def check_loopback(server):
    """JupyterLab and a kernel listen to this machine only."""
    status, _, body = ask(server, "POST", "/api/kernels", server.token)
    assert status == 201, body
    deadline = time.monotonic() + START_SECONDS
    while len(places := listening(server)) < 1 + KERNEL_PORTS:
        assert time.monotonic() < deadline, f"the kernel does not listen: {places}"
        time.sleep(0.5)
    for place in places:
        assert place.ip in ("127.0.0.1", "::1"), f"something listens on {place}"
    for address in own_addresses():
        with socket.socket() as asking:
            assert asking.connect_ex((address, server.port)) != 0, f"it answers on {address}"
    return len(places)


def own_addresses():
    """This machine's addresses, but for the one that may answer."""
    found = [a.address for some in psutil.net_if_addrs().values() for a in some if a.family == socket.AF_INET]
    # On Linux all of 127.x.x.x is this machine, and a server on all addresses answers there.
    return {*found, *(["127.0.0.2"] if sys.platform == "linux" else [])} - {"127.0.0.1"}


def main():
    """Starts it, asks, ends it."""
    xtask, root, folder = map(Path, sys.argv[1:])
    with lab(xtask, folder / "lab.log") as server:
        cells = check_served(server, root)
        refused = check_refused(server)
        ports = check_loopback(server)
    assert not psutil.pid_exists(server.process.pid), "it does not end"
    print(f"lab: serves lesson 1 ({cells} cells); {refused} requests of strangers refused; {ports} ports, all loopback")


if __name__ == "__main__":
    main()
