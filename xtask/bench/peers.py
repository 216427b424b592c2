"""The peers in Python: the same training, each in its own usual way.

    peers.py WHO DTYPE FOLDER

A program for each of them, with an environment and threads of its own. It reads lines of a work and a start, and answers
with the seconds and a number by which the peers are held to each other: they must not only be fast, they must do the
same. The works are `gradient`, `epoch`, `validate`, `search` and `check`; a start whose name ends in `-scaled` takes the
pixels from 0 to 1. The first line that it writes says on what it computes.
"""

import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from threadpoolctl import threadpool_info

BATCH, RATE = 100, 0.1
RATES = np.geomspace(0.01, 10, 13)


class Peer:
    """What all have in common; `gradient_of`, `step` and `accuracy` differ."""

    def __init__(self, folder, dtype):
        self.folder, self.dtype = folder, dtype

    def start(self, name):
        """Parameters in the order b0, w1, b1, w2, b2; and from here on the pixels of this start."""
        name, _, scaled = name.partition("-")
        self.unit = 1 / 255 if scaled else 1
        self.data = {part: self.read(part, self.unit) for part in ("train", "valid")}
        file = load_file(self.folder / f"{name}.safetensors")
        return [self.array(file[key]) for key in ("b0", "w1", "b1", "w2", "b2") if key in file]

    @cache
    def read(self, part, unit):
        """Images and labels, as the peer holds them."""
        images = np.fromfile(self.folder / f"{part}-images.u8", np.uint8).reshape(-1, 784)
        return self.held(images, unit), np.fromfile(self.folder / f"{part}-labels.u8", np.uint8)

    def held(self, images, unit):
        return images

    def array(self, x):
        return x.astype(self.dtype)

    def gradient(self, start):
        """The mean gradient of the first batch; the result is the square of its b0."""
        images, labels = self.data["train"]
        b0 = self.gradient_of(start, images[:BATCH], labels[:BATCH])[0]
        return lambda: float((b0 * b0).sum())

    def trained(self, start, rate=RATE):
        """The parameters after one epoch."""
        images, labels = self.data["train"]
        p = start
        for at in range(0, len(labels), BATCH):
            p = self.step(p, self.gradient_of(p, images[at : at + BATCH], labels[at : at + BATCH]), rate)
        return p

    def epoch(self, start):
        """The accuracy after one epoch; to find it out is not part of the work."""
        trained = self.trained(start)
        return lambda: self.accuracy(trained)

    def validate(self, start):
        """The accuracy on the validation set."""
        accuracy = self.accuracy(start)
        return lambda: accuracy

    def search(self, start):
        """The best accuracy of thirteen rates."""
        best = max(self.accuracy(self.trained(start, rate)) for rate in RATES)
        return lambda: best


def softmax(z):
    """Softmax of each row."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class NumpyOriginal(Peer):
    """The original's way: an image at a time, a Jacobian for softmax, `cosh` for the slope of tanh."""

    onehot = np.identity(10)

    def predict(self, p, image):
        return softmax(np.dot(np.tanh(image + p[0]), p[1]) + p[2])

    def one(self, p, image, label):
        z0 = image + p[0]
        a0 = np.tanh(z0)
        y = softmax(np.dot(a0, p[1]) + p[2])
        d = np.dot(np.diag(y) - np.outer(y, y), self.onehot[label] - y)
        return [-2 / np.cosh(z0) ** 2 * np.dot(p[1], d), -2 * np.outer(a0, d), -2 * d]

    def gradient_of(self, p, images, labels):
        total = self.one(p, images[0], labels[0])
        for image, label in zip(images[1:], labels[1:]):
            for mine, more in zip(total, self.one(p, image, label)):
                mine += more
        return [g / len(labels) for g in total]

    def step(self, p, gradient, rate):
        return [p - rate * g for p, g in zip(p, gradient)]

    def accuracy(self, p):
        images, labels = self.data["valid"]
        return float(np.mean([self.predict(p, i).argmax() == l for i, l in zip(images, labels)]))

    def loss(self, p, image, label):
        d = self.onehot[label] - self.predict(p, image)
        return np.dot(d, d)

    def check(self, start):
        """The original's check of w1: for each weight new parameters, a gradient and two losses."""
        rng = np.random.default_rng(1)
        images, labels = self.data["train"]
        worst, h, r = 0.0, 1e-5, np.sqrt(6 / 794)
        for i in range(784):
            for j in range(10):
                k = rng.integers(len(labels))
                p = [rng.random(784) * 0, rng.random((784, 10)) * 2 * r - r, rng.random(10) * 0]
                exact = self.one(p, images[k], labels[k])[1][i, j]
                before = self.loss(p, images[k], labels[k])
                p[1][i, j] += h
                worst = max(worst, abs(exact - (self.loss(p, images[k], labels[k]) - before) / h))
        return lambda: worst


class NumpyBatched(Peer):
    """A matrix product a layer, one row per image."""

    def numbers(self, images):
        """The pixels of a batch, which is converted anew each time."""
        images = images.astype(self.dtype)
        return images if self.unit == 1 else images * self.dtype(self.unit)

    def forward(self, p, images):
        a = [np.tanh(self.numbers(images) + p[0])]
        for layer in range(1, len(p), 2):
            z = a[-1] @ p[layer] + p[layer + 1]
            a.append(np.tanh(z) if layer + 2 < len(p) else softmax(z))
        return a

    def gradient_of(self, p, images, labels):
        a = self.forward(p, images)
        y = a[-1]
        d = y.copy()
        d[np.arange(len(labels)), labels] -= 1
        d *= self.dtype(2 / len(labels))
        d = y * (d - (d * y).sum(axis=1, keepdims=True))
        gradient = []
        for layer in range(len(p) - 2, 0, -2):
            below = a[layer // 2]
            gradient += [d.sum(axis=0), below.T @ d]
            d = (d @ p[layer].T) * (1 - below * below)
        return [d.sum(axis=0), *gradient[::-1]]

    def step(self, p, gradient, rate):
        return [p - self.dtype(rate) * g for p, g in zip(p, gradient)]

    def accuracy(self, p):
        images, labels = self.data["valid"]
        return float((self.forward(p, images)[-1].argmax(axis=1) == labels).mean())


class NumpyConverted(NumpyBatched):
    """The same, with images that were converted once, before the clock runs."""

    def held(self, images, unit):
        return images.astype(self.dtype) * self.dtype(unit)

    def numbers(self, images):
        return images


def jax_peer(folder, dtype):
    """An epoch as one compiled scan over the batches, on images that were converted once."""
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", dtype is np.float64)

    def forward(p, images):
        a = jnp.tanh(images + p[0])
        for layer in range(1, len(p), 2):
            z = a @ p[layer] + p[layer + 1]
            a = jnp.tanh(z) if layer + 2 < len(p) else jax.nn.softmax(z)
        return a

    def loss(p, images, labels):
        d = forward(p, images) - jax.nn.one_hot(labels, 10, dtype=dtype)
        return (d * d).sum() / len(labels)

    gradient = jax.grad(loss)

    def trained(p, images, labels, rate):
        def step(p, batch):
            return [p - rate * g for p, g in zip(p, gradient(p, *batch))], None

        shape = (len(labels) // BATCH, BATCH)
        return jax.lax.scan(step, p, (images.reshape(*shape, -1), labels.reshape(shape)))[0]

    compiled = jax.jit(gradient), jax.jit(trained), jax.jit(lambda p, i, l: (forward(p, i).argmax(1) == l).mean())

    class Jax(Peer):
        def held(self, images, unit):
            return jnp.asarray(images.astype(dtype) * dtype(unit))

        def array(self, x):
            return jnp.asarray(x, dtype)

        def gradient_of(self, p, images, labels):
            return jax.block_until_ready(compiled[0](p, images, labels))

        def trained(self, start, rate=RATE):
            return jax.block_until_ready(compiled[1](start, *self.data["train"], dtype(rate)))

        def accuracy(self, p):
            return float(compiled[2](p, *self.data["valid"]))

    return Jax(folder, dtype)


def pytorch_peer(folder, dtype):
    """Tensors, automatic differentiation, and steps in place."""
    import torch

    kind = {np.float32: torch.float32, np.float64: torch.float64}[dtype]

    class PyTorch(Peer):
        def held(self, images, unit):
            return torch.from_numpy(images)

        def array(self, x):
            return torch.from_numpy(x).to(kind).requires_grad_()

        def forward(self, p, images):
            images = images.to(kind)
            a = torch.tanh((images if self.unit == 1 else images * self.unit) + p[0])
            for layer in range(1, len(p), 2):
                z = torch.addmm(p[layer + 1], a, p[layer])
                a = torch.tanh(z) if layer + 2 < len(p) else torch.softmax(z, dim=1)
            return a

        def gradient_of(self, p, images, labels):
            y = self.forward(p, images)
            truth = torch.nn.functional.one_hot(torch.from_numpy(labels).long(), 10)
            loss = (y - truth).square().sum() / len(labels)
            return torch.autograd.grad(loss, p)

        def step(self, p, gradient, rate):
            with torch.no_grad():
                return [(p - rate * g).requires_grad_() for p, g in zip(p, gradient)]

        def accuracy(self, p):
            images, labels = self.data["valid"]
            with torch.no_grad():
                return float((self.forward(p, images).argmax(dim=1) == torch.from_numpy(labels)).double().mean())

    return PyTorch(folder, dtype)


PEERS = {
    "numpy-original": NumpyOriginal,
    "numpy-batched": NumpyBatched,
    "numpy-converted": NumpyConverted,
    "jax": jax_peer,
    "pytorch": pytorch_peer,
}


def main(who, dtype, folder):
    """Does what it is asked for, until nobody asks any more."""
    dtype = {"f32": np.float32, "f64": np.float64}[dtype]
    make = PEERS[who]
    peer = make(Path(folder), dtype)
    blas = {info.get("architecture") for info in threadpool_info() if info["internal_api"] == "openblas"}
    print("OpenBLAS for", *sorted(filter(None, blas)), flush=True)
    for line in sys.stdin:
        work, start = line.split()
        start = peer.start(start)
        before = time.perf_counter()
        outcome = getattr(peer, work)(start)
        seconds = time.perf_counter() - before
        print(seconds, outcome(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
