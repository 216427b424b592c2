"""What moves in the pages without a kernel: the crate, compiled to WebAssembly, in four things to touch.

A cell's tag `page-NAME` puts one in the place of its output, which stays as the still picture for paper and for browsers
without WebAssembly. The pad has no still output: the cell with the tag `page-draw-still` lends it one.
"""

import array
import base64
import gzip
import html
import json
import re
from pathlib import Path

from course.cells import tags

# As the start page shows them, and what stands above each there.
NAMES = {"draw": "Draw a digit", "train": "Watch it learn", "formula": "The formula with its numbers", "slope": "The slope"}
# The first page must weigh at most 1 MB. 2000 images teach 784–10 to read 87 of 100; 500 tell the accuracy to 1.5 %.
TRAIN, HELD, IN_FORMULA = 2000, 500, 100
OF_VALIDATION = 50_000
HERE = Path(__file__).with_name("touch")
SIDES = 28 * 28


def name_of(cell):
    """Which thing to touch a cell shows, if any."""
    return next((name for name in NAMES if f"page-{name}" in tags(cell)), None)


def pad(root):
    """A part of the drawing pad: pages have the same as the notebook's output."""
    return lambda name: (root / "crate" / "src" / "pad" / name).read_text(encoding="utf-8")


def section(name, still, root):
    """The place of one, with what is seen until it moves."""
    inside = re.search(r"<main class=\"pad\">(.*)</main>", pad(root)("pad.html"), re.DOTALL)[1] if name == "draw" else ""
    return (
        f'<section class="touch" id="touch-{name}" aria-label="{NAMES[name]}">'
        '<p class="says">This picture moves in a browser that runs scripts and WebAssembly.</p>'
        f'<div class="alive"><div class="pad">{inside}</div></div><div class="still">{still}</div></section>'
    )


def network(output):
    """The network that the notebook's pad carries, in a quarter of the room: each parameter as a byte."""
    found = re.search(r"const NETWORK = (\{.*?\});", html.unescape(output), re.DOTALL)
    carried = json.loads(found[1])
    numbers = array.array("f", base64.b64decode(carried["parameters"]))
    carried["step"] = step = max(map(abs, numbers)) / 127
    rounded = array.array("b", (round(number / step) for number in numbers))
    return json.dumps(carried | {"parameters": base64.b64encode(rounded).decode()})


def images(root, train, held):
    """Labels, then pixels, packed: the first images of the training set, and the first of the validation set."""
    parts = []
    for name, header, size in (("labels-idx1", 8, 1), ("images-idx3", 16, SIDES)):
        data = gzip.decompress((root / "data" / f"train-{name}-ubyte.gz").read_bytes())[header:]
        parts += [data[: train * size], data[OF_VALIDATION * size : (OF_VALIDATION + held) * size]]
    return base64.b64encode(gzip.compress(b"".join(parts), 9, mtime=0)).decode()


def scripts(names, root, pad_output):
    """All that a page with these things to touch must carry: the crate, the data, and the scripts."""
    if not names:
        return ""
    read = pad(root)
    packed = (root / "crate" / "src" / "pad" / "digits.wasm.gz").read_bytes()
    data = {"wasm": base64.b64encode(packed).decode()}
    if "train" in names:
        data["images"] = images(root, TRAIN, HELD)
    elif "formula" in names:
        data["images"] = images(root, IN_FORMULA, 0)
    if "draw" in names:
        data["network"] = network(pad_output)
    blocks = [f'<script type="text/plain" id="data-{name}">{text}</script>' for name, text in data.items()]
    parts = [read("engine.js"), (HERE / "touch.js").read_text(encoding="utf-8")]
    train = TRAIN if "train" in names else IN_FORMULA
    parts.append(
        'const carried = (name) => document.getElementById(`data-${name}`)?.textContent ?? "";\n'
        f'const WASM = carried("wasm"), DATA = {{ images: carried("images"), train: {train} }};\n'
    )
    for name in names:
        if name == "draw":
            parts.append('{ const NETWORK = JSON.parse(carried("network"));\n' + read("pad.js") + 'touch("draw", () => started); }\n')
        else:
            parts.append((HERE / f"{name}.js").read_text(encoding="utf-8"))
    # A function around them: the slides' script has names of its own.
    return "".join(blocks) + "<script>(() => {" + "".join(parts) + "})();</script>"
