"""A student's server in a sandbox: what it sees, what it may write, and what it may use.

course/bubblewrap.py says what is in it. Nobody sees the processes, the folders or the secrets of the others.
"""

import filecmp
import os
import shutil
import signal
import sys
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

from course.bubblewrap import FOLDERS, bubblewrap, limits, variables


def give(course, given, notebooks):
    """Copies the course's notebooks that are missing, and renews those that nobody has changed.

    `given` keeps what was copied, which tells the changed ones from the others.
    """
    given.mkdir(exist_ok=True)
    for source in sorted(course.glob("*.ipynb")):
        theirs, before = notebooks / source.name, given / source.name
        changed = theirs.exists() and not (before.exists() and filecmp.cmp(theirs, before, False))
        if not changed:
            for target in (theirs, before):
                # Made where no student can put a link in its place.
                new = before.with_suffix(".new")
                shutil.copyfile(source, new)
                new.replace(target)


class Sandbox(SimpleLocalProcessSpawner):
    """Starts a student's server; `mem_limit` and `cpu_limit` hold here."""

    root = Path(__file__).resolve().parents[2]
    state = Path(os.environ["DIGITS_HUB"])

    # Where the teacher's own JupyterLab says how it is reached, and by what secret it trusts a notebook.
    teachers = [root / ".course/jupyter/runtime", root / ".course/jupyter/data"]

    @property
    def folder(self):
        """Where this student's files are."""
        return self.state / "students" / self.user.name

    async def start(self):
        """Lays out the student's folder, then starts the server in its sandbox."""
        # The kernels of the last server are gone; killed ones leave their folders and sockets behind.
        for name in ("kernels", "tmp/jupyter"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for name in FOLDERS:
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.root / ".course/kernels").mkdir(exist_ok=True)
        for private in self.teachers:
            private.mkdir(mode=0o700, exist_ok=True)  # only what is there can be hidden
        try:
            give(self.root / "notebooks", self.folder / "given", self.folder / "notebooks")
        except OSError as error:  # a full disk: the student must get in to make room
            self.log.warning("%s did not get the newest notebooks: %s", self.user.name, error)
        self.cmd = [*self.scope(), *self.bubblewrap(), *self.limits(), self.singleuser()]
        return await super().start()

    def singleuser(self):
        """The program that serves one student."""
        return str(Path(sys.prefix) / "bin" / "jupyterhub-singleuser")

    def user_env(self, env):
        """The environment of a student; the kernel adds its own to it."""
        return {
            **env,
            **variables(self.root, self.user.name),
            # The second is the hub's own: notebooks are saved often, and with the times of their cells.
            "JUPYTER_CONFIG_PATH": os.pathsep.join(
                [str(self.root / ".course/jupyter/config"), str(self.root / "deploy/hub/lab")]
            ),
            "JUPYTER_PATH": str(self.root / ".course/venv/share/jupyter"),
        }

    def bubblewrap(self):
        """The command that makes the sandbox."""
        hidden = {self.root / ".course/hub", self.state, *self.teachers}
        return bubblewrap(self.root, self.folder, self.user.name, hidden)

    def limits(self):
        """Limits that hold in any Linux, for each process. A cell that wants more aborts."""
        # The outer process ignores these signals (see below), the server must not.
        return [*limits(self.mem_limit), "env", "--default-signal=INT,TERM"]

    def scope(self):
        """Under systemd also limits for all of a student's processes together."""
        if not Path("/run/systemd/system").is_dir():
            return []
        command = ["systemd-run", "--scope", "--quiet", "--collect"]
        if os.geteuid() != 0:
            command.append("--user")
        if self.mem_limit:
            command += [f"--property=MemoryMax={self.mem_limit}", "--property=MemorySwapMax=0"]
        if self.cpu_limit:
            command.append(f"--property=CPUQuota={self.cpu_limit:.0%}")
        return [*command, "--"]

    def make_preexec_fn(self, name):
        """The cores that this student may use, and a lower priority than the hub's."""
        cores = sorted(os.sched_getaffinity(0))
        count = max(1, round(self.cpu_limit)) if self.cpu_limit else len(cores)
        first = self.user.id * count
        mine = {cores[i % len(cores)] for i in range(first, first + count)}

        def prepare():
            os.sched_setaffinity(0, mine)
            os.nice(5)
            # bubblewrap's outer process would end before the server has; it ends with it.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)

        return prepare

    async def _signal(self, sig):
        """Sends a signal to the server, in whose process group the sandbox's own processes are."""
        try:
            os.killpg(self.pid, sig)
        except ProcessLookupError:
            return False
        return True
