"""
What a training step of an architecture takes of memory in PyTorch: the growth of the most that was resident, from before the
network is made to after some steps with Adam (Linux), and the most bytes that tensors hold at once. The architecture is JSON on
stdin, the batch size and "resident" or "tensors" the arguments; the answer is JSON on stdout.
"""

import json
import re
import sys

import torch
from torch.distributed._tools.mem_tracker import MemTracker
from torch_network import Network

STEPS = 3


def status(name):
    with open("/proc/self/status") as file:
        return int(re.search(rf"^{name}:\s+(\d+) kB$", file.read(), re.M)[1]) * 1024


class Training:
    def __init__(self, architecture, batch):
        height, width, channels = architecture["inputShape"]
        self.images = torch.ones(batch, channels, height, width)
        self.labels = torch.zeros(batch, dtype=torch.long)
        self.network = Network(architecture)
        self.adam = torch.optim.Adam(self.network.parameters(), foreach=False)

    def step(self):
        loss = torch.nn.functional.cross_entropy(self.network(self.images), self.labels)
        loss.backward()
        self.adam.step()
        self.adam.zero_grad()


def resident(architecture, batch):
    before = status("VmRSS")
    training = Training(architecture, batch)
    for _ in range(STEPS):
        training.step()
    return status("VmHWM") - before


def tensors(architecture, batch):
    """Images, parameters, optimizer slots, gradients, what autograd saves and what is between, as PyTorch's own tracker counts."""
    training = Training(architecture, batch)
    # Makes the optimizer's slots.
    training.step()
    tracker = MemTracker()
    tracker.track_external(training.network, training.adam, training.images)
    with tracker:
        training.step()
    peak = tracker.get_tracker_snapshot("peak")
    return int(next(iter(peak.values()))["Total"])


def main():
    architecture = json.load(sys.stdin)
    batch, what = int(sys.argv[1]), sys.argv[2]
    bytes_ = resident(architecture, batch) if what == "resident" else tensors(architecture, batch)
    json.dump({"bytes": bytes_}, sys.stdout)


if __name__ == "__main__":
    main()
