"""Give a share of few cases its interval 区间; pure.

Wilson score interval at 95 % (z = 1.96), n ↔ cases, p ↔ hits / n:
    (p + z²/2n ± z·sqrt(p(1−p)/n + z²/4n²)) / (1 + z²/n)

Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212.
"""

from __future__ import annotations

from math import sqrt

SMALL_N = 30
Z = 1.96


def wilson_interval(hits: float, n: float) -> tuple[float, float] | None:
    """Return the 95 % interval of a share 比例区间; None without a case."""
    if n <= 0:
        return None
    p = min(max(hits / n, 0.0), 1.0)
    middle, spread = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    whole = 1 + Z * Z / n
    return max((middle - spread) / whole, 0.0), min((middle + spread) / whole, 1.0)


def interval_if_small(hits: float | None, n: float | None) -> tuple[float, float] | None:
    """Return the interval a share must show 小样本区间: only below 30 cases."""
    if hits is None or not n or n >= SMALL_N:
        return None
    return wilson_interval(hits, n)
