"""Our side of the benchmark: code in a notebook's cells, run by the kernel as a student's are."""

import json
import os
import re
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

IMPORTS = """
:dep digits-by-hand = { path = "../crate" }

use digits::{Mnist, Network, Parameters, Part, Set, Sgd, plot};
use digits::ndarray::{Array1, Array2, Axis};
use digits::rand::SeedableRng;
use digits::rand_chacha::ChaCha8Rng;
use std::time::Instant;
"""


class Cells:
    """A kernel that is running."""

    def __init__(self, client, started):
        self.client, self.started = client, started

    def run(self, source):
        """Runs a cell. Returns its text, and whether it showed a picture."""
        text, picture = [], False

        def hook(message):
            nonlocal picture
            content = message["content"]
            text.append(content.get("text", ""))
            picture = picture or "text/html" in content.get("data", {})

        reply = self.client.execute_interactive(source, output_hook=hook, timeout=600)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"the cell failed:\n{source}\n{reply['content']}")
        return "".join(text), picture


@contextmanager
def kernel(project, cores=None, bare=False, tmp=None):
    """A fresh kernel: the course's, or `bare`, as evcxr's own installation registers it."""
    spec = json.loads((project / ".course/venv/share/jupyter/kernels/rust/kernel.json").read_text())
    with tempfile.TemporaryDirectory() as folder:
        if bare:
            spec["argv"] = [spec["argv"][-3], "--control_file", "{connection_file}"]
            spec["env"].pop("RUST_SRC_PATH", None)
            spec["env"]["EVCXR_CONFIG_DIR"] = folder
        place = Path(folder) / "kernels" / "rust"
        place.mkdir(parents=True)
        (place / "kernel.json").write_text(json.dumps(spec))
        specs = KernelSpecManager(kernel_dirs=[str(place.parent)], ensure_native_kernel=False)
        manager = KernelManager(kernel_name="rust", kernel_spec_manager=specs)
        environment = {**os.environ}
        environment.pop("EVCXR_TMPDIR", None)
        if tmp:
            environment["EVCXR_TMPDIR"] = str(tmp)
        before = os.sched_getaffinity(0)
        if cores:
            os.sched_setaffinity(0, cores)
        started = time.perf_counter()
        with open(os.devnull, "w") as nowhere:
            manager.start_kernel(
                cwd=str(project / "notebooks"), env=environment, stdout=nowhere, stderr=nowhere
            )
            os.sched_setaffinity(0, before)
            client = manager.client()
            client.start_channels()
            try:
                client.wait_for_ready(timeout=300)
                yield Cells(client, started)
            finally:
                client.stop_channels()
                manager.shutdown_kernel(now=True)


class Ours:
    """Works of the course's crate in a kernel."""

    SETS = {"shallow": "&[784, 10]", "hidden": "&[784, 100, 10]"}

    def __init__(self, cells, folder):
        self.cells = cells
        cells.run(IMPORTS)
        cells.run('let mnist: Mnist = Mnist::load("../data")?;')
        for name, dimensions in self.SETS.items():
            path = json.dumps(str(folder / f"{name}.safetensors"))
            cells.run(
                f"let {name}: Network = Network::glorot({dimensions})?;\n"
                f"let {name}_scaled: Network = {name}.clone().with_pixel_scale(1.0 / 255.0)?;\n"
                f"let {name}_start: Parameters = {name}.load({path})?;"
            )

    def timed(self, before, work, result):
        """The seconds that a work takes, compiled in a cell of its own, and its result."""
        text, _ = self.cells.run(
            f"{before}\nlet now = Instant::now();\n{work}\n"
            f'println!("took {{}} result {{}}", now.elapsed().as_secs_f64(), {result});'
        )
        found = re.search(r"took (\S+) result (\S+)", text)
        if not found:
            raise RuntimeError(f"no time from:\n{work}\n{text}")
        return float(found[1]), float(found[2])

    def batch(self, name):
        return self.timed(
            "let batch: Set = mnist.train.first(100)?;",
            f"let g = {name}.gradient_batch(&batch.images(), &batch.labels(), &{name}_start)?;",
            "g.b[0].dot(&g.b[0])",
        )

    def epoch(self, start):
        name, start = start.replace("-", "_"), start.partition("-")[0]
        return self.timed(
            "",
            f"let p = {name}.epoch(&{start}_start, &mnist.train, &mut Sgd::new(0.1))?;\n"
            "let took = now.elapsed();",
            f"{name}.accuracy(&mnist.validation, &p)?",
        )

    def validate(self, name):
        return self.timed("", f"let a = {name}.accuracy(&mnist.validation, &{name}_start)?;", "a")

    def search(self, name):
        return self.timed(
            "let rates: Vec<f64> = Array1::geomspace(0.01, 10.0, 13).ok_or(\"no grid\")?.to_vec();",
            f"let found = {name}.rate_search(&{name}_start, &mnist.train, &mnist.validation, &rates, Sgd::new)?;",
            "found.best().accuracy",
        )

    def check(self, name):
        return self.timed(
            "let image: Array1<u8> = mnist.train.image(2)?.to_owned();",
            f"let c = {name}.check(&image, 4, &{name}_start, Part::Weights(1))?;",
            "c.largest_error()",
        )

    def load(self, folder):
        return self.timed("", f"let m = Mnist::load({json.dumps(str(folder))})?;", "m.train.len()")


def empty_folder():
    """A folder for a kernel whose crates are not compiled, far from the course's settings for cargo."""
    folder = Path(tempfile.mkdtemp()).resolve()
    return folder, lambda: shutil.rmtree(folder, ignore_errors=True)
