"""Figures of SciPy and NumPy for the statistics of a comparison (src/shared/comparison), as JSON on stdout.

    python test/reference/comparison.py > test/unit/shared/comparison/scipy.json

Needs SciPy and NumPy. Random series come from NumPy's generator with fixed seeds, some with NaN and spikes.
"""

import json

import numpy as np
import scipy
from scipy import stats


def student():
    for freedom in (1, 1.7, 2, 3.3, 5, 9, 30, 250, 1e6):
        for t in (0, 0.01, 0.5, 1, 1.96, 3, 8, 40):
            yield {"freedom": freedom, "t": t, "p": 2 * stats.t.sf(t, freedom)}


def critical():
    for freedom in (1, 1.7, 2, 3.3, 5, 9, 30, 250, 1e6):
        for p in (0.5, 0.1, 0.05, 0.01, 0.001):
            yield {"freedom": freedom, "p": p, "t": stats.t.isf(p / 2, freedom)}


def welch():
    random = np.random.default_rng(13)
    for _ in range(40):
        a = random.normal(0.7, random.uniform(0.001, 0.05), random.integers(2, 9))
        b = random.normal(random.uniform(0.65, 0.75), random.uniform(0.001, 0.05), random.integers(2, 9))
        result = stats.ttest_ind(a, b, equal_var=False)
        interval = result.confidence_interval(0.95)
        yield {
            "a": a.tolist(),
            "b": b.tolist(),
            "p": result.pvalue,
            "low": interval.low,
            "high": interval.high,
        }


def shares():
    for share, count, other, other_count in (
        (0.8, 10000, 0.79, 10000),
        (0.6465, 10000, 0.64, 10000),
        (0.5, 200, 0.4, 100),
        (0.1, 2000, 0.1, 2000),
        (0.999, 2000, 0.98, 2000),
    ):
        pooled = (share * count + other * other_count) / (count + other_count)
        z = (share - other) / np.sqrt(pooled * (1 - pooled) * (1 / count + 1 / other_count))
        reach = stats.norm.isf(0.025) * np.sqrt(share * (1 - share) / count + other * (1 - other) / other_count)
        yield {
            "share": share,
            "count": count,
            "other": other,
            "otherCount": other_count,
            "p": 2 * stats.norm.sf(abs(z)),
            "low": share - other - reach,
            "high": share - other + reach,
        }


def interpolated():
    random = np.random.default_rng(29)
    for _ in range(20):
        count = int(random.integers(2, 12))
        seconds = random.uniform(1, 100, count)
        values = random.uniform(0, 1, count)
        if random.uniform() < 0.3:
            values[random.integers(count)] = 50
        ends = np.cumsum(seconds)
        amounts = random.uniform(ends[0], ends[-1], 10)
        yield {
            "seconds": seconds.tolist(),
            "values": values.tolist(),
            "amounts": amounts.tolist(),
            "expected": np.interp(amounts, ends, values).tolist(),
        }


print(
    json.dumps(
        {
            "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
            **{
                part.__name__: list(part())
                for part in (student, critical, welch, shares, interpolated)
            },
        },
        indent=1,
    )
)
