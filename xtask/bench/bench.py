"""The benchmark: `cargo xtask bench` calls it with the Python of its own environment.

    bench.py PROJECT CANDLE [--quick] [--peers NAME,NAME…]

All works are measured in rounds, one after the other, so that a slow moment of the machine hits all
alike. What is reported is the median of the rounds, with the smallest and the largest.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import growth
from kernels import Ours, empty_folder, kernel

ROUNDS, QUICK_ROUNDS = 5, 1
THREADS = (1, 2)
# So many processes that do nothing but compute stand beside a work.
BUSY = (1, 2, 4)
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
    """What all peers start from: the same images and parameters, in files. Gives the folder of the unpacked set."""
    for part, (images, labels) in read(project).items():
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
    return raw


class Program:
    """A peer: a program of its own, which gets works and answers with seconds and outcome."""

    def __init__(self, command, threads):
        # A variable that binds OpenBLAS to another processor's kernels would slow it down.
        variables = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS"):
            variables[name] = str(threads)
        # JAX takes as many threads as it has cores.
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, sorted(before)[:threads])
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=variables
        )
        os.sched_setaffinity(0, before)

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer ended: {self.process.args}")
        return line

    def run(self, work, start):
        """One work: its seconds and its outcome."""
        self.process.stdin.write(f"{work} {start}\n")
        self.process.stdin.flush()
        seconds, outcome = self.line().split()
        return float(seconds), float(outcome)


@contextmanager
def company(busy):
    """So many busy processes."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(busy)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


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
    ("epoch-784-10-scaled", "epoch", "shallow-scaled"),
    ("epoch-784-100-10-scaled", "epoch", "hidden-scaled"),
    ("rate-search", "search", "shallow"),
]


def able(who, name, start):
    """Whether a peer takes part in a work."""
    if who == "numpy-original":
        # A search would take two minutes: thirteen epochs, and nothing that they would tell.
        return name != "search" and start == "shallow"
    if who == "candle":
        return not start.endswith("scaled")
    return True


def peers_round(results, peers):
    """One round of the peers."""
    for (who, dtype, threads), peer in peers.items():
        for work, name, start in WORKS:
            if able(who, name, start):
                results.add(work, who, dtype, threads, *peer.run(name, start))
        if who == "numpy-original":
            results.add("check-w1-7840", who, dtype, threads, peer.run("check", "shallow")[0])


def our_round(results, ours, threads, data, raw):
    """One round of ours, with one core or with all."""
    for work, name, start in WORKS:
        call = {"gradient": ours.batch, "epoch": ours.epoch, "validate": ours.validate, "search": ours.search}[name]
        results.add(work, "digits", "f64", threads, *call(start))
    results.add("check-w1-7840", "digits", "f64", threads, ours.check("shallow")[0])
    results.add("load-gz", "digits", "u8", threads, ours.load(data)[0])
    results.add("load-raw", "digits", "u8", threads, ours.load(raw)[0])


def busy_round(results, peers, ours):
    """One round of the epochs in company: ours as it comes, on all cores, and the peers that are fast alone."""
    # Two threads of numpy would wait for each other for seconds.
    best = (("numpy-batched", 1), ("numpy-converted", 1), ("jax", 1), ("jax", 2))
    fast = {key: peer for key, peer in peers.items() if (key[0], key[2]) in best and key[1] == "f32"}
    for busy in BUSY:
        with company(busy):
            for work, name, start in WORKS:
                if name == "epoch":
                    work = f"{work}-busy-{busy}"
                    results.add(work, "digits", "f64", 2, *ours.epoch(start))
                    for (who, dtype, threads), peer in fast.items():
                        results.add(work, who, dtype, threads, *peer.run(name, start))


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


def table(results, notes):
    """All results in Markdown, the fastest of each work first."""
    lines = [*notes, "", "| work | who | type | threads | median | from | to |", "| --- | --- | --- | ---: | ---: | ---: | ---: |"]
    for row in sorted(results.rows(), key=lambda row: (row["work"], row["median_s"])):
        times = " | ".join(f"{row[key]:.4g} s" for key in ("median_s", "min_s", "max_s"))
        lines.append(f"| {row['work']} | {row['who']} | {row['dtype']} | {row['threads'] or ''} | {times} |")
    return "\n".join(lines) + "\n"


def verdicts(results, peak):
    """What the course promises of its speed, and whether it holds in this run."""
    m = results.median
    peers = ("numpy-batched", "numpy-converted", "pytorch", "candle", "jax")
    ours = lambda work: m(work, ("digits",))
    cell = next(row for row in results.rows() if row["work"] == "cell")
    for work, most in [
        ("epoch-784-10", 0.5),
        ("epoch-784-10-scaled", 0.9),
        ("epoch-784-100-10", 0.8),
        ("epoch-784-100-10-scaled", 0.9),
        ("gradient-batch-100", 0.8),
    ]:
        yield f"{work}, against the fastest peer's", ours(work) / m(work, peers), most
    # The scheduler leaves a thread this share of a core, where two cores have so many busy processes beside it.
    for busy, share in zip(BUSY, (1, 2 / 3, 2 / 5)):
        for work, _, _ in (work for work in WORKS if work[1] == "epoch"):
            alone = next(row["median_s"] for row in results.rows() if (row["work"], row["who"], row["threads"]) == (work, "digits", 1))
            row = next(row for row in results.rows() if (row["work"], row["who"]) == (f"{work}-busy-{busy}", "digits"))
            yield f"{row['work']}, against its fair time on one thread", row["median_s"] * share / alone, 1.3
            yield f"{row['work']}, the worst", row["max_s"] * share / alone, 2.6
            yield f"{row['work']}, against numpy's best", row["median_s"] / m(row["work"], ("numpy-batched", "numpy-converted")), 1
    yield "epoch 784–10, against 1/20 of the original's", ours("epoch-784-10") / m("epoch-784-10", ("numpy-original",)), 0.05
    yield "7840 checks, against 1/5 of the original's", ours("check-w1-7840") / m("check-w1-7840", ("numpy-original",)), 0.2
    yield "load gzipped, against unpacking", ours("load-gz") / m("gunzip", ("plain",)), 1.5
    yield "load raw, against reading", ours("load-raw") / m("read-raw", ("plain",)), 2
    yield "first digit warm, against the floor", ours("first-digit-warm") / m("floor", ("evcxr",)), 1
    yield "first digit cold, against the floor", ours("first-digit-cold") / m("floor", ("evcxr",)), 4
    yield "median cell in seconds", cell["median_s"], 0.5
    yield "peak memory of load plus an epoch, in MB", peak, 150


def start_peers(stack, names, candle, folder):
    """The programs, by who, dtype and threads, and what they say of themselves."""
    peers, notes = {}, set()
    script = Path(__file__).parent / "peers.py"
    for who in names:
        for dtype in ("f64",) if who == "numpy-original" else ("f64", "f32"):
            for threads in (1,) if who == "numpy-original" else THREADS:
                python = [sys.executable, script, who, dtype, folder]
                command = [candle, folder, dtype] if who == "candle" else python
                program = peers[who, dtype, threads] = Program(command, threads)
                stack.callback(program.process.kill)
                if who != "candle":
                    notes.add(program.line().strip())
    return peers, sorted(notes)


def main():
    """Measures, and writes results.json, table.md and growth.svg into target/bench."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("candle")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--peers", default="numpy-original,numpy-batched,numpy-converted,jax,pytorch,candle")
    options = parser.parse_args()
    project, rounds = options.project, QUICK_ROUNDS if options.quick else ROUNDS
    folder = project / "target" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    raw = prepare(project, folder)
    results = Results()
    with ExitStack() as stack:
        peers, notes = start_peers(stack, options.peers.split(","), options.candle, folder)
        kernels = {
            1: stack.enter_context(kernel(project, cores={0})),
            2: stack.enter_context(kernel(project)),
        }
        ours = {threads: Ours(cells, folder) for threads, cells in kernels.items()}
        kernels[2].run(PLAIN)
        kernels[2].run(UNPACK)
        # Once without a clock: code and data come into memory, and evcxr and JAX compile what they are given.
        first = Results()
        our_round(first, ours[2], 2, project / "data", raw)
        peers_round(first, {key: peer for key, peer in peers.items() if key[0] != "numpy-original"})
        notes += compilation(first)
        for number in range(1, rounds + 1):
            print(f"round {number} of {rounds} …", flush=True)
            peers_round(results, peers)
            for threads, mine in ours.items():
                our_round(results, mine, threads, project / "data", raw)
            plain(results, ours[2], project / "data", raw)
            busy_round(results, peers, ours[2])
        curves = growth.measure(kernels)
    peak = growth.peak(project)
    for number in range(rounds):
        print(f"waits {number + 1} of {rounds} …", flush=True)
        waits(results, project, cold=True)
    print("all cells …", flush=True)
    all_cells(results, project)
    growth.draw(curves, folder / "growth.svg")
    (folder / "results.json").write_text(json.dumps(list(results.rows()), indent=1) + "\n")
    (folder / "growth.json").write_text(json.dumps(curves, indent=1) + "\n")
    (folder / "table.md").write_text(table(results, notes))
    print(table(results, notes))
    for what, found, most in verdicts(results, peak):
        print(f"{'holds' if found <= most else 'FAILS'}  {what}: {found:.3g} (at most {most:g})")
    for line in results.disagreements():
        print("DIFFERENT RESULTS ", line)
    if any(results.disagreements()):
        sys.exit(1)


def compilation(first):
    """How long JAX's first epochs took, which it compiles: no later time has that in it."""
    for row in first.rows():
        if row["who"] == "jax" and row["work"].startswith("epoch"):
            yield f"{row['work']}, {row['who']} {row['dtype']}, {row['threads']} threads: the first took {row['median_s']:.2g} s"


def plain(results, ours, data, raw):
    """What any loader must do at least: read the files, and unpack them."""
    gunzip, _ = ours.timed("", f"let n = plain_unpack({json.dumps(str(data))})?;", "n")
    read_raw, _ = ours.timed("", f"let files = plain_files({json.dumps(str(raw))})?;", "files.len()")
    results.add("gunzip", "plain", "u8", 1, gunzip)
    results.add("read-raw", "plain", "u8", 1, read_raw)


if __name__ == "__main__":
    main()
