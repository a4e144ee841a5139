"""A convolution with its batch normalisation in evaluation, the sum and the ReLU behind it, in PyTorch and in double precision:
what src/trainer/engine/graph/lowering/finished.ts is held against.

    python folded_convolution.py FILE.json
"""

import json
import sys

import numpy as np
import torch
from torch.nn import functional

# images, height, width, channels in, channels out, side of the kernel
CASES = [
    {"name": "3x3 with a sum", "shape": [2, 5, 6, 9, 10], "kernel": 3, "bias": False, "add": True, "relu": True},
    {"name": "3x3 with a bias", "shape": [2, 5, 6, 9, 10], "kernel": 3, "bias": True, "add": False, "relu": True},
    {"name": "3x3 on a small map", "shape": [3, 2, 2, 8, 9], "kernel": 3, "bias": True, "add": True, "relu": False},
    {"name": "1x1", "shape": [2, 4, 3, 8, 11], "kernel": 1, "bias": True, "add": True, "relu": True},
]
EPSILON = 1e-3


def values(shape, salt):
    """sin(0.7 i + salt) in single precision, as the test makes them too."""
    count = int(np.prod(shape))
    return np.sin(0.7 * np.arange(count) + salt).astype(np.float32).astype(np.float64).reshape(shape)


def result(case):
    images, height, width, channels, filters = case["shape"]
    side = case["kernel"]
    x = torch.tensor(values([images, height, width, channels], 1)).permute(0, 3, 1, 2)
    kernel = torch.tensor(values([side, side, channels, filters], 2)).permute(3, 2, 0, 1)
    bias = torch.tensor(values([filters], 3)) if case["bias"] else None
    gamma, beta, mean = (torch.tensor(values([filters], salt)) for salt in (4, 5, 6))
    variance = torch.tensor((values([filters], 7) ** 2).astype(np.float32).astype(np.float64))
    y = functional.conv2d(x, kernel, bias, padding=side // 2)
    y = functional.batch_norm(y, mean, variance, gamma, beta, training=False, eps=EPSILON)
    if case["add"]:
        y = y + torch.tensor(values([images, height, width, filters], 8)).permute(0, 3, 1, 2)
    if case["relu"]:
        y = functional.relu(y)
    return [round(value, 9) for value in y.permute(0, 2, 3, 1).flatten().tolist()]


if __name__ == "__main__":
    cases = [{**case, "y": result(case)} for case in CASES]
    with open(sys.argv[1], "w") as file:
        json.dump({"torch": torch.__version__, "epsilon": EPSILON, "cases": cases}, file)
        file.write("\n")
