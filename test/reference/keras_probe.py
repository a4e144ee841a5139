"""The probe in Keras 3: the same training as `npm start -- probe`, rewritten from docs/COMMANDS.md.

Shares no code with Resbench on purpose: the rules that turn an architecture file into a network, the formulas for weights
and data, and the order of variables are all here a second time. What both print must agree.

    python keras_probe.py --architecture FILE.json --steps N --batch B --optimizer adam|sgd --lr LR

prints one JSON value. With --serve it reads jobs as JSON, one a line, and answers each with a line.
"""

import argparse
import json
import os
import sys

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

DEFAULTS = {
    "stem": {},
    "shortcut": "projection",
    "strideOn": "first",
    "bias": True,
    "l2": 1e-4,
    "bnMomentum": 0.99,
    "bnEpsilon": 1e-3,
    "zeroInitLastGamma": False,
}
STEM = {"filters": 64, "kernel": 7, "stride": 2, "pool": True}
# One variable of each kind, in the probe's order, by Keras' name for it.
ORDER = ("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance")
ROLES = {"moving_mean": "movingMean", "moving_variance": "movingVariance"}


# ------------------------------------------------------------------------------------------------------ formulas


def uniform(count, series):
    """r(i, v) for i = 0 … count - 1, float64."""
    mask = np.uint64(0xFFFFFFFF)
    offset = np.uint64(2654435769 * series % 2**32)
    h = (np.arange(count, dtype=np.uint64) + offset) & mask
    h ^= h >> np.uint64(16)
    h = h * np.uint64(0x85EBCA6B) & mask
    h ^= h >> np.uint64(13)
    h = h * np.uint64(0xC2B2AE35) & mask
    h ^= h >> np.uint64(16)
    return h / 2.0**32


def start_value(role, shape, series, gamma):
    if role == "kernel":
        fan_in = int(np.prod(shape[:-1]))
        values = (2 * uniform(int(np.prod(shape)), series) - 1) * np.sqrt(6 / fan_in)
    else:
        constant = {"gamma": gamma, "moving_variance": 1}.get(role, 0)
        values = np.full(int(np.prod(shape)), constant)
    return values.reshape(shape).astype(np.float32)


def images_of(step, batch, shape):
    count = batch * int(np.prod(shape))
    return uniform(count, 100000 + step).astype(np.float32).reshape((batch, *shape))


def labels_of(step, batch, classes):
    return (7 * np.arange(batch, dtype=np.int64) + step) % classes


# ------------------------------------------------------------------------------------------------------ the network


class PaddedIdentity(keras.layers.Layer):
    """Option A: every stride-th pixel, channels of zeros before and behind (the odd one behind)."""

    def __init__(self, stride, channels, **kwargs):
        super().__init__(**kwargs)
        self.stride = stride
        self.channels = channels

    def call(self, x):
        added = self.channels - x.shape[-1]
        before = added // 2
        return tf.pad(
            x[:, :: self.stride, :: self.stride, :],
            [[0, 0], [0, 0], [0, 0], [before, added - before]],
        )


class NetworkBuilder:
    """Layers in the probe's order: `self.layers` holds those with variables as (name, layer, initial gamma)."""

    def __init__(self, architecture):
        self.a = {**DEFAULTS, **architecture}
        self.stem = {**STEM, **self.a["stem"]}
        self.layers = []

    def conv_bn(self, x, name, bn_name, filters, kernel, stride, gamma=1):
        height, width = kernel if isinstance(kernel, list) else (kernel, kernel)
        conv = keras.layers.Conv2D(
            filters,
            (height, width),
            strides=stride,
            padding="valid" if (height, width) == (1, 1) else "same",
            use_bias=self.a["bias"],
            kernel_regularizer=keras.regularizers.L2(self.a["l2"]) if self.a["l2"] else None,
        )
        bn = keras.layers.BatchNormalization(momentum=self.a["bnMomentum"], epsilon=self.a["bnEpsilon"])
        x = bn(conv(x))
        self.layers += [(name, conv, None), (bn_name, bn, gamma)]
        return x

    def block(self, x, name, convolutions, stride):
        where = 0
        if self.a["strideOn"] == "3x3":
            sides = [k if isinstance(k, list) else [k, k] for _, k in convolutions]
            where = next((i for i, side in enumerate(sides) if max(side) > 1), 0)
        y = x
        for i, (filters, kernel) in enumerate(convolutions):
            last = i == len(convolutions) - 1
            y = self.conv_bn(
                y,
                f"{name}/conv{i + 1}",
                f"{name}/bn{i + 1}",
                filters,
                kernel,
                stride if i == where else 1,
                0 if last and self.a["zeroInitLastGamma"] else 1,
            )
            if not last:
                y = keras.layers.ReLU()(y)
        channels = convolutions[-1][0]
        changes = stride > 1 or x.shape[-1] != channels
        option = self.a["shortcut"]
        if option == "projection-all" or (option == "projection" and changes):
            x = self.conv_bn(x, f"{name}/shortcut/conv", f"{name}/shortcut/bn", channels, 1, stride)
        elif option == "identity" and changes:
            x = PaddedIdentity(stride, channels)(x)
        if option != "none":
            y = keras.layers.Add()([y, x])
        return keras.layers.ReLU()(y)

    def build(self):
        inputs = x = keras.Input(self.a["inputShape"])
        stem = self.stem
        x = self.conv_bn(x, "stem/conv", "stem/bn", stem["filters"], stem["kernel"], stem["stride"])
        x = keras.layers.ReLU()(x)
        if stem["pool"]:
            x = keras.layers.MaxPooling2D(3, 2, "same")(x)
        for stage, (count, convolutions) in enumerate(self.a["table"]):
            for block in range(count):
                stride = 2 if stage > 0 and block == 0 else 1
                x = self.block(x, f"stage{stage + 1}/block{block + 1}", convolutions, stride)
        x = keras.layers.GlobalAveragePooling2D()(x)
        dense = keras.layers.Dense(self.a["classes"])
        logits = dense(x)
        self.layers.append(("dense", dense, None))
        return keras.Model(inputs, logits)

    def variables(self):
        """(name, Keras' variable, role, initial gamma) in the probe's order."""
        for name, layer, gamma in self.layers:
            by_role = {variable.name: variable for variable in layer.weights}
            for role in ORDER:
                if role in by_role:
                    yield f"{name}/{ROLES.get(role, role)}", by_role[role], role, gamma


# ------------------------------------------------------------------------------------------------------ the training


def optimizer_of(job):
    options = {"global_clipnorm": job.get("clipNorm"), "weight_decay": job.get("weightDecay") or None}
    if job["optimizer"] == "adam":
        optimizer = keras.optimizers.Adam(float(job["lr"]), **options)
    else:
        momentum, nesterov = float(job.get("momentum", 0)), job.get("nesterov", False)
        optimizer = keras.optimizers.SGD(float(job["lr"]), momentum=momentum, nesterov=nesterov, **options)
    # Only kernels decay.
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer


def probe(job):
    # Weights and data are rounded to float32 all the same: float64 tells what float32 makes of them.
    keras.config.set_floatx(job.get("floatx", "float32"))
    keras.backend.clear_session()
    with open(job["architecture"], encoding="utf-8") as file:
        architecture = json.load(file)
    builder = NetworkBuilder(architecture)
    model = builder.build()
    variables = list(builder.variables())
    for series, (_, variable, role, gamma) in enumerate(variables):
        variable.assign(start_value(role, variable.shape, series, gamma))
    optimizer = optimizer_of(job)
    optimizer.build(model.trainable_variables)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    batch, shape, classes = job["batch"], architecture["inputShape"], architecture["classes"]

    @tf.function
    def train_step(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            loss = cross_entropy(labels, logits)
            total = tf.add_n([loss, *model.losses])
        gradients = tape.gradient(total, [variable.value for variable in model.trainable_variables])
        optimizer.apply(gradients, model.trainable_variables)
        correct = tf.reduce_sum(tf.cast(tf.argmax(logits, 1) == labels, tf.int32))
        return loss, total, correct, gradients

    steps = []
    gradient_norms = {}
    for step in range(job["steps"]):
        loss, total, correct, gradients = train_step(
            keras.ops.cast(images_of(step, batch, shape), keras.config.floatx()), labels_of(step, batch, classes)
        )
        if step == 0:
            for variable, gradient in zip(model.trainable_variables, gradients):
                gradient_norms[id(variable)] = norm_of(gradient)
        steps.append({"loss": float(loss), "total": float(total), "correct": int(correct)})
    logits = model(keras.ops.cast(images_of(0, batch, shape), keras.config.floatx()), training=False)
    return {
        "steps": steps,
        "variables": [
            {
                "name": name,
                "shape": list(variable.shape),
                "sum": float(np.sum(variable.numpy(), dtype=np.float64)),
                "norm": norm_of(variable),
                "gradNorm": gradient_norms.get(id(variable)),
            }
            for name, variable, _, _ in variables
        ],
        "logits": logits.numpy().tolist(),
    }


def norm_of(tensor):
    return float(np.linalg.norm(tensor.numpy().astype(np.float64)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--architecture")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--nesterov", action="store_true")
    parser.add_argument("--clip-norm", dest="clipNorm", type=float)
    parser.add_argument("--weight-decay", dest="weightDecay", type=float, default=0.0)
    parser.add_argument("--floatx", choices=["float32", "float64"], default="float32")
    parser.add_argument("--serve", action="store_true", help="jobs as JSON lines on standard input")
    arguments = vars(parser.parse_args())
    if not arguments.pop("serve"):
        if not arguments["architecture"]:
            parser.error("--architecture is needed")
        print(json.dumps(probe(arguments)))
        return
    print(json.dumps({"keras": keras.__version__, "tensorflow": tf.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(probe(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
