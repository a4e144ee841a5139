"""Which training images are held out for validation, computed with NumPy from the three sentences at the head of
src/trainer/data/hold-out.ts, as JSON on stdout.

    python test/reference/hold_out.py > test/unit/trainer/data/hold-out.json

Needs NumPy. The shares of the classes come from exact fractions; the seed sequence is NumPy's own, the generator is
xoshiro128** 1.1 after its authors' C code (https://prng.di.unimi.it/xoshiro128starstar.c), in Python's whole numbers.
"""

import hashlib
import json
from fractions import Fraction

import numpy as np

STREAM = 6
MASK = 0xFFFFFFFF


def rotl(x, k):
    return ((x << k) | (x >> (32 - k))) & MASK


def uint32s(seed, *stream):
    """Numbers of the generator of a seed and a stream."""
    entropy = [len(stream), seed, *stream]
    s = [int(word) for word in np.random.SeedSequence(entropy).generate_state(4)]
    while True:
        yield rotl(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 9 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)


def shuffled(values, numbers):
    values = list(values)
    for last in range(len(values) - 1, 0, -1):
        n = last + 1
        # Numbers above the last whole multiple of n are drawn again, so that no remainder is more likely.
        number = next(x for x in numbers if x < 2**32 // n * n)
        other = number % n
        values[last], values[other] = values[other], values[last]
    return values


def hold_out(labels, count, seed):
    n, classes = len(labels), int(labels.max()) + 1
    quotas = [Fraction(count * int((labels == c).sum()), n) for c in range(classes)]
    taken = [int(quota) for quota in quotas]
    by_fraction = sorted(range(classes), key=lambda c: (taken[c] - quotas[c], c))
    for c in by_fraction[: count - sum(taken)]:
        taken[c] += 1
    mask = np.zeros(n, np.uint8)
    for c in range(classes):
        members = np.flatnonzero(labels == c)
        mask[shuffled(members, uint32s(seed, STREAM, c))[: taken[c]]] = 1
    return mask, taken


def labels_of(n, classes):
    """A formula, so that the labels need not be written down: every class, of unequal sizes."""
    i = np.arange(n, dtype=np.int64)
    return ((i * i + 3 * i) // 7 % (2 * classes - 1) % classes).astype(np.uint8)


def cases():
    for n, classes, count, seed in (
        (20, 3, 7, 0),
        (97, 10, 10, 1),
        (1000, 10, 333, 4294967295),
        (1000, 7, 999, 42),
        (10_000, 10, 1000, 0),
        (50_000, 10, 5000, 0),
        (50_000, 100, 4999, 7),
    ):
        mask, taken = hold_out(labels_of(n, classes), count, seed)
        yield {
            "n": n,
            "classes": classes,
            "count": count,
            "seed": seed,
            "taken": taken,
            "first": np.flatnonzero(mask)[:12].tolist(),
            # Of a byte an image, 1 where it is held out.
            "sha256": hashlib.sha256(mask.tobytes()).hexdigest(),
        }


print(json.dumps({"numpy": np.__version__, "cases": list(cases())}, indent=1))
