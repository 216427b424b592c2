"""An image without a container engine: a root folder that is built from a Dockerfile's own lines.

Debian from debootstrap and this machine's Rust stand in for the base image. It needs root, and a mount
namespace of its own, with which its mounts go away.
"""

import json
import shlex
import shutil
import string
import subprocess
import sys
from pathlib import Path

from dockerfile_parse import DockerfileParser

MIRROR = "http://deb.debian.org/debian"
# What the base image sets.
BASE = {
    "PATH": "/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "CARGO_HOME": "/usr/local/cargo",
    "RUSTUP_HOME": "/usr/local/rustup",
}
# How a program in the root reaches the package registries, as this machine does.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
COPIED = "/etc/machine-certificates.crt"
NETWORK = dict.fromkeys(("SSL_CERT_FILE", "PIP_CERT", "CARGO_HTTP_CAINFO"), COPIED)


class Image:
    """The root folder, and the settings that the Dockerfile gives to what runs in it."""

    def __init__(self, project, root):
        self.project, self.root = project, root
        self.arguments, self.environment = {}, dict(BASE)
        self.user, self.folder = "0", "/"
        self.entry, self.command = [], []

    def build(self, dockerfile):
        """Does what each line of the Dockerfile says."""
        for line in DockerfileParser(str(dockerfile)).structure:
            word, value = line["instruction"], line["value"]
            if word in ("COMMENT", "EXPOSE"):
                continue
            print(f"--- {word} {value}", flush=True)
            if word == "FROM":
                self.lay_base()
            elif word == "ARG":
                self.set_variables(value, self.arguments)
            elif word == "ENV":
                self.set_variables(value, self.environment)
            elif word == "COPY":
                self.copy(*value.split())
            elif word == "RUN":
                check(self.process("/bin/sh", "-c", value).wait() == 0, f"RUN {value} failed")
            elif word == "USER":
                self.user = self.filled(value)
            elif word == "WORKDIR":
                self.folder = self.filled(value)
            elif word == "ENTRYPOINT":
                self.entry = json.loads(value)
            elif word == "CMD":
                self.command = json.loads(value)
            else:
                check(False, f"the test does not know {word}")

    def lay_base(self):
        """Debian, and Rust where the base image has it."""
        root = self.root
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root, MIRROR], check=True)
        for file in ("/etc/hosts", "/etc/resolv.conf"):
            shutil.copy(file, self.inside(file))
        shutil.copy(CERTIFICATES, self.inside(COPIED))
        subprocess.run(["mount", "--rbind", "/dev", root / "dev"], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
        name = answer("rustup", "show", "active-toolchain").split()[0]
        shutil.copytree(
            answer("rustc", "--print", "sysroot"),
            self.inside(f"/usr/local/rustup/toolchains/{name}"),
            symlinks=True,
            ignore=shutil.ignore_patterns("doc"),
        )
        programs = self.inside("/usr/local/cargo/bin")
        programs.mkdir(parents=True)
        shutil.copy(shutil.which("rustup"), programs / "rustup")
        for program in ("cargo", "rustc", "rustdoc"):
            (programs / program).symlink_to("rustup")
        check(self.process("rustup", "default", name).wait() == 0, "the copied Rust does not run")

    def set_variables(self, value, target):
        """Reads NAME=VALUE pairs."""
        for pair in shlex.split(self.filled(value)):
            name, _, text = pair.partition("=")
            target[name] = text

    def copy(self, source, target):
        """Copies a file or a folder of the project, but for what .dockerignore lists."""
        ignored = (self.project / ".dockerignore").read_text().split()

        def leave_out(folder, names):
            inner = Path(folder).relative_to(self.project)
            return [name for name in names if str(inner / name) in ignored or f"**/{name}" in ignored]

        source, target = self.project / source, self.inside(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_file():
            shutil.copy2(source, target)
        else:
            shutil.copytree(source, target, ignore=leave_out, dirs_exist_ok=True)

    def filled(self, value):
        """The text with the Dockerfile's variables filled in."""
        return string.Template(value).substitute(self.arguments | self.environment)

    def inside(self, path):
        """A path of the image, seen from outside."""
        return self.root / str(path).lstrip("/")

    def process(self, *command, environment=None, **options):
        """Starts a command inside the root, as the present user and in the present folder."""
        if environment is None:
            environment = self.arguments | self.environment
        # Found on this machine's PATH, not on the image's.
        enter = [shutil.which("chroot"), f"--userspec={self.user}:{self.user}", self.root]
        enter += ["/bin/sh", "-c", 'cd "$0" && exec "$@"', self.folder]
        return subprocess.Popen([*enter, *command], env=environment | NETWORK, **options)

    def start(self, *command, **options):
        """What an engine does: the entry point with a command."""
        return self.process(*self.entry, *command, **options)

    def output(self, *command, **options):
        """The output of a started command, which must succeed."""
        process = self.start(*command, stdout=subprocess.PIPE, text=True, **options)
        text = process.communicate()[0].strip()
        check(process.returncode == 0, f"{command} ended with {process.returncode}:\n{text}")
        return text


def answer(*command):
    """What a command of this machine prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def check(holds, message):
    """Ends the test with a sentence where something does not hold."""
    if not holds:
        sys.exit(f"image: {message}")
