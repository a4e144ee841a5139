"""An architecture of Resbench as a PyTorch module, written from the description of the fields alone."""

import torch
from torch import nn
from torch.nn import functional as F


# What a description may leave out; docs/COMMANDS.md lists it.
DEFAULTS = {
    "stem": {"filters": 64, "kernel": 7, "stride": 2, "pool": True},
    "shortcut": "projection",
    "strideOn": "first",
    "bias": True,
    "bnEpsilon": 1e-3,
}


def pair(kernel):
    return (kernel, kernel) if isinstance(kernel, int) else tuple(kernel)


def same_padding(size, kernel, stride):
    """TensorFlow's 'same': what is missing to ceil(size / stride) outputs, the odd row behind."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Convolution(nn.Conv2d):
    def __init__(self, channels, filters, kernel, stride, bias):
        super().__init__(channels, filters, pair(kernel), stride, bias=bias)

    def forward(self, x):
        if self.kernel_size == (1, 1):
            return super().forward(x)
        rows, columns = (
            same_padding(size, kernel, self.stride[0]) for size, kernel in zip(x.shape[2:], self.kernel_size)
        )
        if rows[0] == rows[1] and columns[0] == columns[1]:
            # Without the copy that padding by hand makes, which a training step would keep.
            return F.conv2d(x, self.weight, self.bias, self.stride, (rows[0], columns[0]))
        return super().forward(F.pad(x, (*columns, *rows)))


class Pool(nn.Module):
    """3x3 with stride 2. A maximum hides all pixels but one from the gradient, so that a reach is measured with sums."""

    def __init__(self, sums):
        super().__init__()
        self.sums = sums

    def forward(self, x):
        rows, columns = (same_padding(size, 3, 2) for size in x.shape[2:])
        if self.sums:
            return F.avg_pool2d(F.pad(x, (*columns, *rows)), 3, 2)
        return F.max_pool2d(F.pad(x, (*columns, *rows), value=-float("inf")), 3, 2)


class OptionA(nn.Module):
    def __init__(self, stride, before, after):
        super().__init__()
        self.stride, self.before, self.after = stride, before, after

    def forward(self, x):
        x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, self.before, self.after))


class Add(nn.Module):
    def forward(self, main, shortcut):
        return main + shortcut


class Mean(nn.Module):
    def forward(self, x):
        return F.adaptive_avg_pool2d(x, 1).flatten(1)


class Network(nn.Module):
    """
    Modules have the names of Resbench's layers, with dashes in place of slashes. With `thin` each convolution has one filter: the reach of a unit depends on
    kernels, strides and paths alone.
    """

    def __init__(self, architecture, thin=False):
        super().__init__()
        architecture = {**DEFAULTS, **architecture}
        self.thin = thin
        self.epsilon = architecture["bnEpsilon"]
        self.bias = architecture["bias"]
        self.steps = []
        stem = architecture["stem"]
        channels = architecture["inputShape"][2]
        x = self.convolution("stem", "conv", "bn", "input", channels, stem["filters"], stem["kernel"], stem["stride"])
        x = self.step("stem/relu", nn.ReLU(), x)
        if stem["pool"]:
            x = self.step("stem/pool", Pool(thin), x)
        channels = stem["filters"]
        for stage, (count, convolutions) in enumerate(architecture["table"], 1):
            for block in range(1, count + 1):
                stride = 2 if stage > 1 and block == 1 else 1
                name = f"stage{stage}/block{block}"
                x = self.block(name, x, channels, convolutions, stride, architecture)
                channels = convolutions[-1][0]
        x = self.step("pool", Mean(), x)
        self.step("dense", nn.Linear(self.width(channels), 1 if thin else architecture["classes"]), x)

    def width(self, channels):
        return 1 if self.thin else channels

    def step(self, name, module, *inputs):
        self.add_module(name.replace("/", "-"), module)
        self.steps.append((name, inputs))
        return name

    def convolution(self, where, conv, bn, x, channels, filters, kernel, stride):
        channels = channels if x == "input" else self.width(channels)
        filters = self.width(filters)
        x = self.step(f"{where}/{conv}", Convolution(channels, filters, kernel, stride, self.bias), x)
        return self.step(f"{where}/{bn}", nn.BatchNorm2d(filters, eps=self.epsilon), x)

    def block(self, name, x, channels, convolutions, stride, architecture):
        strided = 0
        if architecture["strideOn"] == "3x3":
            larger = [index for index, (_, kernel) in enumerate(convolutions) if max(pair(kernel)) > 1]
            strided = larger[0] if larger else 0
        main, before = x, channels
        for index, (filters, kernel) in enumerate(convolutions):
            step = stride if index == strided else 1
            main = self.convolution(name, f"conv{index + 1}", f"bn{index + 1}", main, before, filters, kernel, step)
            before = filters
            if index < len(convolutions) - 1:
                main = self.step(f"{name}/relu{index + 1}", nn.ReLU(), main)
        kind = architecture["shortcut"]
        changes = stride > 1 or channels != before
        if kind != "none":
            if kind == "projection-all" or (kind == "projection" and changes):
                x = self.convolution(f"{name}/shortcut", "conv", "bn", x, channels, before, 1, stride)
            elif kind == "identity" and changes:
                added = 0 if self.thin else before - channels
                x = self.step(f"{name}/shortcut", OptionA(stride, added // 2, added - added // 2), x)
            main = self.step(f"{name}/add", Add(), main, x)
        return self.step(f"{name}/relu", nn.ReLU(), main)

    def layer(self, name):
        return getattr(self, name.replace("/", "-"))

    def outputs(self, image):
        """Name and output of every layer, in order."""
        last = {one: name for name, inputs in self.steps for one in inputs}
        values = {"input": image}
        for name, inputs in self.steps:
            value = values[name] = self.layer(name)(*(values[one] for one in inputs))
            # What no later layer takes is let go, so that only what the backward pass needs is kept.
            for one in inputs:
                if last[one] == name:
                    del values[one]
            yield name, value

    def forward(self, image):
        for _, value in self.outputs(image):
            pass
        return value
