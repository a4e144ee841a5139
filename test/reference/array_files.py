"""Files of arrays as NumPy, SciPy, pickle and gzip write them: what src/trainer/prepare/arrays is held against.

    python test/reference/array_files.py

Needs NumPy and SciPy (2.4.6 and 1.17.1 made what is committed). Writes small files to test/reference/arrays, and expected.json beside them: of each set its shape,
names of classes, labels, and the SHA-256 of the pixels of each part, NHWC.

- named.npz and named-compressed.npz: x_train … y_test and class_names, by numpy.savez and numpy.savez_compressed;
- medical.npz: the names of MedMNIST, with images for validation that join those for training;
- whole.npz: X and y, with labels of big-endian int64 in one column;
- idx: the four files of MNIST, compressed;
- cifar-100-binary.tar.gz and cifar-100-python.tar.gz: the same images in both forms;
- svhn and svhn-compressed: train_32x32.mat and test_32x32.mat, whose images are smaller than those of SVHN, and whose
  values do not fill whole words.
"""

import gzip
import hashlib
import io
import json
import pickle
import struct
import tarfile
from pathlib import Path

import numpy as np
import scipy.io

HERE = Path(__file__).parent / "arrays"
TRAIN, TEST = 11, 7


def pictures(count, height, width, channels, seed):
    """Bands of few colours, so that files are small."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    images = np.zeros((count, height, width, channels), np.uint8)
    for image in images:
        for channel in range(channels):
            a, b, c, d = random.integers(1, 8, 4)
            image[..., channel] = (d * 31 + 40 * ((x * a + y * b) // (8 + c))) % 256
    return images


def labels(count, classes, seed):
    values = np.random.default_rng(seed).integers(0, classes, count)
    values[:2] = 0, classes - 1
    return values


def sha256(images):
    return hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest()


def described(kind, names, train, test):
    facts = {"kind": kind, "classNames": names, "imageShape": list(train[0].shape[1:])}
    for part, pair in (("train", train), ("eval", test)):
        facts[part] = pair and {"sha256": sha256(pair[0]), "labels": [int(label) for label in pair[1]]}
    return facts


def npz(expected):
    train = pictures(TRAIN, 9, 7, 3, 0), labels(TRAIN, 4, 1)
    test = pictures(TEST, 9, 7, 3, 2), labels(TEST, 4, 3)
    names = ["zebra", "Äpfel", "日本", "🐈 cat"]
    arrays = dict(
        x_train=train[0],
        y_train=train[1].astype(np.uint8),
        x_test=test[0],
        y_test=test[1].astype(np.int32),
        class_names=np.array(names),
    )
    np.savez(HERE / "named.npz", **arrays)
    np.savez_compressed(HERE / "named-compressed.npz", **arrays)
    for name in ("named.npz", "named-compressed.npz"):
        expected[name] = described("npz", names, train, test)

    validation = pictures(5, 9, 7, 3, 4), labels(5, 4, 5)
    np.savez_compressed(
        HERE / "medical.npz",
        train_images=train[0],
        train_labels=train[1][:, None].astype(np.uint8),
        val_images=validation[0],
        val_labels=validation[1][:, None].astype(np.uint8),
        test_images=test[0],
        test_labels=np.asfortranarray(test[1][:, None].astype(np.uint8)),
    )
    both = [np.concatenate(pair) for pair in zip(train, validation)]
    expected["medical.npz"] = described("npz", ["0", "1", "2", "3"], both, test)

    whole = pictures(TRAIN, 6, 8, 1, 6)[..., 0], labels(TRAIN, 3, 7)
    np.savez(HERE / "whole.npz", X=whole[0], y=whole[1][:, None].astype(">i8"))
    expected["whole.npz"] = described("npz", ["0", "1", "2"], (whole[0][..., None], whole[1]), None)


def write_gz(path, data):
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(data)


def idx(expected):
    folder = HERE / "idx"
    folder.mkdir(exist_ok=True)
    parts = []
    for name, count, seed in (("train", TRAIN, 8), ("t10k", TEST, 9)):
        images, values = pictures(count, 9, 7, 1, seed), labels(count, 10, seed)
        header = struct.pack(">IIII", 0x803, count, 9, 7)
        write_gz(folder / f"{name}-images-idx3-ubyte.gz", header + images.tobytes())
        values = values.astype(np.uint8)
        write_gz(folder / f"{name}-labels-idx1-ubyte.gz", struct.pack(">II", 0x801, count) + values.tobytes())
        parts.append((images, values))
    expected["idx"] = described("idx", [str(digit) for digit in range(10)], *parts)


def write_tar(path, folder, files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    write_gz(path, data.getvalue())


def cifar(expected):
    names = [f"fine {number}" for number in range(100)]
    binary, python, parts = {}, {}, []
    for name, count, seed in (("train", TRAIN, 10), ("test", TEST, 11)):
        images, fine = pictures(count, 32, 32, 3, seed), labels(count, 100, seed)
        rows = images.transpose(0, 3, 1, 2).reshape(count, 3072)
        coarse = fine // 5
        binary[f"{name}.bin"] = np.concatenate(
            [coarse[:, None].astype(np.uint8), fine[:, None].astype(np.uint8), rows], 1
        ).tobytes()
        batch = {
            "filenames": [f"image_{number}.png" for number in range(count)],
            "batch_label": f"{name}ing batch 1 of 1",
            "fine_labels": fine.tolist(),
            "coarse_labels": coarse.tolist(),
            "data": np.ascontiguousarray(rows),
        }
        python[name] = pickle.dumps(batch, 2)
        parts.append((images, fine))
    binary["fine_label_names.txt"] = "".join(f"{name}\n" for name in names).encode()
    binary["coarse_label_names.txt"] = "".join(f"coarse {number}\n" for number in range(20)).encode()
    python["meta"] = pickle.dumps({"fine_label_names": names, "coarse_label_names": ["coarse"] * 20}, 2)
    for form, files in (("binary", binary), ("python", python)):
        write_tar(HERE / f"cifar-100-{form}.tar.gz", f"cifar-100-{form}", files)
        expected[f"cifar-100-{form}.tar.gz"] = described("cifar", names, *parts)


def svhn(expected):
    for folder, compressed in (("svhn", False), ("svhn-compressed", True)):
        (HERE / folder).mkdir(exist_ok=True)
        parts = []
        for name, count, seed in (("train", TRAIN, 12), ("test", TEST, 13)):
            images, values = pictures(count, 9, 7, 3, seed), labels(count, 10, seed)
            y = np.where(values == 0, 10, values)[:, None]
            # Of the published files y has whole numbers of double; MATLAB stores them as bytes.
            y = y.astype(np.uint8 if name == "train" else np.float64)
            scipy.io.savemat(
                HERE / folder / f"{name}_32x32.mat",
                {"X": images.transpose(1, 2, 3, 0), "y": y},
                do_compression=compressed,
            )
            parts.append((images, values))
        expected[folder] = described("mat", [str(digit) for digit in range(10)], *parts)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    sets = {}
    for write in (npz, idx, cifar, svhn):
        write(sets)
    # The header of a MATLAB file says when it was written.
    for path in HERE.glob("*/*.mat"):
        data = path.read_bytes()
        path.write_bytes(b"MATLAB 5.0 MAT-file".ljust(116) + data[116:])
    (HERE / "expected.json").write_text(json.dumps(sets, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
