"""Kernels after torch.nn.init.dirac_, which src/trainer/engine/initial-values.ts is held against.

    python initialisation.py > initialisation.json

with PyTorch 2.13.0. As airbench94.py has it, only as many filters as there are inputs are set. Each kernel starts out full of
sevens: of its filters, [filters, inputs, 3, 3], those that still are were left alone; ones are the places of the value 1, and all else
is 0. Besides, the deviation that torch.nn.init.kaiming_normal_ draws with, from its own calculate_gain and fan.
"""

import json
import math

import torch

CASES = [(3, 8), (4, 4), (4, 6), (6, 4), (16, 32)]


def case(inputs, filters):
    kernel = torch.full((filters, inputs, 3, 3), 7.0)
    torch.nn.init.dirac_(kernel[:inputs])
    left = [index for index, filter in enumerate(kernel) if (filter == 7).all()]
    set_ones = (kernel == 1).nonzero().tolist()
    zeros = int((kernel == 0).sum())
    assert zeros + len(set_ones) + len(left) * inputs * 9 == kernel.numel()
    fan_in, _ = torch.nn.init._calculate_fan_in_and_fan_out(kernel)
    deviation = torch.nn.init.calculate_gain("relu") / math.sqrt(fan_in)
    return {"inputs": inputs, "filters": filters, "leftAlone": left, "ones": set_ones, "deviation": deviation}


if __name__ == "__main__":
    print(json.dumps({"cases": [case(*one) for one in CASES]}, separators=(",", ":")))
