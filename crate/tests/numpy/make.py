"""Makes the golden values beside this file: `python3 make.py` with numpy, from the repository's data.

Written per sample, straight from the formulas, for any depth. The parameters come from whole-number
arithmetic, so that the Rust side builds the very same ones.
"""

import gzip
from pathlib import Path

import numpy as np

here = Path(__file__).parent
data = here.parents[2] / "data"
images = np.frombuffer(gzip.open(data / "train-images-idx3-ubyte.gz").read(16 + 784 * 100), np.uint8, offset=16)
images = images.reshape(100, 784)
labels = np.frombuffer(gzip.open(data / "train-labels-idx1-ubyte.gz").read(8 + 100), np.uint8, offset=8)


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def d_softmax(x):
    s = softmax(x)
    return np.diag(s) - np.outer(s, s)


def d_tanh(x):
    return np.diag(1 / np.cosh(x) ** 2)


def init(dimensions):
    """Parameters in (-1, 1) times the Glorot range; biases too, so that no term vanishes."""

    def spread(shape, salt):
        k = np.arange(np.prod(shape), dtype=np.int64)
        return (((k * 7919 + salt * 104729) % 2003 - 1001) / 1001.0).reshape(shape)

    b = [spread((n,), 2 * layer) / 16 for layer, n in enumerate(dimensions)]
    w = [np.zeros((0, dimensions[0]))]
    for layer, (m, n) in enumerate(zip(dimensions, dimensions[1:]), start=1):
        w.append(spread((m, n), 2 * layer + 1) * np.sqrt(6 / (m + n)))
    return b, w


def forward(b, w, image):
    z = [image + b[0]]
    a = [np.tanh(z[0])]
    for layer in range(1, len(b)):
        z.append(a[-1] @ w[layer] + b[layer])
        a.append(softmax(z[-1]) if layer == len(b) - 1 else np.tanh(z[-1]))
    return z, a


def loss(b, w, image, label):
    diff = np.identity(10)[label] - forward(b, w, image)[1][-1]
    return diff @ diff


def gradient(b, w, image, label):
    z, a = forward(b, w, image)
    grad_b, grad_w = [None] * len(b), [np.zeros_like(w[0])] + [None] * (len(b) - 1)
    d_a = -2 * (np.identity(10)[label] - a[-1])
    for layer in reversed(range(len(b))):
        jacobian = d_softmax(z[layer]) if layer == len(b) - 1 else d_tanh(z[layer])
        grad_b[layer] = jacobian @ d_a
        if layer > 0:
            grad_w[layer] = np.outer(a[layer - 1], grad_b[layer])
            d_a = w[layer] @ grad_b[layer]
    return grad_b, grad_w


def flat(b, w):
    return np.concatenate([p.ravel() for layer in zip(b, w) for p in layer])


for name, dimensions in {"shallow": [784, 10], "hidden": [784, 12, 10]}.items():
    b, w = init(dimensions)
    grads = [flat(*gradient(b, w, image, label)) for image, label in zip(images, labels)]
    mean = np.mean(grads, axis=0)
    np.save(here / f"{name}_predict.npy", np.array([forward(b, w, image)[1][-1] for image in images]))
    np.save(here / f"{name}_loss.npy", np.array([loss(b, w, i, l) for i, l in zip(images, labels)]))
    np.save(here / f"{name}_gradient.npy", grads[2])
    np.save(here / f"{name}_mean_gradient.npy", mean)
    np.save(here / f"{name}_step.npy", flat(b, w) - 0.1 * mean)
