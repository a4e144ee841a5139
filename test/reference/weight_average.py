"""Averages of weights in TensorFlow and PyTorch, which src/shared/weight-average.ts is held against.

    python weight_average.py tensorflow|torch FILE.json

writes its figures into the file beside those of the other (TensorFlow 2.21, requirements.txt; PyTorch 2.13).

TensorFlow's takes in the weights after every step, with the bound of its decay; PyTorch's has no bound, and the decay is that of all the
steps since the last update, so its figures begin where the bound is no longer one.
"""

import json
import math
import os
import sys

STEPS = 60
#: The weights after each step, the initial ones first.
WEIGHTS = [[math.sin(0.3 * step), 0.05 * step, 2.0 / (1 + step)] for step in range(STEPS + 1)]


def of_tensorflow(decay):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    weights = tf.Variable(WEIGHTS[0], dtype=tf.float64)
    taken = tf.Variable(0, dtype=tf.int64)
    average = tf.train.ExponentialMovingAverage(decay, num_updates=taken)
    average.apply([weights])  # Makes the average; the weights have not moved yet.
    found = []
    for step in range(1, STEPS + 1):
        weights.assign(WEIGHTS[step])
        taken.assign(step)
        average.apply([weights])
        found.append(average.average(weights).numpy().tolist())
    return {"decay": decay, "every": 1, "from": 0, "averages": found}


def of_torch(decay, every, first):
    import torch
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    model = torch.nn.Linear(3, 1, bias=False, dtype=torch.float64)

    def assign(step):
        with torch.no_grad():
            model.weight.copy_(torch.tensor([WEIGHTS[step]], dtype=torch.float64))

    assign(first)
    average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay**every))
    average.update_parameters(model)  # The first update copies.
    found = []
    for step in range(first + 1, STEPS + 1):
        assign(step)
        if step % every == 0:
            average.update_parameters(model)
        found.append(average.module.weight[0].tolist())
    return {"decay": decay, "every": every, "from": first, "averages": found}


if __name__ == "__main__":
    which, path = sys.argv[1:]
    found = {"weights": WEIGHTS}
    if os.path.exists(path):
        with open(path) as file:
            found = json.load(file)
    if which == "tensorflow":
        found[which] = [of_tensorflow(decay) for decay in (0.5, 0.9, 0.999)]
    else:
        found[which] = [of_torch(0.5, 1, 20), of_torch(0.5, 4, 20), of_torch(0.75, 5, 30)]
    with open(path, "w") as file:
        file.write(json.dumps(found) + "\n")
