"""The class's own test set: drawn in a browser, kept by students, gathered, and read again, pixel for pixel.

`cargo xtask test --hub` calls it:

    drawings_test.py FOLDER PYTHON BROWSER
"""

import asyncio
import json
import struct
import subprocess
import sys
from pathlib import Path

from classroom import ROOT, Classroom

sys.path.insert(0, str(ROOT / "deploy/hub"))
from drawings import IMAGES, KEPT_IN, LABELS  # noqa: E402

LESSON = "06_inside.ipynb"
CELL_SECONDS = 180
KEEP = """
for line in std::fs::read_to_string("drawn.txt")?.lines() {
    let (digit, pixels) = line.split_once(':').ok_or("no digit")?;
    let image: Array1<u8> = pixels.split(',').map(|pixel| pixel.parse::<u8>()).collect::<std::result::Result<_, _>>()?;
    digits::keep_drawing("my-drawings", &image, digit.parse()?)?;
}
"""
READ = """
let class: Set = digits::kept_drawings("../target/hub/class")?;
for i in 0..class.len() {
    println!("{}:{}", class.label(i)?, class.image(i)?.iter().map(|p| p.to_string()).collect::<Vec<_>>().join(","));
}
"""


def as_line(drawing):
    """A drawing as a line of text."""
    digit, pixels = drawing
    return f"{digit}:{','.join(map(str, pixels))}"


async def run(kernel, code):
    """Runs a cell that must not fail; what it printed."""
    ran = await kernel.run(code, CELL_SECONDS)
    assert not ran.error and not ran.stderr, ran.error or ran.stderr
    return ran.stdout


async def keep(room, name, drawings):
    """A student keeps drawings as lesson 6 does; their kernel stays, with the lesson's first cell run."""
    student = room.student(name)
    await student.come_in()
    text = "\n".join(map(as_line, drawings))
    body = {"type": "file", "format": "text", "content": text}
    await student.ask("PUT", student.path("contents/notebooks/drawn.txt"), json=body)
    cells = (await student.read(LESSON))["cells"]
    kernel = await student.kernel(LESSON)
    await run(kernel, "".join(next(cell["source"] for cell in cells if cell["cell_type"] == "code")))
    assert await run(kernel, KEEP) == ""
    return student, kernel


def plant(room):
    """Folders that hold no drawings, each in its own way: they are left out, and said."""
    good = room.files("anna") / KEPT_IN
    images, labels = (good / IMAGES).read_bytes(), (good / LABELS).read_bytes()
    kinds = {
        "ten": (images, labels[:-1] + b"\x0a"),
        "short": (images[:-1], labels),
        "longer": (images, labels + b"\x01"),
        "magic": (images, struct.pack(">2I", 2051, 10) + labels[8:]),
        "empty": (b"", b""),
    }
    for name, (first, second) in kinds.items():
        room.files(name).joinpath(KEPT_IN).mkdir(parents=True)
        (room.files(name) / KEPT_IN / IMAGES).write_bytes(first)
        (room.files(name) / KEPT_IN / LABELS).write_bytes(second)
    room.files("link").mkdir(parents=True)
    (room.files("link") / KEPT_IN).symlink_to(good)
    room.files("file").joinpath(KEPT_IN).mkdir(parents=True)
    (room.files("file") / KEPT_IN / IMAGES).symlink_to(good / IMAGES)
    (room.files("file") / KEPT_IN / LABELS).symlink_to(good / LABELS)
    return [*kinds, "link", "file"]


async def gathered(room, drawn):
    """Anna draws by mouse and Ben by touch; what is gathered is what they drew, and nothing else."""
    both = await asyncio.gather(
        keep(room, "anna", drawn["by_mouse"]), keep(room, "ben", drawn["by_touch"])
    )
    left_out = plant(room)
    target = ROOT / "target/hub/class"
    printed = room.command(f"--drawings={target}", stdout=subprocess.PIPE, text=True).communicate()[0]
    assert "20 drawings of 2 students" in printed, printed
    missing = [name for name in left_out if f"left out: {name!r}" not in printed]
    assert not missing and printed.count("left out") == len(left_out), printed
    assert (target / IMAGES).stat().st_size == 16 + 20 * 784, "there is more in the file than images"
    assert (target / LABELS).stat().st_size == 8 + 20, "there is more in the file than labels"
    wanted = [as_line(drawing) for drawing in drawn["by_mouse"] + drawn["by_touch"]]
    assert len(wanted) == 20 and len(set(wanted)) >= 10, "the drawings are all alike"
    read = (await run(both[1][1], READ)).splitlines()
    assert sorted(read) == sorted(wanted), "the drawings are not read back as they were drawn"
    assert read != wanted, "the order tells who drew what"
    for student, _ in both:
        await student.__aexit__()


def main():
    """Draws, then keeps, gathers and reads."""
    folder, python, browser = Path(sys.argv[1]).resolve(), *sys.argv[2:4]
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "drawn.json"
    subprocess.run([python, "-B", Path(__file__).with_name("drawn.py"), out, browser], check=True)
    with Classroom(folder / "drawings") as room:
        asyncio.run(gathered(room, json.loads(out.read_text())))
    print("drawings: 10 by mouse and 10 by touch, kept, gathered and read back pixel for pixel; 7 folders left out")


if __name__ == "__main__":
    main()
