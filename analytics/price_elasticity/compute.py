"""Measure how an income answers to its price 价格弹性; pure.

η = (ΔR / mean R) / (ΔP / mean P)      income elasticity 收入弹性
ε = (ΔQ / mean Q) / (ΔP / mean P)      demand elasticity 需求弹性, Q = R / P, η ≈ 1 + ε

Both are arc elasticities: the mean of three months before a change of price against the mean of
three months after it, the month of change left out. R is the income (厘), P the chained index of
list prices. Arrays run over groups × months without gaps, oldest month first; a month without a row
is NaN. What cannot be measured is refused by code, never guessed.

Source: definitions 6; midpoint formula of Allen (1934).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
Class = Literal["inelastic", "elastic", "undetermined", "near_zero", "wrong_sign", ""]

STREAMS = ("ict", "unified", "personal")
REFUSALS = ("X1", "X2", "X3", "X4", "X5", "X6")
CLASSES: tuple[Class, ...] = (
    "inelastic",
    "elastic",
    "undetermined",
    "near_zero",
    "wrong_sign",
)
SIDE = 3  # months on each side of a change
WINDOW = 2 * SIDE + 1
MILLIONTHS = 1_000_000  # of a 厘: whole 厘 would move the arc value of a group that pays a few 元
LEAST_PRICE_STEP = 0.02  # X1
LEAST_COMMON_ITEMS = 0.80  # X4
MOST_MEMBER_CHANGE = 0.20  # X5


@dataclass(frozen=True, slots=True)
class Series:
    """Hold one stream of many groups over months: arrays of groups × months.

    ``link`` is the price of the month over that of the month before (1 where nothing changed),
    ``kept`` the share of items held in both months, ``alarmed`` whether an anomaly was found.
    """

    income: Floats
    link: Floats
    kept: Floats
    members: Floats
    alarmed: Bools

    @property
    def n_months(self) -> int:
        """Return the number of months."""
        return int(self.income.shape[1])

    def of(self, rows: Bools | Ints) -> Series:
        """Return some of the groups."""
        return Series(
            self.income[rows],
            self.link[rows],
            self.kept[rows],
            self.members[rows],
            self.alarmed[rows],
        )


@dataclass(frozen=True, slots=True)
class Arcs:
    """Hold the arc elasticities 弧弹性 of groups; NaN and a code X1–X6 where refused.

    ``change`` is the column of the month of change (−1: none); the relative steps ΔP, ΔQ, ΔR over
    their means stand beside, so that a unit's figure can be made of sums.
    """

    change: Ints
    price_step: Floats
    income_step: Floats
    quantity_step: Floats
    mean_income: Floats
    refusal: Texts

    @property
    def measured(self) -> Bools:
        """Tell which groups are measurable."""
        return np.asarray(self.refusal == "", dtype=np.bool_)

    @property
    def eta(self) -> Floats:
        """Return the income elasticity η."""
        return _ratio(self.income_step, self.price_step, self.measured)

    @property
    def epsilon(self) -> Floats:
        """Return the demand elasticity ε."""
        return _ratio(self.quantity_step, self.price_step, self.measured)


def _ratio(top: Floats, bottom: Floats, where: Bools) -> Floats:
    out = np.full(len(top), np.nan)
    np.divide(top, bottom, out=out, where=where)
    return out


def arc_step(before: Floats, after: Floats) -> Floats:
    """Return (after − before) over their mean, the midpoint formula."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * (after - before) / (after + before), dtype=np.float64)


def price_index(link: Floats) -> Floats:
    """Chain monthly links to a price index 价格指数, 1 in the first month."""
    known = np.where(np.isnan(link), 1.0, link)
    known[:, 0] = 1.0
    return np.asarray(np.cumprod(known, axis=1), dtype=np.float64)


def change_months(link: Floats) -> Ints:
    """Find each group's month of change 调价月: the largest step with three months on both sides.

    −1 where the series is too short or the only real steps stand too near its ends.
    """
    n, months = link.shape
    if months < WINDOW:
        return np.full(n, -1, dtype=np.int64)
    step = np.abs(np.where(np.isnan(link), 1.0, link) - 1.0)
    step[:, 0] = 0.0
    inner = step[:, SIDE : months - SIDE]
    latest = inner.shape[1] - 1 - np.argmax(inner[:, ::-1], axis=1)  # the latest of equal steps
    best = inner[np.arange(n), latest]
    too_near = (best < LEAST_PRICE_STEP / 2) & (step.max(axis=1) >= LEAST_PRICE_STEP)
    return np.where(too_near, -1, latest + SIDE).astype(np.int64)


def _window(values: Floats | Bools, change: Ints) -> npt.NDArray[np.float64]:
    columns = change[:, None] + np.arange(-SIDE, SIDE + 1)[None, :]
    taken = np.take_along_axis(values, columns, axis=1)
    return np.asarray(taken, dtype=np.float64)


def measure_arcs(series: Series, change: Ints | None = None) -> Arcs:
    """Measure η and ε of each group around its (or the given) month of change, or refuse."""
    n = len(series.income)
    found = change_months(series.link) if change is None else change
    if series.n_months < WINDOW:
        empty = np.full(n, np.nan)
        refused = np.full(n, "X3", dtype=object)
        return Arcs(found, empty, empty, empty, empty, refused)
    at = np.where(found < 0, SIDE, found)
    income, price = _window(series.income, at), _window(price_index(series.link), at)
    with np.errstate(invalid="ignore", divide="ignore"):
        sides = [
            _sides(each) for each in (price, income, income / price, _window(series.members, at))
        ]
    steps = [arc_step(before, after) for before, after in sides]
    member_change = np.abs(sides[3][1] - sides[3][0]) / np.maximum(sides[3][0], 1e-9)
    kept = np.nan_to_num(_window(series.kept, at)[:, 1:]).prod(axis=1)
    refusal = np.select(
        [
            (found < 0) | np.isnan(income).any(axis=1),
            (income <= 0).any(axis=1) | (price <= 0).any(axis=1),
            np.abs(steps[0]) < LEAST_PRICE_STEP,
            kept < LEAST_COMMON_ITEMS,
            (member_change > MOST_MEMBER_CHANGE) | np.isnan(member_change),
            _window(series.alarmed, at).any(axis=1),
        ],
        ["X3", "X2", "X1", "X4", "X5", "X6"],
        "",
    ).astype(object)
    mean_income = (sides[1][0] + sides[1][1]) / 2
    return Arcs(found, steps[0], steps[1], steps[2], mean_income, refusal)


def _sides(window: Floats) -> tuple[Floats, Floats]:
    """Return the means of the three months before and after."""
    return window[:, :SIDE].mean(axis=1), window[:, SIDE + 1 :].mean(axis=1)


@dataclass(frozen=True, slots=True)
class Totals:
    """Hold sums over measured groups that add up over units (millionths of 厘).

    η = Σ R·ΔR̃·ΔP̃ / Σ R·ΔP̃²: least squares through the origin weighted by income; for one group
    it is that group's own arc value. Only ratios are read: a run made when these were whole 厘
    needs no change.
    """

    price_square_li: int
    income_cross_li: int
    quantity_cross_li: int

    @property
    def eta(self) -> float | None:
        """Return the income elasticity of the sum."""
        return self.income_cross_li / self.price_square_li if self.price_square_li else None

    @property
    def epsilon(self) -> float | None:
        """Return the demand elasticity of the sum."""
        return self.quantity_cross_li / self.price_square_li if self.price_square_li else None


def crossed(arcs: Arcs) -> tuple[Ints, Ints, Ints]:
    """Return each group's share in the sums of :class:`Totals`; 0 where refused."""

    def whole(step: Floats) -> Ints:
        product = MILLIONTHS * arcs.mean_income * step * arcs.price_step
        return np.rint(np.where(arcs.measured, product, 0.0)).astype(np.int64)

    return whole(arcs.price_step), whole(arcs.income_step), whole(arcs.quantity_step)
