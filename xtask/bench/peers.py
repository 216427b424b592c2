"""The peers in Python: the same training, each in its own usual way.

Each peer has the works `gradient`, `epoch`, `validate` and `search`; each returns a number by which the
peers are held to each other: they must not only be fast, they must do the same.
"""

import numpy as np
import torch
from safetensors.numpy import load_file

BATCH, RATE = 100, 0.1
RATES = np.geomspace(0.01, 10, 13)


class Peer:
    """What all have in common; `gradient_of`, `step` and `accuracy` differ."""

    def __init__(self, data, folder):
        self.data, self.folder = data, folder

    def start(self, name):
        """Parameters in the order b0, w1, b1, w2, b2."""
        file = load_file(self.folder / f"{name}.safetensors")
        return [self.array(file[key]) for key in ("b0", "w1", "b1", "w2", "b2") if key in file]

    def gradient(self, start):
        """The mean gradient of the first batch; the result is the square of its b0."""
        images, labels = self.data["train"]
        b0 = self.gradient_of(start, images[:BATCH], labels[:BATCH])[0]
        return float((b0 * b0).sum())

    def trained(self, start, rate=RATE):
        """The parameters after one epoch."""
        images, labels = self.data["train"]
        p = start
        for at in range(0, len(labels), BATCH):
            p = self.step(p, self.gradient_of(p, images[at : at + BATCH], labels[at : at + BATCH]), rate)
        return p

    def validate(self, start):
        """The accuracy on the validation set."""
        return self.accuracy(start)

    def search(self, start):
        """The best accuracy of thirteen rates."""
        return max(self.accuracy(self.trained(start, rate)) for rate in RATES)


def softmax(z):
    """Softmax of each row."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class NumpyOriginal(Peer):
    """The original's way: an image at a time, a Jacobian for softmax, `cosh` for the slope of tanh."""

    onehot = np.identity(10)

    def array(self, x):
        return x

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
        return worst


class NumpyBatched(Peer):
    """A matrix product a layer, a row an image."""

    def __init__(self, data, folder, dtype):
        super().__init__(data, folder)
        self.dtype = dtype

    def array(self, x):
        return x.astype(self.dtype)

    def forward(self, p, images):
        a = [np.tanh(images.astype(self.dtype) + p[0])]
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


class PyTorch(Peer):
    """Tensors, automatic differentiation, and steps in place."""

    def __init__(self, data, folder, dtype):
        tensors = {
            part: (torch.from_numpy(images), torch.from_numpy(labels).long())
            for part, (images, labels) in data.items()
        }
        super().__init__(tensors, folder)
        self.dtype = dtype

    def array(self, x):
        return torch.from_numpy(x).to(self.dtype).requires_grad_()

    def forward(self, p, images):
        a = torch.tanh(images.to(self.dtype) + p[0])
        for layer in range(1, len(p), 2):
            z = torch.addmm(p[layer + 1], a, p[layer])
            a = torch.tanh(z) if layer + 2 < len(p) else torch.softmax(z, dim=1)
        return a

    def gradient_of(self, p, images, labels):
        y = self.forward(p, images)
        truth = torch.nn.functional.one_hot(labels, 10)
        loss = (y - truth).square().sum() / len(labels)
        return torch.autograd.grad(loss, p)

    def step(self, p, gradient, rate):
        with torch.no_grad():
            return [(p - rate * g).requires_grad_() for p, g in zip(p, gradient)]

    def accuracy(self, p):
        images, labels = self.data["valid"]
        with torch.no_grad():
            return float((self.forward(p, images).argmax(dim=1) == labels).double().mean())
