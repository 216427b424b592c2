"""A folder for each kernel, in which the course's crates are compiled already.

evcxr compiles a notebook's crates anew in every kernel. So each kernel gets a copy of the folder
`warm`, in which the first cell of the first notebook was compiled, with the versions of all crates
locked. Large files are linked, not copied: they are never written again, only replaced. Across file
systems, and in a sandbox that cannot write to `warm`, the links are symbolic.
"""

import os
import shutil
import tempfile
from pathlib import Path

import psutil

LARGE = 32_768
# What belongs to the cells that were compiled there, and not to the crates.
CELLS = shutil.ignore_patterns("incremental", "*ctx*", "libcode_*", "code_*", "src")


def link_or_copy(source, target):
    """Links a large file, where the system can; copies any other with its times."""
    if os.path.getsize(source) >= LARGE:
        for link in (os.link, os.symlink):
            try:
                link(source, target)
                return target
            except OSError:
                pass
    return shutil.copy2(source, target)


def sweep(kernels):
    """Removes the folders of kernels that were killed. Their names begin with their process."""
    for folder in kernels.iterdir():
        process = folder.name.partition("-")[0]
        if process.isdigit() and not psutil.pid_exists(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def make(course):
    """Makes the folder of this kernel. Nobody else can read it: it holds the secret of `places`."""
    kernels = Path(course) / "kernels"
    kernels.mkdir(exist_ok=True)
    sweep(kernels)
    return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=kernels))


def warm(course, folder, given_up=lambda: False):
    """Brings the compiled crates into it, unless the kernel is given up meanwhile."""

    def copy(source, target):
        if given_up():
            raise SystemExit  # which ends a thread without a word
        return link_or_copy(source, target)

    source = Path(course) / "warm"
    if source.is_dir():
        shutil.copytree(source, folder, ignore=CELLS, copy_function=copy, dirs_exist_ok=True)
        os.chmod(folder, 0o700)  # the copy has taken on how the other may be read
