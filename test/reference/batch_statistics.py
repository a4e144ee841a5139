"""The statistics of two batch normalisations over all images of some batches, in PyTorch and in double precision: what the graph
engine recomputes (`averageStatisticsAt`) is held against. Each batch is normalised by its own statistics on the way, as in training.

    python batch_statistics.py FILE.json
"""

import json
import sys

import numpy as np
import torch
from torch.nn import functional

IMAGES, BATCH, SIDE, FILTERS, EPSILON = 12, 4, 8, 4, 1e-3


def values(shape, salt):
    """0.3 sin(0.7 i + salt) in single precision, as the test makes them too."""
    count = int(np.prod(shape))
    return torch.tensor((0.3 * np.sin(0.7 * np.arange(count) + salt)).astype(np.float32).astype(np.float64).reshape(shape))


def convolve(x, kernel, bias):
    return functional.conv2d(x, kernel.permute(3, 2, 0, 1), bias, padding=1)


def pooled(maps):
    """Mean and variance divided by n of each channel over all images of all batches."""
    rows = torch.cat(maps).permute(0, 2, 3, 1).reshape(-1, FILTERS)
    return {"mean": rows.mean(0).tolist(), "variance": rows.var(0, unbiased=False).tolist()}


if __name__ == "__main__":
    pixels = IMAGES * SIDE * SIDE * 3
    # Bytes that differ from image to image in brightness too.
    bytes_ = (np.arange(pixels) * 37 % 101 + 12 * (np.arange(pixels) // (SIDE * SIDE * 3))).reshape(IMAGES, SIDE, SIDE, 3)
    images = torch.tensor(bytes_.astype(np.float64) / 255).permute(0, 3, 1, 2)
    first, second = [], []
    for batch in images.split(BATCH):
        y = convolve(batch, values([3, 3, 3, FILTERS], 1), values([FILTERS], 2))
        first.append(y)
        gamma, beta = 1 + values([FILTERS], 3), values([FILTERS], 4)
        y = functional.relu(functional.batch_norm(y, None, None, gamma, beta, training=True, eps=EPSILON))
        second.append(convolve(y, values([3, 3, FILTERS, FILTERS], 5), values([FILTERS], 6)))
    found = {"stem/bn": pooled(first), "stage1/block1/bn1": pooled(second)}
    with open(sys.argv[1], "w") as file:
        json.dump({"torch": torch.__version__, "images": IMAGES, "batch": BATCH, "statistics": found}, file, indent=2)
        file.write("\n")
