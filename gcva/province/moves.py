"""Let groups rise and fall: incomes wander, some jump, some cross the cut of a grade.

A planted crossing by P points is made of influence (0.45 P), tax score (0.25 P) and incomes
(0.30 P; about 7 points an e-fold), so that it shows in the score's explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.month import Month
from gcva.province import members, orders, value
from gcva.province.groups import Groups
from gcva.province.plan import GRADES, Floats, Ints, Plan
from gcva.province.usage import MemberMonth

CUTS = np.array([85.0, 75.0, 60.0, 45.0])
# points from each cut from which a group may cross it; the A grades change seldom
REACH = np.array([1.5, 3.0, 6.0, 6.0])
BEYOND_LOW, BEYOND_HIGH = 2.2, 3.6  # how far beyond it lands: clear of the hysteresis
UP_SHARE, DOWN_SHARE = 0.0140, 0.0112
JUMP_SHARE = 0.003
WANDER = 0.012
POINTS_AN_EFOLD = 7.0


@dataclass(frozen=True, slots=True)
class Candidates:
    """List groups near a cut, with the points they need to land on it."""

    position: Ints
    gap: Floats


def wander(plan: Plan, month: Month, groups: Groups) -> list[dict[str, Any]]:
    """Let incomes wander a little and a few groups double or halve; return the latter."""
    rng, n = plan.stream("drift", month.index), len(groups)
    groups.drift = groups.drift * np.exp(rng.normal(0.001, WANDER, n))
    draw = rng.random(n)
    rising = groups.is_served & (draw < JUMP_SHARE)
    falling = groups.is_served & (draw > 1 - JUMP_SHARE)
    step = np.where(rising, rng.uniform(1.4, 2.2, n), 1.0)
    step = np.where(falling, rng.uniform(0.35, 0.65, n), step)
    groups.drift = groups.drift * step
    jumped = np.flatnonzero(rising | falling)
    codes = groups.codes
    return [
        {"month": str(month), "group_code": codes[p], "factor": round(float(step[p]), 3)}
        for p in jumped
    ]


def near_cut(groups: Groups, *, upward: bool) -> Candidates:
    """Find the groups within reach of the cut above them (or below)."""
    above = CUTS[None, :] - groups.standing[:, None]
    distance = above if upward else -above
    distance = np.where((distance > 0) & (distance < REACH), distance, np.inf).min(axis=1)
    position = np.flatnonzero(groups.is_served & np.isfinite(distance) & (groups.size > 0))
    return Candidates(position, distance[position])


def cross_cuts(plan: Plan, month: Month, groups: Groups) -> list[dict[str, Any]]:
    """Lift and lower groups across the cut of a grade 升降级; return what was planted."""
    rng = plan.stream("moves", month.index)
    n_served = int(groups.is_served.sum())
    codes, told = groups.codes, []
    moved = np.zeros(len(groups), dtype=np.bool_)
    for share, sign in ((UP_SHARE, 1.0), (DOWN_SHARE, -1.0)):
        near = near_cut(groups, upward=sign > 0)
        free = np.flatnonzero(~moved[near.position])
        pick = np.sort(rng.permutation(free)[: round(share * n_served)])
        position = near.position[pick]
        points = sign * (near.gap[pick] + rng.uniform(BEYOND_LOW, BEYOND_HIGH, len(pick)))
        apply_points(groups, position, points)
        moved[position] = True
        before = np.searchsorted(-CUTS, -groups.standing[position], side="left")
        told += [
            {
                "month": str(month),
                "group_code": codes[p],
                "from_grade": GRADES[grade],
                "points": round(float(step), 2),
            }
            for p, grade, step in zip(position, before, points, strict=True)
        ]
    return told


def apply_points(groups: Groups, position: Ints, points: Floats) -> None:
    """Move scores by points, through influence, tax score and incomes."""
    influence = groups.influence[position] + 0.45 * points / 0.09
    tax = groups.tax[position] + 0.25 * points / 0.06
    groups.influence[position] = np.clip(influence, 0, 100).round(1)
    groups.tax[position] = np.clip(tax, 0, 100).round(1)
    groups.drift[position] *= np.exp(0.30 * points / POINTS_AN_EFOLD)


def standing(
    plan: Plan,
    month: Month,
    *,
    groups: Groups,
    people: members.Members,
    usage: MemberMonth,
    lines: orders.Lines,
) -> Floats:
    """Return the score of each group under the provisional maps, off-net at its class's rate."""
    n = len(groups)
    ict = orders.ict_lines(plan, month, lines)
    paid = lines.payer == orders.GROUP
    bill = (usage.gross - usage.paid_by_group) * ~people.is_test
    held = np.zeros(groups.holds.shape, dtype=np.bool_)
    held[lines.group[ict], lines.product[ict]] = True

    def yuan(mask: Any) -> Floats:
        sums = np.bincount(lines.group[mask], weights=lines.amount_li[mask], minlength=n)
        return np.asarray(sums / 1000, dtype=np.float64)

    base = value.base_points(
        klass=groups.klass,
        unified=yuan(paid),
        ict=yuan(ict),
        personal=members.grouped(groups, people, bill.astype(np.float64)) / 1000,
        employees=groups.employees,
        vnet=members.grouped(groups, people, (people.vnet & ~people.cancelled).astype(float)),
        n_ict=held.sum(axis=1),
    )
    return np.asarray(base + filled_points(month, groups), dtype=np.float64)


def filled_points(month: Month, groups: Groups) -> Floats:
    """Return the points of influence, tax score, informatisation level and contract tenure."""
    started = groups.contract_start.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    tenure = np.clip(month.index - 1 - 1970 * 12 - started, 0, 60)
    tax = np.where(np.isnan(groups.tax), groups.influence, groups.tax)
    points = 9 * groups.influence + 6 * tax + 4 * 20 * groups.level + 4 * tenure / 0.6
    return np.asarray(points / 100, dtype=np.float64)
