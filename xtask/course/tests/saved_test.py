"""Parameters saved by the crate, loaded in Python: numpy comes to the same predictions.

Called with the folder that the example `pad` has written.
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

folder = Path(sys.argv[1])
path = folder / "network.safetensors"
p = load_file(path)
assert {name: array.dtype for name, array in p.items()} == dict.fromkeys(
    ["b0", "w1", "b1", "w2", "b2"], np.dtype("float64")
)
with safe_open(path, "numpy") as file:
    metadata = file.metadata()
assert metadata["activations"] == "tanh tanh softmax"
scale = float(metadata["pixel_scale"])


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


expected = json.loads((folder / "expected.json").read_text())
images = np.array([one["image"] for one in expected])
probabilities = np.array([one["probabilities"] for one in expected])
hidden = np.tanh(np.tanh(scale * images + p["b0"]) @ p["w1"] + p["b1"])
error = np.abs(softmax(hidden @ p["w2"] + p["b2"]) - probabilities).max()
assert error < 1e-12, error
right = (probabilities.argmax(axis=1) == [one["label"] for one in expected]).sum()
assert right >= 95, right
print(f"numpy predicts as the crate does for {len(images)} images, to {error:.0e}")
