"""Measured program: eager PyTorch as its performance guide says: channels_last, fused Adam, the data set as bytes in memory.

The gradient of the L2 term comes by the optimizer's weight decay (2·l2 on convolution kernels), which costs nothing; its
value, which the others report in their loss, by one norm over all kernels.
"""

import sys
import time

from bench_protocol import read_job, serve

import torch
import torch.nn as nn
import torch.nn.functional as F

STEM = {"filters": 64, "kernel": 7, "stride": 2, "pool": True}
BATCHES = 8


class ConvBn(nn.Module):
    def __init__(self, channels, filters, kernel, stride, a):
        super().__init__()
        self.conv = nn.Conv2d(channels, filters, kernel, stride, kernel // 2, bias=a.get("bias", True))
        momentum, epsilon = 1 - a.get("bnMomentum", 0.99), a.get("bnEpsilon", 1e-3)
        self.bn = nn.BatchNorm2d(filters, eps=epsilon, momentum=momentum)

    def forward(self, x):
        return self.bn(self.conv(x))


class OptionA(nn.Module):
    """Every stride-th pixel, channels of zeros before and behind (the odd one behind)."""

    def __init__(self, stride, added):
        super().__init__()
        self.stride = stride
        self.padding = (0, 0, 0, 0, added // 2, added - added // 2)

    def forward(self, x):
        return F.pad(x[:, :, :: self.stride, :: self.stride], self.padding)


class Block(nn.Module):
    def __init__(self, channels, convolutions, stride, a):
        super().__init__()
        where = 0
        if a.get("strideOn") == "3x3":
            where = next((i for i, (_, kernel) in enumerate(convolutions) if kernel > 1), 0)
        inside, layers = channels, []
        for i, (filters, kernel) in enumerate(convolutions):
            layers.append(ConvBn(inside, filters, kernel, stride if i == where else 1, a))
            inside = filters
        self.layers = nn.ModuleList(layers)
        changes = stride > 1 or inside != channels
        if not changes:
            self.shortcut = nn.Identity()
        elif a.get("shortcut", "projection") == "identity":
            self.shortcut = OptionA(stride, inside - channels)
        else:
            self.shortcut = ConvBn(channels, inside, 1, stride, a)

    def forward(self, x):
        y = x
        for i, layer in enumerate(self.layers):
            y = layer(y if i == 0 else F.relu(y, inplace=True))
        return F.relu(y + self.shortcut(x))


class Net(nn.Module):
    def __init__(self, a):
        super().__init__()
        if a.get("shortcut", "projection") not in ("projection", "identity"):
            raise SystemExit("torch_step.py knows the shortcuts projection and identity only")
        stem = {**STEM, **a.get("stem", {})}
        self.pool = stem["pool"]
        channels = stem["filters"]
        self.stem = ConvBn(a["inputShape"][2], channels, stem["kernel"], stem["stride"], a)
        blocks = []
        for stage, (count, convolutions) in enumerate(a["table"]):
            for block in range(count):
                blocks.append(Block(channels, convolutions, 2 if stage > 0 and block == 0 else 1, a))
                channels = convolutions[-1][0]
        self.blocks = nn.Sequential(*blocks)
        self.dense = nn.Linear(channels, a["classes"])

    def forward(self, x):
        x = F.relu(self.stem(x), inplace=True)
        if self.pool:
            x = F.max_pool2d(x, 3, 2, 1)
        return self.dense(self.blocks(x).mean((2, 3)))


job = read_job()
a, batch, evaluation_batch = job["architecture"], job["batch"], job["evaluationBatch"]
height, width, channels = a["inputShape"]
l2 = a.get("l2", 1e-4)

net = Net(a).to(memory_format=torch.channels_last)
kernels = [module.weight for module in net.modules() if isinstance(module, nn.Conv2d)]
known = {id(kernel) for kernel in kernels}
others = [parameter for parameter in net.parameters() if id(parameter) not in known]
optimizer = torch.optim.Adam(
    [{"params": kernels, "weight_decay": 2 * l2}, {"params": others}], 1e-3, eps=1e-7, fused=True
)


def made_up(count):
    images = torch.randint(0, 256, (count, channels, height, width), dtype=torch.uint8)
    return images.contiguous(memory_format=torch.channels_last), torch.randint(0, a["classes"], (count,))


images, labels = made_up(BATCHES * batch)
evaluation = made_up(evaluation_batch)


def step():
    chosen = torch.randint(0, len(labels), (batch,))
    x, y = images[chosen].float().div_(255), labels[chosen]
    optimizer.zero_grad()
    logits = net(x)
    loss = F.cross_entropy(logits, y)
    with torch.no_grad():
        total = loss + l2 * sum(norm.square() for norm in torch._foreach_norm(kernels)) if l2 else loss
    loss.backward()
    optimizer.step()
    return total.item(), (logits.argmax(1) == y).sum().item()


@torch.no_grad()
def forward():
    x, y = evaluation
    logits = net(x.float().div_(255))
    return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).sum().item()


def timed(work, count):
    milliseconds = []
    for _ in range(count):
        began = time.perf_counter()
        work()
        milliseconds.append((time.perf_counter() - began) * 1e3)
    return milliseconds


def train(count):
    net.train()
    return timed(step, count), batch


def evaluate(count):
    net.eval()
    return timed(forward, count), evaluation_batch


serve(
    {"torch": torch.__version__, "threads": torch.get_num_threads(), "python": sys.version.split()[0]},
    train,
    evaluate,
)
