"""The benchmark: `cargo xtask bench` calls it with the Python of its own environment.

    bench.py PROJECT CANDLE [--quick]

All works are measured in rounds, one after the other, so that a slow moment of the machine hits all
alike. What is reported is the median of the rounds, with the smallest and the largest.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from threadpoolctl import threadpool_limits

import growth
from kernels import Ours, empty_folder, kernel
from peers import NumpyBatched, NumpyOriginal, PyTorch

ROUNDS, QUICK_ROUNDS = 5, 1
THREADS = (1, 2)
FILES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]


class Results:
    """All times, by work, who, dtype and threads; and what came out, which must agree."""

    def __init__(self):
        self.times, self.outcomes = defaultdict(list), defaultdict(list)

    def add(self, work, who, dtype, threads, seconds, outcome=None):
        self.times[work, who, dtype, threads].append(seconds)
        if outcome is not None:
            self.outcomes[work].append((outcome, f"{who} {dtype}"))

    def rows(self):
        """The list of the issue: one object a work and who."""
        for (work, who, dtype, threads), times in self.times.items():
            row = {
                "work": work,
                "who": who,
                "dtype": dtype,
                "threads": threads,
                "median_s": statistics.median(times),
                "min_s": min(times),
                "max_s": max(times),
                "runs": len(times),
            }
            if work == "cell":
                row["p95_s"] = float(np.percentile(times, 95))
            yield row

    def median(self, work, who, dtype=None):
        """The smallest median of those that fit."""
        return min(
            row["median_s"]
            for row in self.rows()
            if row["work"] == work and row["who"] in who and dtype in (None, row["dtype"])
        )

    def disagreements(self):
        """Works whose outcomes are not the same for all: somebody has measured something else."""
        for work, found in self.outcomes.items():
            values = [value for value, _ in found]
            allowed = 0.003 if work.startswith(("epoch", "validate", "rate")) else 1e-3 * abs(values[0])
            if max(values) - min(values) > allowed:
                yield f"{work}: {sorted(set(found))}"


def read(project):
    """The sets for the peers, from the course's files."""
    packed = {name: gzip.open(next(path for path in (project / "data").glob(f"{name}*"))).read() for name in FILES[:2]}
    images = np.frombuffer(packed[FILES[0]], np.uint8, offset=16).reshape(-1, 784)
    labels = np.frombuffer(packed[FILES[1]], np.uint8, offset=8)
    return {"train": (images[:50_000].copy(), labels[:50_000].copy()), "valid": (images[50_000:].copy(), labels[50_000:].copy())}


def prepare(project, folder):
    """What all peers start from: the same images and parameters, in files."""
    data = read(project)
    for part, (images, labels) in data.items():
        (folder / f"{part}-images.u8").write_bytes(images.tobytes())
        (folder / f"{part}-labels.u8").write_bytes(labels.tobytes())
    rng = np.random.default_rng(1)
    for name, dimensions in {"shallow": [784, 10], "hidden": [784, 100, 10]}.items():
        p = {f"b{i}": np.zeros(n) for i, n in enumerate(dimensions)}
        for i, (m, n) in enumerate(zip(dimensions, dimensions[1:]), 1):
            p[f"w{i}"] = (2 * rng.random((m, n)) - 1) * np.sqrt(6 / (m + n))
        save_file(p, folder / f"{name}.safetensors")
    raw = folder / "raw"
    raw.mkdir(exist_ok=True)
    for name in FILES:
        packed = next((project / "data").glob(f"{name}*"))
        (raw / name).write_bytes(gzip.open(packed).read())
    return data, raw


class Candle:
    """The peer that is a program."""

    def __init__(self, program, folder, dtype, threads):
        self.process = subprocess.Popen(
            [program, folder, dtype],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "RAYON_NUM_THREADS": str(threads)},
        )

    def run(self, work, start):
        """One work: its seconds and its outcome."""
        self.process.stdin.write(f"{work} {start}\n")
        self.process.stdin.flush()
        seconds, outcome = self.process.stdout.readline().split()
        return float(seconds), float(outcome)


def timed(call):
    """The seconds that a call takes, and what it returns."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


WORKS = [
    ("gradient-batch-100", "gradient", "shallow"),
    ("validate-10000", "validate", "shallow"),
    ("epoch-784-10", "epoch", "shallow"),
    ("epoch-784-100-10", "epoch", "hidden"),
    ("rate-search", "search", "shallow"),
]


def python_peers(results, peers, folder):
    """One round of the peers in Python."""
    for (who, dtype), peer in peers.items():
        for threads in THREADS:
            if who == "numpy-original" and threads > 1:
                continue
            torch.set_num_threads(threads)
            with threadpool_limits(threads):
                for work, name, start in WORKS:
                    if who == "numpy-original" and name == "search":
                        continue  # two minutes: thirteen epochs, and nothing that they would tell
                    if who == "numpy-original" and start == "hidden":
                        continue  # the original has no hidden layer
                    p = peer.start(start)
                    if name == "epoch":
                        seconds, trained = timed(lambda: peer.trained(p))
                        outcome = peer.accuracy(trained)
                    else:
                        seconds, outcome = timed(lambda: getattr(peer, name)(p))
                    results.add(work, who, dtype, threads, seconds, outcome)


def our_round(results, ours, threads, data, raw):
    """One round of ours, with one core or with all."""
    for work, name, start in WORKS:
        call = {"gradient": ours.batch, "epoch": ours.epoch, "validate": ours.validate, "search": ours.search}[name]
        results.add(work, "digits", "f64", threads, *call(start))
    results.add("check-w1-7840", "digits", "f64", threads, ours.check("shallow")[0])
    results.add("load-gz", "digits", "u8", threads, ours.load(data)[0])
    results.add("load-raw", "digits", "u8", threads, ours.load(raw)[0])


PLAIN = """
fn plain_files(folder: &str) -> std::io::Result<Vec<Vec<u8>>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    files.retain(|path| path.to_string_lossy().contains("ubyte"));
    files.iter().map(std::fs::read).collect()
}
"""
UNPACK = """
fn plain_unpack(folder: &str) -> std::io::Result<usize> {
    let mut bytes = 0;
    for file in plain_files(folder)? {
        let mut all = Vec::new();
        bytes += std::io::Read::read_to_end(&mut digits::flate2::bufread::MultiGzDecoder::new(&file[..]), &mut all)?;
    }
    Ok(bytes)
}
"""


def waits(results, project, cold):
    """The kernel's waits, each in a kernel of its own."""
    with kernel(project, bare=True) as cells:
        cells.run("let x: i32 = 1;")
        results.add("floor", "evcxr", "", 0, time.perf_counter() - cells.started)
    first_digit(results, project, "first-digit-warm")
    if cold:
        tmp, remove = empty_folder()
        try:
            first_digit(results, project, "first-digit-cold", bare=True, tmp=tmp)
        finally:
            remove()


def first_digit(results, project, work, **how):
    """Lesson 1 from the start of its kernel to its first picture."""
    with kernel(project, **how) as cells:
        for source in code(project / "notebooks/01_network.ipynb"):
            _, picture = cells.run(source)
            if picture:
                break
        results.add(work, "digits", "", 0, time.perf_counter() - cells.started)


def code(notebook):
    """The code cells of a notebook."""
    cells = json.loads(notebook.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def all_cells(results, project):
    """Every cell of the four lessons of the original."""
    for notebook in sorted((project / "notebooks").glob("0[1-4]_*.ipynb")):
        with kernel(project) as cells:
            for source in code(notebook):
                try:
                    seconds, _ = timed(lambda: cells.run(source))
                except RuntimeError:
                    continue  # some cells must fail: that is their lesson
                results.add("cell", "digits", "", 0, seconds)


def table(results):
    """All results in Markdown, the fastest of each work first."""
    lines = ["| work | who | type | threads | median | from | to |", "| --- | --- | --- | ---: | ---: | ---: | ---: |"]
    for row in sorted(results.rows(), key=lambda row: (row["work"], row["median_s"])):
        times = " | ".join(f"{row[key]:.4g} s" for key in ("median_s", "min_s", "max_s"))
        lines.append(f"| {row['work']} | {row['who']} | {row['dtype']} | {row['threads'] or ''} | {times} |")
    return "\n".join(lines) + "\n"


def verdicts(results, peak):
    """What the course promises of its speed, and whether it holds in this run."""
    m = results.median
    peers = ("numpy-batched", "pytorch", "candle")
    ours = lambda work: m(work, ("digits",))
    cell = next(row for row in results.rows() if row["work"] == "cell")
    return [
        ("epoch 784–10, against half of the fastest peer's", ours("epoch-784-10") / m("epoch-784-10", peers), 0.5),
        ("epoch 784–10, against 1/20 of the original's", ours("epoch-784-10") / m("epoch-784-10", ("numpy-original",)), 0.05),
        ("epoch 784–100–10, against the fastest f64 peer's", ours("epoch-784-100-10") / m("epoch-784-100-10", peers, "f64"), 1),
        ("7840 checks, against 1/5 of the original's", ours("check-w1-7840") / m("check-w1-7840", ("numpy-original",)), 0.2),
        ("load gzipped, against unpacking", ours("load-gz") / m("gunzip", ("plain",)), 1.5),
        ("load raw, against reading", ours("load-raw") / m("read-raw", ("plain",)), 2),
        ("first digit warm, against the floor", ours("first-digit-warm") / m("floor", ("evcxr",)), 1.5),
        ("first digit cold, against the floor", ours("first-digit-cold") / m("floor", ("evcxr",)), 3),
        ("median cell in seconds", cell["median_s"], 0.5),
        ("peak memory of load plus an epoch, in MB", peak, 150),
    ]


def main():
    """Measures, and writes results.json, table.md and growth.svg into target/bench."""
    project, program = Path(sys.argv[1]), sys.argv[2]
    rounds = QUICK_ROUNDS if "--quick" in sys.argv else ROUNDS
    folder = project / "target" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    data, raw = prepare(project, folder)
    peers = {
        ("numpy-original", "f64"): NumpyOriginal(data, folder),
        ("numpy-batched", "f64"): NumpyBatched(data, folder, np.float64),
        ("numpy-batched", "f32"): NumpyBatched(data, folder, np.float32),
        ("pytorch", "f64"): PyTorch(data, folder, torch.float64),
        ("pytorch", "f32"): PyTorch(data, folder, torch.float32),
    }
    results = Results()
    with ExitStack() as stack:
        candles = {
            (dtype, threads): Candle(program, folder, dtype, threads) for dtype in ("f64", "f32") for threads in THREADS
        }
        kernels = {
            1: stack.enter_context(kernel(project, cores={0})),
            2: stack.enter_context(kernel(project)),
        }
        ours = {threads: Ours(cells, folder) for threads, cells in kernels.items()}
        kernels[2].run(PLAIN)
        kernels[2].run(UNPACK)
        # Once without a clock: code and data come into memory, and evcxr compiles each cell once.
        our_round(Results(), ours[2], 2, project / "data", raw)
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds} …", flush=True)
            python_peers(results, peers, folder)
            results.add("check-w1-7840", "numpy-original", "f64", 1, timed(lambda: peers["numpy-original", "f64"].check(None))[0])
            for (dtype, threads), candle in candles.items():
                for work, name, start in WORKS:
                    results.add(work, "candle", dtype, threads, *candle.run(name, start))
            for threads, mine in ours.items():
                our_round(results, mine, threads, project / "data", raw)
            plain(results, ours[2], project / "data", raw)
        curves = growth.measure(kernels)
        for candle in candles.values():
            candle.process.stdin.close()
    peak = growth.peak(project)
    for number in range(rounds):
        print(f"waits {number + 1} of {rounds} …", flush=True)
        waits(results, project, cold=True)
    print("all cells …", flush=True)
    all_cells(results, project)
    growth.draw(curves, folder / "growth.svg")
    (folder / "results.json").write_text(json.dumps(list(results.rows()), indent=1) + "\n")
    (folder / "growth.json").write_text(json.dumps(curves, indent=1) + "\n")
    (folder / "table.md").write_text(table(results))
    print(table(results))
    for what, found, most in verdicts(results, peak):
        print(f"{'holds' if found <= most else 'FAILS'}  {what}: {found:.3g} (at most {most:g})")
    for line in results.disagreements():
        print("DIFFERENT RESULTS ", line)
    if any(results.disagreements()):
        sys.exit(1)


def plain(results, ours, data, raw):
    """What any loader must do at least: read the files, and unpack them."""
    gunzip, _ = ours.timed("", f"let n = plain_unpack({json.dumps(str(data))})?;", "n")
    read_raw, _ = ours.timed("", f"let files = plain_files({json.dumps(str(raw))})?;", "files.len()")
    results.add("gunzip", "plain", "u8", 1, gunzip)
    results.add("read-raw", "plain", "u8", 1, read_raw)


if __name__ == "__main__":
    main()
