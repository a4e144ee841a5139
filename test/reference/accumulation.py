"""Steps of SGD with momentum in PyTorch, whose batches are computed in parts: test/unit/trainer/engine/graph/accumulation.test.ts
holds ours against them.

    python accumulation.py > accumulation.json      with PyTorch 2.13.0 and NumPy 2.4.6

Weights, images and labels are the probe's (docs/COMMANDS.md); the network is that of torch_network.py. Each part's mean cross-entropy
is weighted by its share of the batch's images before `backward` adds its gradients to those of the parts before. L2 comes once a step.
The moving variance takes the variance divided by n, as Keras has it and PyTorch has not.
"""

import json

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from torch_network import Network

ARCHITECTURE = {
    "name": "accumulated",
    "inputShape": [8, 8, 3],
    "classes": 4,
    "stem": {"filters": 4, "kernel": 3, "stride": 1, "pool": False},
    "table": [[1, [[4, 3]]], [1, [[6, 3], [6, 3]]]],
    "l2": 0.01,
    "bnMomentum": 0.8,
    "bnEpsilon": 0.001,
}
# 11 images are parts of 4, 4 and 3.
RECIPE = {
    "optimizer": "sgd",
    "momentum": 0.9,
    "learningRate": 0.05,
    "clipNorm": 1.0,
    "batchSize": 11,
    "microBatchSize": 4,
}
PARTS = [4, 4, 3]
STEPS = 5


def uniform(count, series):
    """r(i, v) of the probe, float64."""
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(count, dtype=np.uint64) + np.uint64(2654435769 * series % 2**32)) & mask
    h ^= h >> np.uint64(16)
    h = h * np.uint64(0x85EBCA6B) & mask
    h ^= h >> np.uint64(13)
    h = h * np.uint64(0xC2B2AE35) & mask
    h ^= h >> np.uint64(16)
    return h / 2.0**32


def kernel(shape, series):
    values = (2 * uniform(int(np.prod(shape)), series) - 1) * np.sqrt(6 / np.prod(shape[:-1]))
    return torch.from_numpy(values.reshape(shape))


def start(network):
    """The probe's weights. Gives the parameters by Resbench's names, and the normalisations."""
    parameters, norms, series = {}, {}, 0
    with torch.no_grad():
        for name, _ in network.steps:
            layer = network.layer(name)
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                out = layer.weight.shape[0]
                if isinstance(layer, nn.Conv2d):
                    height, width = layer.kernel_size
                    values = kernel((height, width, layer.in_channels, out), series)
                    layer.weight.copy_(values.permute(3, 2, 0, 1))
                else:
                    layer.weight.copy_(kernel((layer.in_features, out), series).T)
                layer.bias.zero_()
                parameters[f"{name}/kernel"] = layer.weight
                parameters[f"{name}/bias"] = layer.bias
                series += 2
            elif isinstance(layer, nn.BatchNorm2d):
                parameters[f"{name}/gamma"] = layer.weight
                parameters[f"{name}/beta"] = layer.bias
                norms[name] = layer
                series += 4
    return parameters, norms


def main():
    network = Network(ARCHITECTURE).double().train()
    parameters, norms = start(network)
    moving = {name: (torch.zeros(n.num_features).double(), torch.ones(n.num_features).double()) for name, n in norms.items()}

    def watch(name):
        def hook(_module, inputs):
            x, share = inputs[0].detach(), 1 - ARCHITECTURE["bnMomentum"]
            batch = x.mean((0, 2, 3)), x.var((0, 2, 3), unbiased=False)
            for held, value in zip(moving[name], batch):
                held += share * (value - held)

        return hook

    for name, norm in norms.items():
        norm.register_forward_pre_hook(watch(name))
    convolutions = [m.weight for m in network.modules() if isinstance(m, nn.Conv2d)]
    optimizer = torch.optim.SGD(network.parameters(), lr=RECIPE["learningRate"], momentum=RECIPE["momentum"])
    steps = []
    for step in range(STEPS):
        batch, shape = RECIPE["batchSize"], ARCHITECTURE["inputShape"]
        count = batch * int(np.prod(shape))
        images = uniform(count, 100000 + step).astype(np.float32).astype(np.float64).reshape(batch, *shape)
        labels = torch.from_numpy((7 * np.arange(batch) + step) % ARCHITECTURE["classes"])
        images = torch.from_numpy(images).permute(0, 3, 1, 2)
        optimizer.zero_grad()
        cross_entropy, correct, first = 0.0, 0, 0
        for size in PARTS:
            part, own = images[first : first + size], labels[first : first + size]
            logits = network(part)
            loss = F.cross_entropy(logits, own) * (size / batch)
            loss.backward()
            cross_entropy += loss.item()
            correct += int((logits.argmax(1) == own).sum())
            first += size
        l2 = ARCHITECTURE["l2"] * sum((weight**2).sum() for weight in convolutions)
        l2.backward()
        gradients = [parameter.grad for parameter in network.parameters()]
        norm = torch.sqrt(sum((gradient**2).sum() for gradient in gradients))
        for gradient in gradients:
            gradient *= RECIPE["clipNorm"] / torch.clamp(norm, min=RECIPE["clipNorm"])
        optimizer.step()
        steps.append(
            {"crossEntropy": cross_entropy, "loss": cross_entropy + l2.item(), "correct": correct, "norm": norm.item()}
        )
    # A bias before a normalisation moves by rounding alone.
    values = {name: value.norm().item() for name, value in parameters.items() if value.norm() > 1e-9}
    for name, (mean, variance) in moving.items():
        values[f"{name}/movingMean"] = mean.norm().item()
        values[f"{name}/movingVariance"] = variance.norm().item()
    print(json.dumps({"architecture": ARCHITECTURE, "recipe": RECIPE, "steps": steps, "norms": values}, indent=2))


if __name__ == "__main__":
    main()
