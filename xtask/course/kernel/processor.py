"""What this machine's processor can do, so that cargo compiles the cells and their crates for it.

A compiler that is told nothing uses what every x86-64 processor has had since 2003, and computes two numbers at once.
Nearly all since 2013 compute four, and the crate's fast engine is made for that. It is asked at each start of a kernel,
since an image may be built on one machine and run on another: where the two differ, the first cell compiles all anew.
The numbers that come out are the same to the last bit.
"""

from pathlib import Path

LEVEL = "x86-64-v3"
# That level, in the words of Linux.
NEEDED = {"abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe", "xsave"}
# What evcxr asks for itself; cargo takes our list in the place of evcxr's.
OWN = "-Cprefer-dynamic"


def variables(description=Path("/proc/cpuinfo")):
    """The variables that tell cargo; none where the processor has less, or the system does not say what it has."""
    try:
        lines = description.read_text().splitlines()
    except OSError:
        return {}
    found = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    if not NEEDED <= found:
        return {}
    return {"CARGO_ENCODED_RUSTFLAGS": f"{OWN}\x1f-Ctarget-cpu={LEVEL}"}
