"""Learning rates of PyTorch's and Keras' schedules, which src/shared/learning-rate.ts is held against.

    python learning_rates.py torch > learning-rates-torch.json
    python learning_rates.py keras > learning-rates-keras.json

with PyTorch 2.13.0 and Keras 3 (requirements.txt). Each case has a recipe in Resbench's words, steps per epoch and epochs, and
the rate of each step; those of a plateau have besides the values of the metric, one an epoch.
"""

import json
import math
import sys
import warnings

LR = 0.1
# Epochs of a metric that stands still, gets better by a little, and stands still again.
VALUES = [2.0, 1.5, 1.5, 1.6, 1.4, 1.41, 1.42, 1.43, 1.39, 1.5, 1.5, 1.5, 1.5, 1.38, 1.38, 1.38]


def case(name, recipe, steps_per_epoch, epochs, rates, **more):
    recipe = {"learningRate": LR, **recipe}
    return {"name": name, "recipe": recipe, "stepsPerEpoch": steps_per_epoch, "epochs": epochs, "rates": rates, **more}


def torch_cases():
    import torch
    from torch.optim import lr_scheduler as s

    warnings.simplefilter("ignore")

    def optimizer():
        return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=LR)

    def rates(make, count):
        """The rate of each of so many units: the scheduler steps once after each."""
        of = optimizer()
        scheduler = make(of)
        found = []
        for _ in range(count):
            found.append(of.param_groups[0]["lr"])
            of.step()
            scheduler.step()
        return found

    def spread(values, steps_per_epoch):
        return [value for value in values for _ in range(steps_per_epoch)]

    def warmed(main, length):
        """Linear from 1/(length + 1), then the rest."""
        return lambda of: s.SequentialLR(
            of, [s.LinearLR(of, 1 / (length + 1), 1.0, length), main(of)], milestones=[length]
        )

    spe, epochs = 5, 8
    total = spe * epochs
    cosine = lambda t: lambda of: s.CosineAnnealingLR(of, T_max=t, eta_min=LR * 0.01)
    linear = lambda t: lambda of: s.LinearLR(of, 1.0, 0.2, t)
    cycle = lambda t, peak: lambda of: s.OneCycleLR(
        of, max_lr=LR, total_steps=t, pct_start=peak, div_factor=25, final_div_factor=40, cycle_momentum=False
    )
    one_cycle = {"schedule": "one-cycle", "startShare": 0.04, "finalShare": 0.001}
    yield case("StepLR", {"schedule": "step", "stepEpochs": 3, "decayFactor": 0.1}, spe, epochs,
               spread(rates(lambda of: s.StepLR(of, 3, 0.1), epochs), spe))
    yield case("MultiStepLR", {"schedule": "multi-step", "milestones": [2, 5, 6], "decayFactor": 0.5}, spe, epochs,
               spread(rates(lambda of: s.MultiStepLR(of, [2, 5, 6], 0.5), epochs), spe))
    yield case("LinearLR", {"schedule": "linear", "finalShare": 0.2}, spe, epochs, rates(linear(total), total))
    yield case("LinearLR, per epoch", {"schedule": "linear", "finalShare": 0.2, "rateUpdate": "epoch"}, spe, epochs,
               spread(rates(linear(epochs), epochs), spe))
    yield case("CosineAnnealingLR", {"schedule": "cosine", "finalShare": 0.01}, spe, epochs, rates(cosine(total), total))
    yield case("CosineAnnealingLR, per epoch", {"schedule": "cosine", "finalShare": 0.01, "rateUpdate": "epoch"}, spe,
               epochs, spread(rates(cosine(epochs), epochs), spe))
    yield case("OneCycleLR", {**one_cycle, "peakAt": 0.3}, spe, epochs, rates(cycle(total, 0.3), total))
    yield case("OneCycleLR, peak between two steps", {**one_cycle, "peakAt": 0.37}, spe, epochs,
               rates(cycle(total, 0.37), total))
    yield case("OneCycleLR, per epoch", {**one_cycle, "peakAt": 0.5, "rateUpdate": "epoch"}, spe, epochs,
               spread(rates(cycle(epochs, 0.5), epochs), spe))
    yield case("warm-up of 7 steps, constant", {"warmup": "steps", "warmupLength": 7}, spe, epochs,
               rates(lambda of: s.LinearLR(of, 1 / 8, 1.0, 7), total))
    yield case("warm-up of 2 epochs, cosine", {"schedule": "cosine", "finalShare": 0.01, "warmup": "epochs",
               "warmupLength": 2}, spe, epochs, rates(warmed(cosine(total - 10), 10), total))
    yield case("warm-up of 2 epochs, cosine, per epoch", {"schedule": "cosine", "finalShare": 0.01, "warmup": "epochs",
               "warmupLength": 2, "rateUpdate": "epoch"}, spe, epochs,
               spread(rates(warmed(cosine(epochs - 2), 2), epochs), spe))
    yield case("warm-up of 12 steps, linear", {"schedule": "linear", "finalShare": 0.2, "warmup": "steps",
               "warmupLength": 12}, spe, epochs, rates(warmed(linear(total - 12), 12), total))

    # Its patience is one less than Keras': it reduces after more bad epochs than that.
    of = optimizer()
    scheduler = s.ReduceLROnPlateau(of, "min", factor=0.3, patience=1, threshold=0, threshold_mode="abs", min_lr=0.002)
    found = []
    for value in VALUES:
        found.append(of.param_groups[0]["lr"])
        scheduler.step(value)
    yield case("ReduceLROnPlateau", {"schedule": "plateau", "plateauPatience": 2, "decayFactor": 0.3,
               "minimumRate": 0.002}, 1, len(VALUES), found, values=VALUES)


def keras_cases():
    import os

    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import numpy as np

    schedules = keras.optimizers.schedules
    spe, epochs = 5, 8
    total = spe * epochs
    each = lambda schedule: [float(np.asarray(schedule(step))) for step in range(total)]
    yield case("CosineDecay", {"schedule": "cosine", "finalShare": 0.01}, spe, epochs,
               each(schedules.CosineDecay(LR, total, alpha=0.01)))
    yield case("PolynomialDecay", {"schedule": "linear", "finalShare": 0.2}, spe, epochs,
               each(schedules.PolynomialDecay(LR, total, end_learning_rate=LR * 0.2)))
    yield case("ExponentialDecay, staircase", {"schedule": "step", "stepEpochs": 3, "decayFactor": 0.1}, spe, epochs,
               each(schedules.ExponentialDecay(LR, 3 * spe, 0.1, staircase=True)))

    def model():
        of = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
        of.compile(optimizer=keras.optimizers.SGD(LR), loss="mse")
        return of

    of = model()
    plateau = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.3, patience=2, min_delta=0, min_lr=0.002)
    plateau.set_model(of)
    plateau.on_train_begin()
    found = []
    for epoch, value in enumerate(VALUES):
        found.append(float(np.asarray(of.optimizer.learning_rate)))
        plateau.on_epoch_end(epoch, {"val_loss": value})
    yield case("ReduceLROnPlateau", {"schedule": "plateau", "plateauPatience": 2, "decayFactor": 0.3,
               "minimumRate": 0.002}, 1, len(VALUES), found, values=VALUES)

    for metric, mode, patience, delta in (("val-loss", "min", 3, 0), ("val-loss", "min", 2, 0.05),
                                          ("val-accuracy", "max", 2, 0), ("val-loss", "min", 5, 0)):
        values = VALUES if mode == "min" else [round(1 - value / 4, 6) for value in VALUES]
        of = model()
        stop = keras.callbacks.EarlyStopping("value", patience=patience, min_delta=delta, mode=mode,
                                             restore_best_weights=True)
        stop.set_model(of)
        stop.on_train_begin()
        ended = None
        for epoch, value in enumerate(values):
            stop.on_epoch_end(epoch, {"value": value})
            if of.stop_training:
                ended = epoch + 1
                break
        yield {"name": f"EarlyStopping, {metric}, patience {patience}, delta {delta}", "metric": metric,
               "patience": patience, "minDelta": delta, "values": values, "ended": ended,
               "best": stop.best_epoch + 1}


if __name__ == "__main__":
    found = list(torch_cases() if sys.argv[1] == "torch" else keras_cases())
    assert all(math.isfinite(rate) for one in found for rate in one.get("rates", []))
    print("[\n" + ",\n".join(json.dumps(one) for one in found) + "\n]")
