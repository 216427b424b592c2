"""The process of evcxr: its ports, its start, and that nothing of it is left at the end."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess

from . import processor

CHANNELS = ("shell", "control", "stdin", "iopub", "hb")
# Below the ports that systems hand out by themselves, so that few others take one meanwhile.
PORTS = range(12_000, 32_000)

# Whatever ends the front part closes this script's input: then it ends evcxr, the notebook's program
# and its compilers, and removes the folder.
KEEPER = 'read -r _; kill -KILL "-$1" 2>/dev/null; rm -rf -- "$2"'


def free_port(taken):
    """A port of this machine on which nobody listens at the moment."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in taken:
            return port


class Evcxr:
    """A running evcxr, with a connection file of its own in the kernel's folder."""

    def __init__(self, kernel, folder, key, variables):
        ports = []
        for _ in CHANNELS:
            ports.append(free_port(ports))
        self.ports = dict(zip(CHANNELS, ports))
        self.folder, self.keeper = folder, None
        connection = {f"{channel}_port": port for channel, port in self.ports.items()}
        connection |= {"transport": "tcp", "ip": "127.0.0.1", "key": key}
        connection["signature_scheme"] = "hmac-sha256"
        file = folder / "evcxr.json"
        file.touch(mode=0o600)
        file.write_text(json.dumps(connection))
        self.process = subprocess.Popen(
            [kernel, "--control_file", str(file)],
            env={**processor.variables(), **os.environ, **variables},
            start_new_session=True,
        )
        if os.name == "posix":
            self.keeper = subprocess.Popen(
                ["sh", "-c", KEEPER, "sh", str(self.process.pid), str(folder)],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )

    def address(self, channel):
        """Where a channel is."""
        return f"tcp://127.0.0.1:{self.ports[channel]}"

    def ended(self):
        """Whether it has ended by itself."""
        return self.process.poll() is not None

    def again(self):
        """Ends it, but keeps the folder for another try."""
        if self.keeper:
            self.keeper.kill()
            self.keeper.wait()
            self.keeper = None
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()

    def end(self):
        """Ends all that belongs to it."""
        if self.keeper:
            self.keeper.stdin.close()
            self.keeper.wait()
            self.process.wait()
            return
        import psutil  # only where there is no keeper

        try:
            everything = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            everything = []
        for process in [*everything, self.process]:
            try:
                process.kill()
            except (OSError, psutil.NoSuchProcess):
                pass
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
