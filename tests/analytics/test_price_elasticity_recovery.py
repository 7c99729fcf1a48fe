"""Planted elasticities are found again: 20 invented provinces, every segment that is estimated.

The provinces live in memory: the same generator that writes the demo's files, without writing and
importing them; prices, baskets and shares of items kept follow the law of group_stream_month.sql
(tests/analytics/test_price_elasticity_steps.py holds the SQL itself to figures worked by hand).
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.price_elasticity.compute import STREAMS
from analytics.price_elasticity.panel import estimate_segment
from tests.analytics.price_province import panels_of

SEEDS = range(1, 21)
GROUPS, MEMBERS = 2_000, 66_000


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    """Return truth, estimate, low, high of every estimated segment, by stream."""
    rows: dict[str, list[tuple[float, ...]]] = {stream: [] for stream in STREAMS}
    for seed in SEEDS:
        panels = panels_of(seed, GROUPS, MEMBERS)
        for industry, size in sorted(set(zip(panels.industry, panels.size_band, strict=True))):
            own = (panels.industry == industry) & (panels.size_band == size)
            for stream in STREAMS:
                estimate = estimate_segment(panels.series[stream].of(own))
                if estimate.epsilon is not None:
                    truth = panels.truth[stream][industry, size]
                    rows[stream].append((truth, estimate.epsilon, estimate.low, estimate.high))
    return {stream: np.array(each) for stream, each in rows.items()}


def covered(rows: np.ndarray) -> np.ndarray:
    return (rows[:, 2] <= rows[:, 0]) & (rows[:, 0] <= rows[:, 3])


def test_intervals_cover_the_planted_elasticity_in_93_of_100_segments(found, capsys):
    everything = np.concatenate(list(found.values()))
    with capsys.disabled():
        print()  # the acceptance asks for the figures
        for stream, rows in [*found.items(), ("all", everything)]:
            error = rows[:, 1] - rows[:, 0]
            print(
                f"  {stream:9s} segments {len(rows):5d}  covered {covered(rows).mean():.3f}"
                f"  mean error {error.mean():+.3f}  mean absolute error {np.abs(error).mean():.3f}"
                f"  median half width {np.median(rows[:, 3] - rows[:, 2]) / 2:.2f}"
            )
    assert len(everything) > 500
    assert covered(everything).mean() >= 0.93


@pytest.mark.parametrize("stream", STREAMS)
def test_no_stream_is_far_off(found, stream):
    rows = found[stream]
    assert len(rows) > 20
    assert covered(rows).mean() >= 0.90
    weight = 1 / (rows[:, 3] - rows[:, 2]) ** 2
    bias = ((rows[:, 1] - rows[:, 0]) * weight).sum() / weight.sum()
    assert abs(bias) < 0.15
