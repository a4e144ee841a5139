"""Writes CIFAR-10's Python form, as pickles of protocol 2, from its binary form. Runs on Python 2.7 and 3, with numpy.

    python3 test/reference/write_cifar10_python.py FORM BINARY_FOLDER FOLDER

FORM is one of
    text     as this Python writes a dict with names as `str`: Python 2's are byte strings, as in the published files
    bytes    names as `bytes`, as one gets who loads the published files in Python 3 and writes them again
    python2  by Python 3, but with byte strings, and numpy's old module, as Python 2 writes them
"""

import io
import os
import pickle
import struct
import sys

import numpy

BATCHES = ["data_batch_%d" % number for number in range(1, 6)] + ["test_batch"]
RECORDS, RECORD_BYTES = 10000, 3073


def main():
    form, binary, folder = sys.argv[1:]
    if not os.path.isdir(folder):
        os.makedirs(folder)
    for number, name in enumerate(BATCHES, 1):
        with open(os.path.join(binary, name + ".bin"), "rb") as file:
            records = numpy.frombuffer(file.read(), dtype="u1").reshape(RECORDS, RECORD_BYTES)
        label = "testing batch 1 of 1" if name == "test_batch" else "training batch %d of 5" % number
        batch = {
            "batch_label": label,
            "labels": [int(one) for one in records[:, 0]],
            "data": numpy.ascontiguousarray(records[:, 1:]),
            # The binary form does not have them.
            "filenames": ["image_s_%06d.png" % one for one in range(RECORDS)],
        }
        write(form, os.path.join(folder, name), batch)
    print("%s by Python %s, numpy %s: %s" % (form, sys.version.split()[0], numpy.__version__, folder))


def write(form, path, batch):
    if form == "bytes":
        batch = {key.encode(): as_bytes(value) for key, value in batch.items()}
    with open(path, "wb") as file:
        if form == "python2":
            content = io.BytesIO()
            python2_pickler()(content, protocol=2).dump(batch)
            file.write(content.getvalue())
        elif sys.version_info[0] == 2:
            import cPickle

            cPickle.dump(batch, file, 2)
        else:
            pickle.dump(batch, file, 2)


def as_bytes(value):
    if isinstance(value, str):
        return value.encode()
    return [as_bytes(one) for one in value] if isinstance(value, list) else value


def python2_pickler():
    class Pickler(pickle._Pickler):
        dispatch = dict(pickle._Pickler.dispatch)

        def save_bytes(self, value):
            if len(value) < 256:
                self.write(pickle.SHORT_BINSTRING + struct.pack("<B", len(value)) + value)
            else:
                self.write(pickle.BINSTRING + struct.pack("<i", len(value)) + value)
            self.memoize(value)

        def save_text(self, value):
            self.save_bytes(value.encode("ascii"))

        def save_global(self, value, name=None):
            module = value.__module__.replace("numpy._core", "numpy.core")
            self.write(pickle.GLOBAL + ("%s\n%s\n" % (module, value.__name__)).encode())
            self.memoize(value)

        dispatch[bytes] = save_bytes
        dispatch[str] = save_text
        dispatch[type] = save_global
        for function in (type(len), type(main)):
            dispatch[function] = save_global

    return Pickler


if __name__ == "__main__":
    main()
