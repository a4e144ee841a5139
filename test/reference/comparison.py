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


def paired():
    """Counts of images: both right, only the first, only the second, neither.

    p is that of the exact two-sided binomial test on the discordant pairs (what statsmodels calls mcnemar with exact=True).
    The interval is Newcombe's method 10 (Statistics in Medicine 17, 1998, pages 2635 to 2650): Wilson's intervals of both
    shares, from SciPy, put together with the correlation phi, whose numerator is corrected for continuity.
    """
    random = np.random.default_rng(31)
    tables = [
        # Examples of others: airway hyper-responsiveness (Bentur et al. 2009), Altman et al. (2000), table 6.2.
        (1, 1, 7, 12),
        (14, 5, 0, 22),
        (36, 12, 2, 0),
        (0, 0, 0, 1),
        (10, 0, 0, 0),
        (9000, 0, 0, 1000),
        (0, 5, 0, 0),
        (0, 0, 5, 0),
        (5, 5, 0, 5),
        (0, 30000, 30000, 0),
        (0, 60000, 0, 0),
        (0, 30300, 29700, 0),
        (9000, 1, 0, 999),
        (8000, 478, 334, 1188),
        (8000, 600, 200, 1200),
    ]
    for _ in range(60):
        images = int(random.integers(1, 60001 if random.uniform() < 0.7 else 40))
        tables.append(random.multinomial(images, random.dirichlet((3, 0.4, 0.4, 1))).tolist())
    for both, first, second, neither in tables:
        images = both + first + second + neither
        discordant = first + second
        p = stats.binomtest(first, discordant).pvalue if discordant > 0 else 1.0
        shares = [(both + first) / images, (both + second) / images]
        one, two = (
            stats.binomtest(both + only, images).proportion_ci(0.95, method="wilson") for only in (first, second)
        )
        product = (both + first) * (second + neither) * (both + second) * (first + neither)
        cross = both * neither - first * second
        if cross > 0:
            cross = max(cross - images / 2, 0)
        phi = cross / np.sqrt(float(product)) if product > 0 else 0

        def reach(a, b):
            return np.sqrt(max(a * a - 2 * phi * a * b + b * b, 0))

        difference = (first - second) / images
        yield {
            "both": both,
            "first": first,
            "second": second,
            "neither": neither,
            "p": p,
            "low": difference - reach(shares[0] - one.low, two.high - shares[1]),
            "high": difference + reach(one.high - shares[0], shares[1] - two.low),
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
                for part in (student, critical, welch, shares, paired, interpolated)
            },
        },
        indent=1,
    )
)
