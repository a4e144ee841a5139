"""Trains a tiny network for three epochs with a real library, so that its console log and its CSV file can be kept.

  python test/reference/write_histories.py LIBRARY FOLDER

LIBRARY is `keras` (Keras 3), `tf_keras` (Keras 2) or `lightning`. What is printed is the log; FOLDER gets the CSV file.
test/unit/shared/histories/files/README.md says with which commands and versions the kept files were made.
"""
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np


def images(count):
    """Features of four classes that a small network learns in part."""
    random = np.random.default_rng(count)
    labels = random.integers(0, 4, count)
    features = random.normal(size=(count, 8)).astype("float32")
    features[np.arange(count), labels] += 1.5
    return features, labels.astype("int64")


def train_keras(keras, folder, name, verbose):
    class Slow(keras.callbacks.Callback):
        """Makes a step as long as it takes until a progress bar is drawn again."""

        def on_train_batch_end(self, batch, logs=None):
            time.sleep(0.06)

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(4, "softmax")])
    model.summary()
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        *images(640),
        validation_data=images(160),
        epochs=3,
        batch_size=64,
        verbose=verbose,
        callbacks=[
            Slow(),
            keras.callbacks.CSVLogger(os.path.join(folder, f"{name}-csvlogger.csv")),
            keras.callbacks.LearningRateScheduler(lambda epoch: 0.01 / 2**epoch, verbose=0),
            # Its sentences stand between a progress bar and the last state of that bar.
            keras.callbacks.ModelCheckpoint(os.path.join(folder, f"{name}.weights.h5"), save_weights_only=True, verbose=1),
        ],
    )
    # A bar that belongs to no epoch.
    model.evaluate(*images(160), batch_size=64, verbose=verbose)


def train_lightning(folder):
    import lightning
    import torch
    from lightning.pytorch.loggers import CSVLogger

    class Network(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layers = torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.ReLU(), torch.nn.Linear(16, 4))

        def score(self, batch):
            features, labels = batch
            logits = self.layers(features)
            return torch.nn.functional.cross_entropy(logits, labels), (logits.argmax(1) == labels).float().mean()

        def training_step(self, batch, _):
            loss, accuracy = self.score(batch)
            self.log("train_loss", loss, on_step=True, on_epoch=True)
            self.log("train_acc", accuracy, on_step=False, on_epoch=True)
            return loss

        def validation_step(self, batch, _):
            loss, accuracy = self.score(batch)
            self.log("val_loss", loss)
            self.log("val_acc", accuracy)

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), 0.01)

    def loader(count):
        return torch.utils.data.DataLoader(
            torch.utils.data.TensorDataset(*(torch.from_numpy(part) for part in images(count))), batch_size=64
        )

    lightning.seed_everything(1)
    trainer = lightning.Trainer(
        max_epochs=3,
        accelerator="cpu",
        log_every_n_steps=4,
        enable_checkpointing=False,
        logger=[CSVLogger(folder, name="lightning")],
    )
    trainer.fit(Network(), loader(640), loader(160))


def main():
    library, folder = sys.argv[1:3]
    verbose = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if library == "keras":
        import keras

        train_keras(keras, folder, "keras3", verbose)
    elif library == "tf_keras":
        import tf_keras

        train_keras(tf_keras, folder, "keras2", verbose)
    elif library == "lightning":
        train_lightning(folder)
    else:
        sys.exit(f"LIBRARY must be keras, tf_keras or lightning, got {library}.")


main()
