"""Reads a checkpoint without any code of Resbench: with NumPy and the reference implementation of safetensors.

    pip install safetensors numpy
    python test/reference/read_checkpoint.py FOLDER/step-00000100-epoch-0001-0123456789ab.json

Prints every tensor with its shape, sum and Euclidean norm as one JSON object, after it has checked what the description
(the file given) says of itself and of the weights beside it.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
from safetensors import safe_open

path = pathlib.Path(sys.argv[1])
text = path.read_bytes()
description = json.loads(text)
assert description["format"] == "resbench-checkpoint", description["format"]

# Its own SHA-256 is that of the file with these digits as zeros.
own = description["sha256"]
blank = text.replace(own.encode(), b"0" * 64, 1)
assert hashlib.sha256(blank).hexdigest() == own, "the description does not have the SHA-256 that stands in it"

weights = path.with_suffix(".safetensors")
content = weights.read_bytes()
assert len(content) == description["weights"]["bytes"], "the weights have another length"
assert hashlib.sha256(content).hexdigest() == description["weights"]["sha256"], "the weights have another SHA-256"

tensors = {}
with safe_open(weights, framework="numpy") as file:
    metadata = file.metadata()
    for name in file.keys():
        values = file.get_tensor(name)
        assert values.dtype == np.float32, name
        exact = values.astype(np.float64)
        tensors[name] = {
            "shape": list(values.shape),
            "sum": float(exact.sum()),
            "norm": float(np.sqrt((exact**2).sum())),
        }
for key in ("architecture", "recipe"):
    metadata[key] = json.loads(metadata[key])
assert int(metadata["step"]) == description["state"]["step"]
json.dump({"metadata": metadata, "state": description["state"], "tensors": tensors}, sys.stdout, indent=1)
