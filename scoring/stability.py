"""Measure how far the scores have wandered 稳定性: the population stability index over bands.

    PSI = Σ_i (a_i − e_i) · ln(a_i / e_i)

e and a are the shares of groups per score band in the reference month and now.
Source: Siddiqi, Credit Risk Scorecards (2006), §6; < 0.10 stable, 0.10–0.25 look, > 0.25 changed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

#: An empty band counts as this share, else its logarithm would be infinite.
LEAST_SHARE = 1e-4


def population_stability(expected: Sequence[int], actual: Sequence[int]) -> float | None:
    """Return the PSI of two counts per band; None when one of them counts nothing."""
    n_expected, n_actual = sum(expected), sum(actual)
    if not n_expected or not n_actual:
        return None
    terms = []
    for before, now in zip(expected, actual, strict=True):
        e = max(before / n_expected, LEAST_SHARE)
        a = max(now / n_actual, LEAST_SHARE)
        terms.append((a - e) * math.log(a / e))
    return math.fsum(terms)
