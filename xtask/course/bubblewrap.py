"""The sandbox in which a student's code runs, on the classroom server and when it is graded.

bubblewrap makes it, and needs no root for it. Inside, the project is where it always is and cannot be written,
but for the folder `notebooks`, which is the student's own.
"""

import json
import os
import sys
from pathlib import Path

# Notebooks, home and temporary files of a student, and the folders of the running kernels.
FOLDERS = ("notebooks", "home", "tmp", "kernels")
SYSTEM = ("/usr", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt")
SECRETS = ("/etc/shadow", "/etc/gshadow", "/etc/sudoers")
# Far more than a student with all lessons open has, and far less than a machine bears.
MOST_PROCESSES = 1000


def specification(root):
    """How the kernel is started, as `cargo xtask` has registered it."""
    return json.loads((root / ".course/venv/share/jupyter/kernels/rust/kernel.json").read_text(encoding="utf-8"))


def toolchain(root):
    """The kernel's program and its environment."""
    kernel = specification(root)
    rust = {
        "CARGO_HOME": str(Path.home() / ".cargo"),
        "RUSTUP_HOME": str(Path.home() / ".rustup"),
        **{name: os.environ[name] for name in ("CARGO_HOME", "RUSTUP_HOME") if name in os.environ},
        **kernel["env"],
    }
    # … KERNEL COURSE CONNECTION_FILE
    return kernel["argv"][-3], rust


def variables(root, name):
    """The environment of a student; the kernel adds its own to it."""
    rust = toolchain(root)[1]
    return {
        "USER": name,
        "HOME": f"/home/{name}",
        # The kernels' sockets are here; a path of more than 107 bytes would be too long for one.
        "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",
        "SHELL": "/bin/bash",
        "PATH": rust["PATH"],
        "CARGO_HOME": rust["CARGO_HOME"],
        "RUSTUP_HOME": rust["RUSTUP_HOME"],
        # All crates of the course are here, and a class must not wait for a registry.
        "CARGO_NET_OFFLINE": "true",
        "PYTHONUTF8": "1",
    }


def bubblewrap(root, theirs, name, hidden):
    """The command that makes the sandbox of a student, whose files are in the folder `theirs`."""
    kernel, rust = toolchain(root)
    visible = [
        root,
        sys.base_prefix,
        kernel,
        rust["RUSTUP_HOME"],
        f"{rust['CARGO_HOME']}/registry",
        f"{rust['CARGO_HOME']}/config.toml",
    ]
    command = ["bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc"]
    # What runs in it is the sandbox's first process: whatever ends it ends all that it started.
    command.append("--as-pid-1")
    for path in SYSTEM:
        command += ["--ro-bind-try", path, path]
    command += ["--proc", "/proc", "--dev", "/dev"]
    # Before the course, which may itself lie in one of them.
    for source, target in {"home": f"/home/{name}", "tmp": "/tmp"}.items():
        command += ["--bind", str(theirs / source), target]
    for path in visible:
        command += ["--ro-bind-try", str(path), str(path)]
    # Cargo takes turns by this file. Without it, a cargo command of the teacher's would pull the
    # crates' index from under a student's cell.
    lock = f"{rust['CARGO_HOME']}/.package-cache"
    command += ["--bind-try", lock, lock]
    for path in SECRETS:
        if os.access(path, os.R_OK):
            command += ["--ro-bind", "/dev/null", path]
    for secret in hidden:
        seen = any(secret.is_relative_to(path) for path in (root, *SYSTEM))
        if seen and secret.exists():
            command += ["--tmpfs", str(secret), "--remount-ro", str(secret)]
    for source, target in {"notebooks": root / "notebooks", "kernels": root / ".course/kernels"}.items():
        command += ["--bind", str(theirs / source), str(target)]
    # Memory that no limit counts: on the disk it counts as the student's files.
    command += ["--bind", str(theirs / "tmp"), "/dev/shm", "--remount-ro", "/dev"]
    return [*command, "--remount-ro", "/", "--chdir", str(root), "--"]


def limits(memory):
    """Limits that hold in any Linux, for each process. A cell that wants more aborts."""
    return ["prlimit", f"--nproc={MOST_PROCESSES}", "--core=0", *([f"--data={memory}"] if memory else [])]
