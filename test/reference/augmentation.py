"""What torchvision, NumPy and PyTorch make of images that a formula gives: `python augmentation.py > augmentation.json`, with
torchvision 0.29.1, PyTorch 2.14.1 and NumPy 2.4.6. test/unit/shared/augmentation/reference.test.ts holds ours against it.

Byte i of an image is floor(256 r(i, v)), r the numbers of src/trainer/probe.ts: fmix32((i + 2654435769 v) mod 2^32) / 2^32.
"""

import json

import numpy as np
import torch
from torchvision.transforms import functional as F
from torchvision.transforms.v2 import CutMix

HEIGHT, WIDTH, CHANNELS = 6, 5, 3


def fmix32(h):
    h ^= h >> 16
    h = h * 0x85EBCA6B % 2**32
    h ^= h >> 13
    h = h * 0xC2B2AE35 % 2**32
    return h ^ h >> 16


def image(v):
    """[height, width, channels], uint8."""
    count = HEIGHT * WIDTH * CHANNELS
    values = [fmix32((i + 2654435769 * v) % 2**32) >> 24 for i in range(count)]
    return np.array(values, np.uint8).reshape(HEIGHT, WIDTH, CHANNELS)


def planes(pixels):
    return torch.from_numpy(pixels).permute(2, 0, 1)


def crops():
    cases = [
        (padding, crop, down, right, flipped)
        for padding in ("zero", "reflect")
        for crop, down, right in ((1, 1, -1), (3, -3, 2), (4, 4, 4), (4, -2, -4), (2, 0, 0))
        for flipped in (False, True)
    ]
    for padding, crop, down, right, flipped in cases:
        mode = "constant" if padding == "zero" else "reflect"
        padded = F.pad(planes(image(1)), [crop] * 4, padding_mode=mode)
        result = F.crop(padded, crop + down, crop + right, HEIGHT, WIDTH)
        result = F.hflip(result) if flipped else result
        # NumPy says the same of the padding.
        pad = np.pad(image(1), ((crop, crop), (crop, crop), (0, 0)), mode=mode)
        again = pad[crop + down :, crop + right :][:HEIGHT, :WIDTH]
        assert np.array_equal(again[:, ::-1] if flipped else again, result.permute(1, 2, 0).numpy())
        yield {
            "padding": padding,
            "crop": crop,
            "down": down,
            "right": right,
            "flipped": flipped,
            "bytes": result.permute(1, 2, 0).flatten().tolist(),
        }


def normalised():
    """Images 1 to 4 per channel, and the second with a square cut out of it."""
    images = np.stack([image(v) for v in range(1, 5)])
    mean = (images / 255).mean((0, 1, 2), dtype=np.float64)
    deviation = (images / 255).std((0, 1, 2), dtype=np.float64)
    values = [F.normalize(planes(one).double() / 255, mean.tolist(), deviation.tolist()) for one in images]
    erased = F.erase(values[1], 2, 3, 3, 2, torch.zeros(1, dtype=torch.float64))
    return {
        "mean": mean.tolist(),
        "deviation": deviation.tolist(),
        "values": values[1].permute(1, 2, 0).flatten().tolist(),
        "cut": {"top": 2, "left": 3, "side": 3, "values": erased.permute(1, 2, 0).flatten().tolist()},
    }


def rectangles():
    """CutMix of torchvision, which draws λ and the centre (column, then row); boxes are [left, top, right, bottom]."""
    transform = CutMix(alpha=1.0, num_classes=4)
    for seed in range(12):
        torch.manual_seed(seed)
        state = torch.get_rng_state()
        params = transform.make_params([torch.zeros(4, CHANNELS, 32, 24)])
        torch.set_rng_state(state)
        drawn = float(transform._dist.sample(()))
        column, row = (int(torch.randint(side, size=(1,))) for side in (24, 32))
        yield {
            "drawn": drawn,
            "row": row,
            "column": column,
            "box": [int(side) for side in params["box"]],
            "share": float(params["lam_adjusted"]),
        }


def mixture():
    """Images 1 to 3 and their labels, each with the one before: the blend, the loss and its gradient."""
    share = 0.7
    images = torch.stack([planes(image(v)).double() / 255 for v in range(1, 4)])
    blended = images.roll(1, 0).mul(1 - share).add(images.mul(share))
    labels = torch.tensor([2, 0, 3])
    targets = torch.nn.functional.one_hot(labels, 4).double()
    targets = targets.roll(1, 0) * (1 - share) + targets * share
    logits = torch.tensor(image(9).flatten()[:12].reshape(3, 4) / 64, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(logits, targets)
    loss.backward()
    return {
        "share": share,
        "images": blended.permute(0, 2, 3, 1).flatten().tolist(),
        "labels": labels.tolist(),
        "logits": logits.flatten().tolist(),
        "crossEntropy": float(loss.detach()),
        "gradient": logits.grad.flatten().tolist(),
    }


if __name__ == "__main__":
    figures = {
        "shape": [HEIGHT, WIDTH, CHANNELS],
        "crops": list(crops()),
        "normalised": normalised(),
        "rectangles": list(rectangles()),
        "mixture": mixture(),
    }
    print(json.dumps(figures, indent=1))
