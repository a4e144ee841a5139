"""Training steps of PyTorch's optimizers, torch.optim.Muon among them, which both engines are held against.

    python optimizers.py > optimizers.json

with PyTorch 2.13.0. The network is that of torch_network.py; weights, images and labels are those of the probe (docs/COMMANDS.md),
in double precision. torch.optim.Muon rounds what it orthogonalises to bfloat16, which keeps 8 bits: here that is switched off, so
that its own code computes in double precision. It gets each kernel of a hidden convolution as a matrix [filters, inputs * height *
width]; torch.optim.SGD gets all else, in groups with rates of their own. The decay of SGD is coupled, so the decoupled one of the
kernels that it moves is written out. Each case has a recipe in Resbench's words, the loss of each step, and the weights after the
last one, in Resbench's order of axes.
"""

import json

import numpy as np
import torch
from torch import nn

from torch_network import Network

STEPS, BATCH = 4, 16
ARCHITECTURE = {
    "inputShape": [8, 8, 3],
    "classes": 4,
    "stem": {"filters": 4, "kernel": 3, "stride": 1, "pool": False},
    "table": [[1, [[4, 3]]], [1, [[6, 3], [6, 3]]]],
    "bias": False,
    "l2": 0,
}
CASES = {
    "SGD with Nesterov, betas 64 times as fast": {
        "optimizer": "sgd", "learningRate": 0.002, "momentum": 0.9, "nesterov": True, "betaFactor": 64,
    },
    "momentum, clipped, betas 8 times as fast": {
        "optimizer": "sgd", "learningRate": 0.02, "momentum": 0.8, "clipNorm": 0.5, "betaFactor": 8,
    },
    "Muon": {"optimizer": "muon", "learningRate": 0.02, "momentum": 0.95, "nesterov": True},
    "Muon, decaying, the rest at rates of its own": {
        "optimizer": "muon", "learningRate": 0.1, "momentum": 0.6, "nesterov": True, "weightDecay": 0.5, "sgdFactor": 0.25,
        "betaFactor": 4,
    },
    "Muon without Nesterov, clipped": {
        "optimizer": "muon", "learningRate": 0.05, "momentum": 0.9, "clipNorm": 0.3, "weightDecay": 0.1,
    },
    "Muon without momentum": {"optimizer": "muon", "learningRate": 0.05, "momentum": 0, "sgdFactor": 0.5},
}


def uniform(count, series):
    """r(i, v) of the probe."""
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(count, dtype=np.uint64) + np.uint64(2654435769 * series % 2**32)) & mask
    h ^= h >> np.uint64(16)
    h = h * np.uint64(0x85EBCA6B) & mask
    h ^= h >> np.uint64(13)
    h = h * np.uint64(0xC2B2AE35) & mask
    h ^= h >> np.uint64(16)
    return h / 2.0**32


def kernel(shape, series):
    limit = np.sqrt(6 / np.prod(shape[:-1]))
    # The engines begin with these numbers in single precision.
    return ((2 * uniform(int(np.prod(shape)), series) - 1) * limit).astype(np.float32).astype(np.float64).reshape(shape)


def started(network):
    """Gives the weights of the probe; returns name, parameter and how to turn it into Resbench's order of axes."""
    found, series = [], 0
    for name, _ in network.steps:
        layer = network.layer(name)
        if isinstance(layer, nn.Conv2d):
            values = kernel((*layer.kernel_size, layer.in_channels, layer.out_channels), series)
            layer.weight.data = torch.tensor(values.transpose(3, 2, 0, 1).copy())
            found.append((f"{name}/kernel", layer.weight, lambda w: w.permute(2, 3, 1, 0)))
            series += 1
        elif isinstance(layer, nn.BatchNorm2d):
            found += [(f"{name}/gamma", layer.weight, lambda w: w), (f"{name}/beta", layer.bias, lambda w: w)]
            series += 4
        elif isinstance(layer, nn.Linear):
            values = kernel((layer.in_features, layer.out_features), series)
            layer.weight.data = torch.tensor(values.T.copy())
            layer.bias.data.zero_()
            found += [(f"{name}/kernel", layer.weight, lambda w: w.T), (f"{name}/bias", layer.bias, lambda w: w)]
            series += 2
    return found


def train(recipe):
    recipe = {"nesterov": False, "weightDecay": 0, "clipNorm": None, "sgdFactor": 1, "betaFactor": 1, **recipe}
    lr, momentum, nesterov, decay = (recipe[key] for key in ("learningRate", "momentum", "nesterov", "weightDecay"))
    network = Network(ARCHITECTURE).double().train()
    weights = started(network)
    is_muon = recipe["optimizer"] == "muon"
    hidden = [p for name, p, _ in weights if is_muon and p.ndim == 4 and not name.startswith("stem/")]
    rest = [(name, p) for name, p, _ in weights if not any(p is one for one in hidden)]
    rate = lr * (recipe["sgdFactor"] if is_muon else 1)
    sgd = torch.optim.SGD(
        [
            {"params": [p for name, p in rest if name.endswith("/beta")], "lr": rate * recipe["betaFactor"]},
            {"params": [p for name, p in rest if not name.endswith("/beta")], "lr": rate},
        ],
        momentum=momentum,
        nesterov=nesterov,
    )
    matrices = [nn.Parameter(p.data.view(len(p), -1)) for p in hidden]
    muon = is_muon and torch.optim.Muon(matrices, lr=lr, weight_decay=decay, momentum=momentum, nesterov=nesterov)
    losses = []
    for step in range(STEPS):
        height, width, channels = ARCHITECTURE["inputShape"]
        pixels = uniform(BATCH * height * width * channels, 100_000 + step).astype(np.float32).astype(np.float64)
        images = torch.tensor(pixels.reshape(BATCH, height, width, channels)).permute(0, 3, 1, 2)
        labels = torch.tensor([(7 * n + step) % ARCHITECTURE["classes"] for n in range(BATCH)])
        network.zero_grad()
        loss = nn.functional.cross_entropy(network(images), labels)
        loss.backward()
        losses.append(loss.item())
        if recipe["clipNorm"] is not None:
            torch.nn.utils.clip_grad_norm_(network.parameters(), recipe["clipNorm"])
        for name, p in rest:
            if name.endswith("/kernel"):
                p.data.mul_(1 - rate * decay)
        sgd.step()
        if muon:
            for matrix, p in zip(matrices, hidden):
                matrix.grad = p.grad.reshape(matrix.shape)
            muon.step()
    return losses, {name: [float(f"{v:.7g}") for v in order(p.data).flatten().tolist()] for name, p, order in weights}


if __name__ == "__main__":
    torch.Tensor.bfloat16 = lambda self: self.clone()
    cases = []
    for name, recipe in CASES.items():
        losses, weights = train(recipe)
        cases.append({"name": name, "recipe": recipe, "losses": losses, "weights": weights})
    print(json.dumps({"architecture": ARCHITECTURE, "batchSize": BATCH, "cases": cases}, separators=(",", ":")))
