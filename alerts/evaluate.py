"""Detect abnormal groups 异常集团 of one month: states and calls; arrays in, arrays out, no Django.

State (用户状态异常): a = abnormal / (members + cancelled in m), abnormal = stopped one way, stopped
two ways, stopped for arrears, lost, pre-cancel members and those cancelled in m. Fires when
abnormal ≥ n_min and (a ≥ θs, with the Wilson lower bound below 30 members, or
a − median(a, six months before) ≥ δs).

Call (用户呼叫异常): x = outgoing minutes per working day. Drop: x ≤ (1 − θc)·M and z ≤ −3.5 with
z = 0.6745 (x − M) / MAD, M and MAD over the six months before (MAD 0: the share alone decides).
Rise likewise. Silence: members without a call / members ≥ θ0 where the months before had calls.
Needs at least four earlier months and n_min members.

Source: Iglewicz and Hoaglin (1993), How to Detect and Handle Outliers; Wilson (1927).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.rules import MIN_HISTORY, SMALL_N, Z_FACTOR, Z_OUTLIER, Z_WILSON

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """Hold thresholds per group: one array entry a group (see ``alerts.rules`` for the meaning)."""

    state_share: Floats
    state_jump: Floats
    min_members: Floats
    call_change: Floats
    silent_share: Floats


@dataclass(frozen=True, slots=True)
class StateMeasures:
    """Hold what is known of each group's member states, whatever the thresholds."""

    abnormal: Floats
    base: Floats
    share: Floats
    lower: Floats
    median: Floats


@dataclass(frozen=True, slots=True)
class CallMeasures:
    """Hold what is known of each group's calls, whatever the thresholds."""

    members: Floats
    n_earlier: Floats
    level: Floats
    median: Floats
    score: Floats
    silent_share: Floats


@dataclass(frozen=True, slots=True)
class StateFindings:
    """Say for each group whether its members' states are abnormal, and on what evidence."""

    evaluable: Bools
    fired: Bools
    by_share: Bools
    by_jump: Bools
    share: Floats  # a, nan without members
    lower: Floats  # what was held against θs: a, or its Wilson lower bound below 30
    median: Floats  # of the months before, nan without any


@dataclass(frozen=True, slots=True)
class CallFindings:
    """Say for each group whether its calls are abnormal, and on what evidence."""

    evaluable: Bools
    fired: Bools
    dropped: Bools
    rose: Bools
    silent: Bools
    level: Floats  # x, minutes per working day
    median: Floats
    score: Floats  # modified z; ±inf when MAD is 0
    silent_share: Floats


def wilson_lower(hits: Floats, n: Floats, z: float = Z_WILSON) -> Floats:
    """Return the lower end of the Wilson interval of a share; nan where n is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = hits / n
        centre = share + z * z / (2 * n)
        spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return np.asarray((centre - spread) / (1 + z * z / n), dtype=np.float64)


def row_median(rows: Floats) -> Floats:
    """Return the median of each row, nan entries left out; nan for a row of nothing else."""
    n = np.sum(~np.isnan(rows), axis=1)
    ordered = np.sort(rows, axis=1)  # nan sorts last
    index = np.arange(len(rows))
    low = ordered[index, np.maximum((n - 1) // 2, 0)]
    high = ordered[index, np.maximum(n // 2, 0) % rows.shape[1]]
    return np.where(n > 0, (low + high) / 2, np.nan)


def measure_state(abnormal: Floats, base: Floats, earlier_share: Floats) -> StateMeasures:
    """Measure member states, before any threshold.

    Args:
        abnormal: n groups; abnormal members and those cancelled in m.
        base: n groups; members + cancelled in m.
        earlier_share: n × up to 6; the same share in the months before, nan where unknown.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(base > 0, abnormal / base, np.nan)
    lower = np.where(base < SMALL_N, wilson_lower(abnormal, base), share)
    return StateMeasures(abnormal, base, share, lower, row_median(earlier_share))


def judge_state(found: StateMeasures, limits: Limits) -> StateFindings:
    """Hold measured states against thresholds."""
    evaluable = found.base >= limits.min_members
    enough = evaluable & (found.abnormal >= limits.min_members)
    by_share = enough & _at_least(found.lower, limits.state_share)
    by_jump = enough & _at_least(found.share - found.median, limits.state_jump)
    return StateFindings(
        evaluable, by_share | by_jump, by_share, by_jump, found.share, found.lower, found.median
    )


def detect_state(
    abnormal: Floats, base: Floats, earlier_share: Floats, limits: Limits
) -> StateFindings:
    """Detect abnormal member states (see ``measure_state`` for the arrays)."""
    return judge_state(measure_state(abnormal, base, earlier_share), limits)


def measure_calls(level: Floats, earlier: Floats, silent: Floats, members: Floats) -> CallMeasures:
    """Measure calls, before any threshold.

    Args:
        level: n groups; outgoing minutes per working day in m, nan when not to be judged.
        earlier: n × up to 6; the same in the months before, nan where unknown.
        silent: n groups; members without a call in m.
        members: n groups; members in m.
    """
    median = row_median(earlier)
    spread = row_median(np.abs(earlier - median[:, None]))
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(
            spread > 0, Z_FACTOR * (level - median) / spread, np.sign(level - median) * np.inf
        )
        silent_share = np.where(members > 0, silent / members, np.nan)
    n_earlier = np.sum(~np.isnan(earlier), axis=1).astype(np.float64)
    return CallMeasures(members, n_earlier, level, median, score, silent_share)


def judge_calls(found: CallMeasures, limits: Limits) -> CallFindings:
    """Hold measured calls against thresholds."""
    level, median, score = found.level, found.median, found.score
    enough = (found.n_earlier >= MIN_HISTORY) & (found.members >= limits.min_members)
    evaluable = enough & ~np.isnan(level)
    had_calls = evaluable & (median > 0)
    dropped = had_calls & (level <= (1 - limits.call_change) * median) & (score <= -Z_OUTLIER)
    rose = had_calls & (level >= (1 + limits.call_change) * median) & (score >= Z_OUTLIER)
    quiet = had_calls & _at_least(found.silent_share, limits.silent_share)
    fired = dropped | rose | quiet
    return CallFindings(
        evaluable, fired, dropped, rose, quiet, level, median, score, found.silent_share
    )


def detect_calls(
    level: Floats, earlier: Floats, silent: Floats, members: Floats, limits: Limits
) -> CallFindings:
    """Detect abnormal calls (see ``measure_calls`` for the arrays)."""
    return judge_calls(measure_calls(level, earlier, silent, members), limits)


def _at_least(value: Floats, limit: Floats) -> Bools:
    with np.errstate(invalid="ignore"):
        return np.asarray(value >= limit, dtype=np.bool_)
