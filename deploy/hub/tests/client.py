"""A student as the hub sees one: logs in, opens notebooks and runs cells, over HTTP and websockets.

All goes through the hub's proxy, with cookies and messages like a browser's. Nothing but this
machine is ever asked.
"""

import asyncio
import json
import time
import uuid
from urllib.parse import urlsplit

import aiohttp

START_SECONDS = 300
# evcxr sends stderr, and at times the last line of stdout, after it has called a cell done.
GRACE_SECONDS = 0.15


class Refused(Exception):
    """The hub or a student's server answered with an error; the text says which."""


class Cell:
    """What running one cell came to."""

    def __init__(self):
        self.seconds, self.first_picture = 0.0, None
        self.error, self.stdout, self.stderr, self.bytes = None, "", "", 0

    def add(self, kind, content, began):
        """Takes in one message of the kernel."""
        if kind == "stream":
            setattr(self, content["name"], getattr(self, content["name"]) + content["text"])
        elif kind == "error":
            self.error = "\n".join(content["traceback"]) or content["evalue"]
        elif kind in ("execute_result", "display_data"):
            pictures = [k for k in content["data"] if k in ("image/svg+xml", "text/html")]
            if pictures and self.first_picture is None:
                self.first_picture = time.monotonic() - began


class Student:
    """One browser of one student."""

    def __init__(self, address, name, password):
        if urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
            raise ValueError(f"only a hub on this machine is tested, and {address} is not one")
        self.address, self.name, self.password = address, name, password
        # The hub and a student's server set cookies of the same name for different paths.
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.http.close()

    def token(self, path):
        """The cross-site token, which a browser reads from the cookie of the page."""
        cookies = self.http.cookie_jar.filter_cookies(self.address + path)
        return cookies["_xsrf"].value if "_xsrf" in cookies else ""

    async def ask(self, method, path, **options):
        """A request to the student's own server, or the hub; the answer's JSON, if there is any."""
        headers = {"X-XSRFToken": self.token(path), "Referer": self.address + path}
        async with self.http.request(
            method, self.address + path, headers=headers, **options
        ) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise Refused(f"{method} {path}: {answer.status} {text}")
            return json.loads(text) if "json" in answer.content_type else text

    async def log_in(self):
        """Logs in, as the form does."""
        await self.ask("GET", "/hub/login")
        form = {"username": self.name, "password": self.password, "_xsrf": self.token("/hub/")}
        await self.ask("POST", "/hub/login?next=%2Fhub%2Fhome", data=form)

    async def come_in(self):
        """Logs in and starts the server."""
        await self.log_in()
        await self.start_server()

    async def start_server(self):
        """Asks for the server, and waits until JupyterLab's page comes."""
        await self.ask("POST", f"/hub/api/users/{self.name}/server", json={})
        await self.wait_for_server()

    async def stop_server(self):
        """What *Stop my server* does; waits for its end."""
        await self.ask("DELETE", f"/hub/api/users/{self.name}/server", json={})
        while await self.server():
            await asyncio.sleep(0.5)

    async def wait_for_server(self):
        """Waits until the server answers with JupyterLab's page."""
        end = time.monotonic() + START_SECONDS
        while not (server := await self.server()) or not server["ready"]:
            if not server:
                raise Refused(f"{self.name}'s server ended before it was there")
            if time.monotonic() > end:
                raise Refused(f"{self.name}'s server was not there after {START_SECONDS} s")
            await asyncio.sleep(0.5)
        # This goes through the hub, which asks who it is, and comes back with a cookie.
        await self.ask("GET", f"/user/{self.name}/lab")

    async def server(self):
        """What the hub says of the server; None where there is none."""
        return (await self.ask("GET", f"/hub/api/users/{self.name}"))["servers"].get("")

    def path(self, rest):
        """A path of the student's own server."""
        return f"/user/{self.name}/api/{rest}"

    async def read(self, notebook):
        """A notebook as the server has it."""
        return (await self.ask("GET", self.path(f"contents/notebooks/{notebook}")))["content"]

    async def save(self, notebook, content):
        """Saves a notebook."""
        body = {"type": "notebook", "format": "json", "content": content}
        await self.ask("PUT", self.path(f"contents/notebooks/{notebook}"), json=body)

    async def terminal(self, command):
        """What a command prints in JupyterLab's terminal, which is beside the kernels, not in one."""
        name = (await self.ask("POST", self.path("terminals")))["name"]
        path = f"/user/{self.name}/terminals/websocket/{name}"
        headers = {"Origin": self.address}
        shown = ""
        async with self.http.ws_connect(self.address + path, headers=headers) as socket:
            # Its echo is not yet the end.
            await socket.send_json(["stdin", f"{command}; echo en''d\r"])
            while "end\r\n" not in shown:
                kind, *text = await socket.receive_json(timeout=60)
                shown += text[0] if kind == "stdout" else ""
        await self.ask("DELETE", self.path(f"terminals/{name}"))
        return shown

    async def kernel(self, notebook):
        """A new kernel for a notebook, connected."""
        body = {
            "path": f"notebooks/{notebook}",
            "name": notebook,
            "type": "notebook",
            "kernel": {"name": "rust"},
        }
        session = await self.ask("POST", self.path("sessions"), json=body)
        kernel = Kernel(self, session["id"], session["kernel"]["id"])
        await kernel.connect()
        return kernel


class Kernel:
    """A kernel's channels, over the websocket that JupyterLab uses."""

    def __init__(self, student, session, identity):
        self.student, self.session, self.identity = student, session, identity
        self.client = uuid.uuid4().hex
        self.socket = None

    async def connect(self):
        """Opens the websocket."""
        path = self.student.path(f"kernels/{self.identity}/channels?session_id={self.client}")
        self.socket = await self.student.http.ws_connect(
            self.student.address + path,
            max_msg_size=0,
            headers={"Origin": self.student.address},
        )

    async def close(self):
        """Shuts the kernel down, as closing its tab and choosing so does."""
        await self.socket.close()
        await self.student.ask("DELETE", self.student.path(f"sessions/{self.session}"))

    async def restart(self):
        """What *Kernel, Restart* does; the websocket stays."""
        await self.student.ask(
            "POST", self.student.path(f"kernels/{self.identity}/restart"), json={}
        )

    async def send(self, code):
        """Sends a cell to the kernel; the message's name."""
        name = uuid.uuid4().hex
        header = {
            "msg_id": name,
            "msg_type": "execute_request",
            "session": self.client,
            "username": self.student.name,
            "version": "5.3",
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
        await self.socket.send_json({**message, "content": content, "buffers": []})
        return name

    async def run(self, code, timeout, cell=None):
        """Runs a cell to its end. Who passes a `cell` in can look at it meanwhile."""
        cell, began = cell or Cell(), time.monotonic()
        name = await self.send(code)
        replied = idle = False
        while True:
            done = replied and idle
            left = GRACE_SECONDS if done else began + timeout - time.monotonic()
            try:
                message = await self.socket.receive(timeout=max(0.01, left))
            except asyncio.TimeoutError:
                if not done:
                    cell.error = f"ran longer than {timeout} s"
                break
            if message.type != aiohttp.WSMsgType.TEXT:
                cell.error = f"the connection to the kernel ended ({message.type.name})"
                break
            cell.bytes += len(message.data)
            data = json.loads(message.data)
            if data["parent_header"].get("msg_id") != name:
                continue
            kind, content = data["msg_type"], data["content"]
            cell.add(kind, content, began)
            replied |= kind == "execute_reply"
            idle |= kind == "status" and content["execution_state"] == "idle"
            if replied and idle and not done:
                cell.seconds = time.monotonic() - began
        return cell
