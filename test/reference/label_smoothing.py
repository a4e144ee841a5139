"""The mean cross-entropy of smoothed labels in PyTorch and in Keras, which src/trainer/engine/score.ts is held against.

    python label_smoothing.py torch|keras FILE.json

writes its figures into the file beside those of the other.
"""

import json
import os
import sys

LOGITS = [[1.0, -2.0, 0.5, 3.0], [0.0, 0.0, 0.0, 0.0], [4.0, 1.0, -1.0, 2.0]]
LABELS = [3, 1, 2]
SMOOTHINGS = [0.0, 0.1, 0.3, 0.9]


def of_torch(smoothing):
    import torch

    logits = torch.tensor(LOGITS, dtype=torch.float64)
    return torch.nn.functional.cross_entropy(logits, torch.tensor(LABELS), label_smoothing=smoothing).item()


def of_keras(smoothing):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import numpy as np

    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    return float(loss(np.eye(4, dtype="float32")[LABELS], np.array(LOGITS, dtype="float32")))


if __name__ == "__main__":
    which, path = sys.argv[1:]
    found = {"classes": 4, "logits": LOGITS, "labels": LABELS, "cases": [{"smoothing": s, "loss": {}} for s in SMOOTHINGS]}
    if os.path.exists(path):
        with open(path) as file:
            found = json.load(file)
    for case in found["cases"]:
        case["loss"][which] = {"torch": of_torch, "keras": of_keras}[which](case["smoothing"])
    with open(path, "w") as file:
        json.dump(found, file, indent=2)
        file.write("\n")
