"""How time and memory grow: with the batch size, the hidden width, the threads and the images."""

import json
import re
import time
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

from kernels import IMPORTS, kernel

FUNCTION = """
fn grown(mnist: &Mnist, dimensions: &[usize], images: usize, batch: usize) -> digits::Result<f64> {
    let set: Set = mnist.train.first(images)?;
    let network: Network = Network::glorot(dimensions)?;
    let start: Parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));
    let _ = std::fs::write("/proc/self/clear_refs", "5"); // the peak starts anew from here
    let now = Instant::now();
    network.epoch(&start, &set, &mut Sgd::new(0.1).batch(batch))?;
    Ok(now.elapsed().as_secs_f64())
}

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1000.0
}
"""
# Dimensions, images, batch size and threads of each point.
CURVES = {
    "batch size": {n: ("&[784, 10]", 50_000, n, 2) for n in (10, 30, 100, 300, 1000, 5000)},
    "hidden width": {n: (f"&[784, {n}, 10]", 50_000, 100, 2) for n in (10, 30, 100, 200, 400)},
    "threads": {n: ("&[784, 10]", 50_000, 100, n) for n in (1, 2)},
    "images": {n: ("&[784, 10]", n, 100, 2) for n in (5000, 10_000, 20_000, 50_000)},
}


def measure(kernels):
    """For each curve: its x, and the median seconds and the peak memory of three epochs.

    `kernels` has a kernel for each number of threads.
    """
    for cells in kernels.values():
        cells.run(FUNCTION)
    curves = {}
    for name, points in CURVES.items():
        curves[name] = []
        for x, (dimensions, images, batch, threads) in points.items():
            times, memory = [], []
            for _ in range(3):
                text, _ = kernels[threads].run(
                    f"let s: f64 = grown(&mnist, {dimensions}, {images}, {batch})?;\n"
                    'println!("took {} peak {}", s, peak_mb());'
                )
                found = re.search(r"took (\S+) peak (\S+)", text)
                times.append(float(found[1]))
                memory.append(float(found[2]))
            curves[name].append({"x": x, "median_s": sorted(times)[1], "peak_mb": max(memory)})
    return curves


def peak(project):
    """The peak memory in MB of a kernel's process that loads the files and trains one epoch."""
    with kernel(project) as cells:
        cells.run(IMPORTS)
        cells.run(FUNCTION)
        text, _ = cells.run(
            'let mnist: Mnist = Mnist::load("../data")?;\n'
            "let network: Network = Network::glorot(&[784, 10])?;\n"
            "let start: Parameters = network.init(&mut ChaCha8Rng::seed_from_u64(1));\n"
            "let trained: Parameters = network.epoch(&start, &mnist.train, &mut Sgd::new(0.1))?;\n"
            'println!("peak {} of {}", peak_mb(), trained.b.len());'
        )
        return float(re.search(r"peak (\S+)", text)[1])


def draw(curves, path):
    """Two rows of small charts: seconds above, memory below."""
    figure, axes = plt.subplots(2, len(curves), figsize=(12, 5), layout="constrained")
    for column, (name, points) in enumerate(curves.items()):
        x = [point["x"] for point in points]
        for row, (key, label) in enumerate([("median_s", "seconds"), ("peak_mb", "the process, peak in MB")]):
            axis = axes[row][column]
            axis.plot(x, [point[key] for point in points], "o-", color="#0072b2")
            axis.set(xlabel=name, ylabel=label, xscale="log")
            axis.set_xticks(x, [f"{n:,}" for n in x], rotation=45)
            axis.minorticks_off()
            axis.set_ylim(bottom=0)
            axis.grid(alpha=0.3)
    figure.suptitle("An epoch of 784–10, batches of 100, 50000 images, 2 threads, where nothing else is said")
    figure.savefig(path)
