"""Learning-rate range tests of fastai's `lr_find`, which src/shared/range-test.ts is held against.

    python range_test.py > range-test.json

with fastai 2.8.12 and PyTorch 2.13.0. The network's loss is replaced by a series of given values, so that rates, smoothing, the end and
the suggestions are fastai's own. Each case has the losses of all steps, of which fastai takes as many as it needs; a null is NaN.
"""

import json
import math
import random
import tempfile

import torch
from fastai.callback.schedule import SuggestionMethod
from fastai.data.core import DataLoaders
from fastai.data.load import DataLoader
from fastai.learner import Learner
from fastai.optimizer import SGD

RULES = (SuggestionMethod.Valley, SuggestionMethod.Steep, SuggestionMethod.Minimum)


def found(losses, start, end, steps):
    at = iter(losses)

    def loss(prediction, target):
        return (prediction * 0).sum() + next(at)

    data = [(torch.zeros(1), torch.zeros(1))] * 30
    dls = DataLoaders(DataLoader(data, bs=2), DataLoader(data, bs=2))
    with tempfile.TemporaryDirectory() as folder:
        learner = Learner(dls, torch.nn.Linear(1, 1), loss_func=loss, opt_func=SGD, path=folder)
        with learner.no_bar():
            rules = learner.lr_find(start, end, steps, show_plot=False, suggest_funcs=RULES)
    digits = lambda values: [float(f"{float(x):.7g}") for x in values]  # As many as float32 has.
    return digits(learner.recorder.lrs), digits(learner.recorder.losses), rules._asdict()


def case(name, shape, start=1e-7, end=10, steps=100, noise=0.0):
    draw = random.Random(name)
    rate = lambda i: start * (end / start) ** (i / steps)
    losses = [round(shape(math.log10(rate(i))) + draw.gauss(0, noise), 6) for i in range(steps)]
    rates, smoothed, rules = found(losses, start, end, steps)
    null = lambda x: None if math.isnan(x) else x
    return {
        "name": name,
        "range": {"from": start, "to": end, "steps": steps},
        "losses": [null(x) for x in losses],
        "rates": rates,
        "smoothed": [null(x) for x in smoothed],
        "suggestions": rules,
    }


def valley(low, high, lowest):
    """Falls from 2.3 to `lowest` between the logarithms of two rates, and grows beyond."""

    def shape(log):
        fall = 1 / (1 + math.exp(-6 * (log - (low + high) / 2) / (high - low)))
        return 2.3 - (2.3 - lowest) * fall + 10 ** max(0, 2 * (log - high)) - 1

    return shape


print(
    json.dumps(
        [
            case("smooth", valley(-4, -1.5, 0.4)),
            case("noisy", valley(-4, -1, 0.8), noise=0.08),
            case("not a number", lambda log: math.nan if log > -0.5 else valley(-4, -1, 0.9)(log), noise=0.03),
            case("to the end", lambda log: 2.3 - 0.2 * max(0, log + 5), noise=0.02),
            case("fewer steps", valley(-3, -1, 0.5), start=1e-6, end=1, steps=40, noise=0.05),
            case("more steps", valley(-3.5, -0.5, 0.3), start=1e-5, end=100, steps=250, noise=0.1),
        ]
    )
)
