"""Builds binder/Dockerfile in a fresh root (see image.py) and uses it as students and hubs would.

`cargo xtask test --image` calls it:

    image_test.py PROJECT ROOT [--kernel FILE]

With --kernel this file is the image's kernel; else the kernel is built there, in about 12 minutes.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from image import Image, check

COURSE = "/opt/digits"
START_SECONDS = 60
TOKEN = "image-test"
# All that a student may write to outside of home.
WRITABLE = {f"{COURSE}/.course/kernels"}


def main():
    """Builds the image, gives it an empty home, and runs the tests in turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("root", type=Path)
    parser.add_argument("--kernel", type=Path)
    arguments = parser.parse_args()
    if arguments.root.exists():
        shutil.rmtree(arguments.root)
    image = Image(arguments.project, arguments.root)
    if arguments.kernel:
        programs = image.inside("/usr/local/bin")
        programs.mkdir(parents=True)
        shutil.copy2(arguments.kernel, programs / "evcxr_jupyter")
    image.build(arguments.project / "binder" / "Dockerfile")
    mount_empty_home(image)
    for test in (read_only, lessons, server, hub, bare_environment, clone):
        start = time.monotonic()
        test(image)
        print(f"image: {test.__doc__} ({time.monotonic() - start:.0f} s)", flush=True)


def mount_empty_home(image):
    """As a hub does. What the image has in its home folder is out of sight from here on."""
    home = image.inside(image.folder)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", home], check=True)
    os.chown(home, int(image.user), int(image.user))


def read_only(image):
    """The student can change nothing of the course itself."""
    found = image.output("find", COURSE, "-not", "-type", "l", "-writable").splitlines()
    check(set(found) == WRITABLE, f"a student may write to {found}, expected {WRITABLE}")


def lessons(image):
    """A lesson that is there stays as it is; one that is missing comes back."""
    there = image.inside(f"{image.folder}/digits/notebooks")
    ours = {path.name for path in image.inside(f"{COURSE}/notebooks").glob("*.ipynb")}
    image.output("true")
    found = {path.name for path in there.iterdir()}
    check(found == ours, f"the lessons laid are {found}, expected {ours}")
    changed, deleted = there / "02_data.ipynb", there / "01_network.ipynb"
    changed.write_text("mine")
    deleted.unlink()
    image.output("true")
    check(changed.read_text() == "mine", "a start has overwritten the student's lesson")
    check(deleted.exists(), "a start has not laid the missing lesson again")
    changed.unlink()
    image.output("true")


def server(image):
    """JupyterLab opens on lesson 1 and offers the Rust kernel alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = image.environment | {"JUPYTER_TOKEN": TOKEN}
    process = image.start(*image.command, f"--port={port}", environment=environment)
    try:
        kernels = json.loads(wait_for(process, port, "/api/kernelspecs"))
        check(set(kernels["kernelspecs"]) == {"rust"}, f"the kernels offered are {kernels}")
        check(kernels["default"] == "rust", f"the default kernel is {kernels['default']}")
        lab = wait_for(process, port, "/lab/tree/digits/notebooks/01_network.ipynb")
        check("jupyter-config-data" in lab, "the page of lesson 1 is not JupyterLab")
        check("announcements" in lab, "JupyterLab would ask whether to fetch news")
        wait_for(process, port, "/api/contents/digits/notebooks/01_network.ipynb")
    finally:
        process.terminate()
        process.wait()


def wait_for(process, port, path):
    """The text that a server answers, as soon as it does."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"token {TOKEN}"}
    )
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(request) as reply:
                return reply.read().decode()
        except urllib.error.HTTPError as error:
            check(False, f"{path} answers {error}")
        except OSError as error:
            check(process.poll() is None, f"the server ended with {process.returncode}")
            check(time.monotonic() < end, f"{path} does not answer: {error}")
            time.sleep(1)


def hub(image):
    """The program that a hub starts is there, in the chart's major version."""
    version = image.output("jupyterhub-singleuser", "--version")
    check(version.startswith("5."), f"jupyterhub-singleuser is {version}, expected 5")


def bare_environment(image):
    """Lesson 1 runs in the student's folder, also where a hub passes on no variable but HOME."""
    run = [f"{COURSE}/.course/venv/bin/python", "-m", "course.runner", "run"]
    home = image.environment["HOME"]
    process = image.start(
        *run,
        "--log",
        f"{home}/kernels.log",
        f"{home}/digits/notebooks/01_network.ipynb",
        environment={"HOME": home, "PATH": "/usr/bin:/bin"},
    )
    check(process.wait() == 0, "lesson 1 does not run (see above)")


def clone(image):
    """A clone of the project in the image runs lesson 1 too, as in a devcontainer."""
    home = image.inside(image.folder)
    image.copy(".", f"{image.folder}/clone")
    subprocess.run(["chown", "--recursive", f"{image.user}:{image.user}", home / "clone"], check=True)
    before, image.folder = image.folder, f"{image.folder}/clone"
    print(image.output("cargo", "xtask", "notebooks", "notebooks/01_network.ipynb"))
    image.folder = before
    built = home / "clone/.course/kernel"
    check(not built.exists(), "the clone has built a kernel, though the image has one")


if __name__ == "__main__":
    main()
