"""Measured program: Keras `fit` and `evaluate` on TensorFlow, the model compiled as its documentation does."""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference"))

from bench_protocol import read_job, serve  # noqa: E402
from keras_probe import NetworkBuilder  # noqa: E402  (sets TensorFlow's environment before it loads)

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402


class Clock(keras.callbacks.Callback):
    """Milliseconds of each batch, from the end of the one before: what lies between batches counts too."""

    def __init__(self):
        super().__init__()
        self.milliseconds = []
        self.last = None

    def tick(self):
        now = time.perf_counter()
        if self.last is not None:
            self.milliseconds.append((now - self.last) * 1e3)
        self.last = now

    def on_train_batch_end(self, batch, logs=None):
        self.tick()

    def on_test_batch_end(self, batch, logs=None):
        self.tick()


job = read_job()
batch, evaluation_batch = job["batch"], job["evaluationBatch"]
architecture = job["architecture"]
shape, classes = architecture["inputShape"], architecture["classes"]

model = NetworkBuilder(architecture).build()
model.compile(
    optimizer=keras.optimizers.Adam(1e-3),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
generator = np.random.default_rng(1)


def made_up(count):
    return generator.random((count, *shape), dtype=np.float32), generator.integers(0, classes, count)


def timed(run, count, size):
    # Nothing is known of when the first batch begins: one more is run, and its end is where the clock starts.
    images, labels = made_up((count + 1) * size)
    clock = Clock()
    run(images, labels, batch_size=size, verbose=0, callbacks=[clock])
    return clock.milliseconds, size


serve(
    {
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "python": sys.version.split()[0],
        "oneDNN": os.environ.get("TF_ENABLE_ONEDNN_OPTS"),
    },
    lambda count: timed(lambda *data, **options: model.fit(*data, epochs=1, **options), count, batch),
    lambda count: timed(model.evaluate, count, evaluation_batch),
)
