"""The views over which airbench averages at test time (github.com/KellerJordan/cifar10-airbench, airbench94.py, tta_level 1 and 2), in
PyTorch: what src/shared/test-views.ts is held against. The "network" is linear, so that the mean of the logits shows each view's weight.

    python test_views.py FILE.json
"""

import json
import sys

import torch
from torch.nn import functional

IMAGES, SIDE, WIDTH, CHANNELS = 2, 4, 5, 3


def mirrored(x):
    return [x, x.flip(-1)]


def views(x):
    padded = functional.pad(x, (1, 1, 1, 1), "reflect")
    moved = [padded[:, :, :SIDE, :WIDTH], padded[:, :, 2:, 2:]]
    return [mirrored(x), *(mirrored(one) for one in moved)]


def mean(pair):
    return 0.5 * pair[0] + 0.5 * pair[1]


if __name__ == "__main__":
    count = IMAGES * SIDE * WIDTH * CHANNELS
    images = (torch.arange(count, dtype=torch.float64) * 53 % 251).reshape(IMAGES, SIDE, WIDTH, CHANNELS).permute(0, 3, 1, 2)
    plain, *moved = [mean(pair) for pair in views(images)]
    both = 0.5 * plain + 0.5 * torch.stack(moved).mean(0)
    nhwc = lambda x: x.permute(0, 2, 3, 1).flatten().tolist()
    found = {"torch": torch.__version__, "shape": [SIDE, WIDTH, CHANNELS], "images": IMAGES}
    with open(sys.argv[1], "w") as file:
        json.dump({**found, "flip": nhwc(plain), "flip-translate": nhwc(both)}, file)
        file.write("\n")
