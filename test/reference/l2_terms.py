"""Training with an L2 term in Keras and in PyTorch, which both engines are held against (test/unit/trainer/engine/l2-terms.test.ts).

    python l2_terms.py keras|torch FILE.json

writes the figures of that library into the file beside those of the other, all in float64: the loss with the term at each step, and
the norm of each trainable variable behind the last one. Keras adds l2 · Σw² to the loss, as its `regularizers.L2` does; PyTorch's
optimizers are given weight_decay = 2 · l2, which is the same gradient. Weights and data are the probe's (docs/COMMANDS.md).
"""

import json
import os
import sys

import numpy as np

ARCHITECTURE = {
    "name": "small",
    "inputShape": [8, 8, 3],
    "classes": 4,
    "stem": {"filters": 4, "kernel": 3, "stride": 1, "pool": False},
    "table": [[1, [[4, 3]]], [1, [[6, 3], [6, 3]]]],
    # A bias before batch normalisation has a gradient of rounding errors, of which Adam makes steps.
    "bias": False,
    "l2": 0,
}
STEPS, BATCH, L2 = 6, 8, 0.02
OPTIMIZERS = [{"optimizer": "sgd", "learningRate": 0.05, "momentum": 0.9}, {"optimizer": "adam", "learningRate": 0.01}]
REGULARISED = ["convolutions", "kernels", "all"]


def uniform(count, series):
    mask = np.uint64(0xFFFFFFFF)
    h = (np.arange(count, dtype=np.uint64) + np.uint64(2654435769 * series % 2**32)) & mask
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        h ^= h >> np.uint64(shift)
        h = h * np.uint64(factor) & mask
    return (h ^ (h >> np.uint64(16))) / 2.0**32


def start_value(role, shape, series):
    if role != "kernel":
        return np.full(shape, float(role in ("gamma", "movingVariance")))
    bound = np.sqrt(6 / np.prod(shape[:-1]))
    values = (2 * uniform(int(np.prod(shape)), series) - 1) * bound
    return values.reshape(shape).astype(np.float32).astype(np.float64)


def batch_of(step):
    shape = (BATCH, *ARCHITECTURE["inputShape"])
    images = uniform(int(np.prod(shape)), 100000 + step).reshape(shape).astype(np.float32)
    return images.astype(np.float64), (7 * np.arange(BATCH) + step) % ARCHITECTURE["classes"]


def is_regularised(on, name):
    return on == "all" or (name.endswith("/kernel") and (on == "kernels" or not name.startswith("dense/")))


def of_keras(case):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf
    from keras_probe import NetworkBuilder

    keras.config.set_floatx("float64")
    keras.backend.clear_session()
    builder = NetworkBuilder(ARCHITECTURE)
    model = builder.build()
    variables = list(builder.variables())
    for series, (name, variable, _, _) in enumerate(variables):
        variable.assign(start_value(name.split("/")[-1], tuple(variable.shape), series))
    trained = [(name, variable) for name, variable, _, _ in variables if "/moving" not in name]
    rate = case["learningRate"]
    if case["optimizer"] == "adam":
        optimizer = keras.optimizers.Adam(rate)
    else:
        optimizer = keras.optimizers.SGD(rate, momentum=case["momentum"])
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    totals = []
    for step in range(STEPS):
        images, labels = batch_of(step)
        with tf.GradientTape() as tape:
            total = cross_entropy(labels, model(images, training=True))
            for name, variable in trained:
                if is_regularised(case["regularised"], name):
                    total += case["l2"] * tf.reduce_sum(tf.square(variable.value))
        gradients = tape.gradient(total, [variable.value for _, variable in trained])
        optimizer.apply(gradients, [variable for _, variable in trained])
        totals.append(float(total))
    return {"totals": totals, "norms": {name: float(np.linalg.norm(v.numpy())) for name, v in trained}}


def of_torch(case):
    import torch
    from torch_network import Network

    torch.set_default_dtype(torch.float64)
    network = Network(ARCHITECTURE).train()
    trained, series = [], 0
    for layer, module in ((name, getattr(network, name.replace("/", "-"))) for name, _ in network.steps):
        norm = isinstance(module, torch.nn.BatchNorm2d)
        for own, role in (("weight", "gamma" if norm else "kernel"), ("bias", "beta" if norm else "bias")):
            parameter = getattr(module, own, None)
            if parameter is None:
                continue
            shape = tuple(parameter.shape)
            if role == "kernel":
                # Kernels come as ours, [height, width, in, out].
                order = {4: (2, 3, 1, 0), 2: (1, 0)}[len(shape)]
                ours = start_value(role, tuple(shape[i] for i in order), series)
                values = ours.transpose((3, 2, 0, 1) if len(shape) == 4 else (1, 0))
            else:
                values = start_value(role, shape, series)
            with torch.no_grad():
                parameter.copy_(torch.tensor(np.ascontiguousarray(values)))
            trained.append((f"{layer}/{role}", parameter))
            series += 1
        # Moving mean and variance, which have no influence here.
        series += 2 if norm else 0
    decayed = [p for name, p in trained if is_regularised(case["regularised"], name)]
    others = [p for name, p in trained if not is_regularised(case["regularised"], name)]
    groups = [{"params": decayed, "weight_decay": 2 * case["l2"]}, {"params": others}]
    if case["optimizer"] == "adam":
        optimizer = torch.optim.Adam([group for group in groups if group["params"]], case["learningRate"], eps=1e-7)
    else:
        optimizer = torch.optim.SGD(
            [group for group in groups if group["params"]], case["learningRate"], momentum=case["momentum"]
        )
    totals = []
    for step in range(STEPS):
        images, labels = batch_of(step)
        logits = network(torch.tensor(images.transpose(0, 3, 1, 2).copy()))
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
        totals.append(loss.item() + case["l2"] * sum(p.square().sum().item() for p in decayed))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return {"totals": totals, "norms": {name: p.norm().item() for name, p in trained}}


if __name__ == "__main__":
    which, path = sys.argv[1:]
    cases = [{**optimizer, "l2": L2, "regularised": on} for optimizer in OPTIMIZERS for on in REGULARISED]
    found = {"architecture": ARCHITECTURE, "steps": STEPS, "batch": BATCH, "cases": cases}
    if os.path.exists(path):
        with open(path) as file:
            found = json.load(file)
    for case in found["cases"]:
        case[which] = {"torch": of_torch, "keras": of_keras}[which](case)
    with open(path, "w") as file:
        json.dump(found, file, indent=2)
        file.write("\n")
