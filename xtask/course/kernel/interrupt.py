"""*Interrupt*: a stop that keeps the variables, wherever the cell stands.

While it waits for input, the wait ends. While it is compiled, the compiler ends. While it runs, a file
tells it to end in order: `progress`, `epoch` and whoever asks `stopped()` do. A loop that never asks is
ended with its program, after two seconds; a slow step of one that asks, by a second press.
"""

import time

SECONDS = 2.0
ASKED = (
    "The cell was asked to stop, and ends after its current step. "
    "Press Interrupt once more to end it at once: that loses all variables.\n"
)
LOST = (
    "The loop did not end when it was asked to, so its program was ended, and all variables are lost. "
    "Run → Run All Above Selected Cell brings them back. "
    "A loop over progress(…), or one that asks stopped(), ends in order and loses nothing."
)
COMPILED = "Interrupted while it was compiled: the cell did not run, and all variables are kept."
LIBRARIES = (".so", ".dylib", ".dll")


class Interrupt:
    """What Interrupt has done to the cell that runs."""

    def __init__(self, folder):
        self.stop, self.asks, self.folder = folder / "stop", folder / "asks", folder
        self.begin()

    def begin(self):
        """Forgets the last cell."""
        self.stop.unlink(missing_ok=True)
        self.asks.unlink(missing_ok=True)
        self.pressed = self.said = None
        self.compiler = self.killed = False
        self.began = time.time()

    def press(self):
        """Takes in a press; gives whether the program must be ended now."""
        if self.pressed is not None:
            return True
        self.pressed = time.monotonic()
        self.stop.touch()
        return False

    def tick(self, process):
        """Looks again, as long as the cell goes on. Gives what to do: `kill`, `say`, or None."""
        if self.pressed is None or self.killed:
            return None
        if end_compiler(process):
            self.compiler = True
            return None
        if time.monotonic() - self.pressed < SECONDS:
            return None
        if self.asks.exists():
            said, self.said = self.said, True
            return None if said else "say"
        return "kill" if self.runs() else None

    def runs(self):
        """Whether the cell was compiled: before that, there is nothing to end but the compiler.

        The kernel's own clock and that of its files may differ by a moment.
        """
        folders = (self.folder / "target").glob("**/deps")
        files = (file for folder in folders for file in folder.iterdir() if file.suffix in LIBRARIES)
        return any(file.stat().st_mtime >= self.began - 0.1 for file in files)


def end_compiler(process):
    """Ends cargo, and what it has started, below a process; gives whether there was one."""
    import psutil  # 3 MB, and only here

    found = False
    try:
        children = psutil.Process(process).children()
    except psutil.NoSuchProcess:
        return False
    for child in children:
        try:
            if not child.name().startswith("cargo"):
                continue
            for part in [child, *child.children(recursive=True)]:
                part.kill()
            found = True
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            pass
    return found
