"""Draw group customers 集团客户 whose attributes agree with an intended grade.

The intended score S* of a group is drawn in its grade's range; incomes, users and products follow
the class; influence, tax score, informatisation level and contract tenure then fill the gap
between what these give under provisional maps (``value.py``) and S*. So the grade shares come out
of the attributes, not of a label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.month import Month
from gcva.province import catalogue, geography, holdings, names, value
from gcva.province.plan import CLASSES, GRADES, Flags, Floats, Ints, Plan, Texts, of_class
from gcva.province.rows import Rows, at_random, day_in_month, lognormal

C_CLASS = 4
ON_NET, SILENT, POTENTIAL, OFF_NET = range(4)
STATUS = np.array(["on_net", "silent", "potential", "off_net"], dtype=object)
NEW_GROUP_SHARES = np.array([0.002, 0.012, 0.04, 0.076, 0.87])
NO_MEMBER_SHARE = 0.038  # of class C: 3 % of all groups
MISSING = -1
NO_EMPLOYEES_SHARE, NO_TAX_SHARE = 0.01, 0.02
FLOOR_INFLUENCE, FLOOR_SHARE = 55.0, 0.08
NEW_UNIFIED = 0.7  # what a new group begins with, against one of old


@dataclass
class Groups(Rows):
    """Hold one row a group; positions never change, groups that left stay as ``gone``."""

    number: Ints
    name: Texts
    klass: Ints
    industry: Ints
    city: Ints
    county: Ints
    manager: Ints
    score: Floats  # intended
    standing: Floats  # what the provisional maps gave last month
    size: Ints  # members aimed at
    employees: Ints
    influence: Floats
    tax: Floats
    level: Ints
    contract_start: Ints  # days
    contract_end: Ints
    created: Ints
    current_grade: Ints
    grade_floor: Ints
    is_test: Flags
    status: Ints
    gone: Flags
    left_month: Ints  # month index of the loss, 0: never
    successor: Ints  # number of the group merged into, −1: none
    arpu: Floats
    drift: Floats  # slow movement of all incomes
    unified: Floats  # 统付 aimed at, 元; 0: none
    vnet_ratio: Floats
    holds: Flags  # groups × products
    alarmed: Ints  # month index of the last planted anomaly
    next_slot: Ints

    @property
    def codes(self) -> Texts:
        """Return the group codes 集团编码."""
        return np.array([f"JT{n:07d}" for n in self.number], dtype=object)

    @property
    def is_served(self) -> Flags:
        """Tell which groups are on net and no test groups."""
        return ~self.gone & (self.status <= SILENT) & ~self.is_test


def draw_industries(rng: np.random.Generator, klass: Ints) -> Ints:
    """Draw industries; authorities, banks and schools are frequent among the high grades."""
    industry = np.empty(len(klass), dtype=np.int64)
    for attribute, classes in (("share_a", (0, 1)), ("share_b", (2, 3)), ("share_c", (4,))):
        mask = np.isin(klass, classes)
        shares = np.array([getattr(i, attribute) for i in catalogue.INDUSTRIES])
        industry[mask] = rng.choice(len(shares), int(mask.sum()), p=shares / shares.sum())
    return industry


def draw_unified(rng: np.random.Generator, klass: Ints, industry: Ints) -> Floats:
    """Draw the 统付 aimed at; small police stations are the typical small payers."""
    chance = of_class("with_unified")[klass]
    police = industry == catalogue.INDUSTRY_NUMBER["pol"]
    small = klass == C_CLASS
    chance = np.where(small & police, 0.60, np.where(small, 0.044, chance))
    amount = of_class("unified_mean")[klass] * lognormal(rng, 0.45, len(klass))
    return np.where(rng.random(len(klass)) < chance, amount, 0.0)


def draw_sizes(rng: np.random.Generator, plan: Plan, klass: Ints, unified: Floats) -> Ints:
    """Draw the members aimed at; large groups need no 统付 to be valuable, small ones do."""
    payers = of_class("with_unified")[klass]
    tilt_with = np.where((klass == C_CLASS) | (payers > 0.9), 1.0, 0.80)
    tilt_without = np.where(klass == C_CLASS, 1.0, (1 - payers * tilt_with) / (1 - payers))
    tilt = np.where(unified > 0, tilt_with, np.minimum(tilt_without, 2.2))
    mean = of_class("members")[klass] * plan.size_factor * tilt
    mean = np.where(klass == C_CLASS, mean / (1 - NO_MEMBER_SHARE), mean)
    size = at_random(rng, mean * lognormal(rng, of_class("members_sigma")[klass], len(klass)))
    empty = (klass == C_CLASS) & (rng.random(len(klass)) < NO_MEMBER_SHARE)
    return np.where(empty, 0, np.maximum(size, 1))


def scaled_to(size: Ints, total: int) -> Ints:
    """Scale sizes so that they add up to about the members asked for."""
    factor = total / max(int(size.sum()), 1)
    return np.where(size > 0, np.maximum(np.rint(size * factor), 1), 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Trade:
    """Hold what groups are to the operator: members, products, amounts in 元 a month."""

    unified: Floats
    size: Ints
    holds: Flags
    employees: Ints
    vnet_ratio: Floats
    arpu: Floats


def draw_trade(
    plan: Plan, rng: np.random.Generator, klass: Ints, industry: Ints, *, opening: bool
) -> Trade:
    """Draw members, products and amounts of groups; new groups begin with less 统付."""
    n = len(klass)
    unified = draw_unified(rng, klass, industry) * (1.0 if opening else NEW_UNIFIED)
    size = draw_sizes(rng, plan, klass, unified)
    if opening:
        size = scaled_to(size, plan.members)
    holds = holdings.draw_holdings(rng, klass, industry, unified)
    employees = np.maximum(np.rint((size + 1) / rng.uniform(0.35, 0.75, n)), 2).astype(np.int64)
    return Trade(
        unified=unified,
        size=size,
        holds=holds,
        employees=employees,
        vnet_ratio=rng.uniform(0.36, 0.64, n) * holds[:, catalogue.VNET],
        arpu=of_class("arpu")[klass] * lognormal(rng, 0.15, n),
    )


def draw_worth(
    rng: np.random.Generator, klass: Ints, trade: Trade
) -> tuple[Floats, value.Attributes]:
    """Draw intended scores and the attributes that make them true, given the trade."""
    base = value.base_points(
        klass=klass,
        unified=trade.unified,
        ict=value.expected_ict(trade.unified, trade.holds, trade.size, trade.vnet_ratio),
        personal=trade.arpu * trade.size,
        employees=trade.employees,
        vnet=trade.vnet_ratio * trade.size,
        n_ict=trade.holds[:, value.ICT_PRODUCTS].sum(axis=1),
    )
    score, merit = value.merit_of(rng, klass, base)
    return score, value.attributes_of(rng, merit)


def draw_floors(rng: np.random.Generator, industry: Ints, influence: Floats) -> Ints:
    """Draw rule floors 保底等级: a few authorities of high influence are at least B2."""
    floor = np.full(len(industry), MISSING)
    authority = np.isin(industry, catalogue.AUTHORITIES) & (influence > FLOOR_INFLUENCE)
    floor[authority & (rng.random(len(industry)) < FLOOR_SHARE)] = GRADES.index("B2")
    return floor


def unmarked(n: int) -> dict[str, Any]:
    """Return the columns that say nothing yet of new rows."""
    return {
        "is_test": np.zeros(n, dtype=np.bool_),
        "gone": np.zeros(n, dtype=np.bool_),
        "left_month": np.zeros(n, dtype=np.int64),
        "successor": np.full(n, MISSING),
        "drift": np.ones(n),
        "alarmed": np.zeros(n, dtype=np.int64),
        "next_slot": np.zeros(n, dtype=np.int64),
    }


def draw_groups(
    plan: Plan,
    rng: np.random.Generator,
    layout: geography.Geography,
    *,
    klass: Ints,
    city: Ints,
    month: Month,
    first_number: int,
    taken: dict[str, int],
    opening: bool,
) -> Groups:
    """Draw groups of given classes and cities, as they stand in ``month``."""
    n = len(klass)
    industry = draw_industries(rng, klass)
    county, manager = geography.place_groups(layout, rng, city)
    composed = names.group_names(rng, geography.place_names(layout, city, county), industry)
    trade = draw_trade(plan, rng, klass, industry, opening=opening)
    score, worth = draw_worth(rng, klass, trade)
    age = worth.tenure_months * int(opening)
    start = day_in_month(month.index - age, rng.integers(1, 29, n))
    return Groups(
        number=first_number + np.arange(n, dtype=np.int64),
        name=names.numbered_when_doubled(composed, taken),
        klass=klass, industry=industry, city=city, county=county, manager=manager,
        score=score, standing=score.copy(),
        size=trade.size,
        employees=np.where(rng.random(n) < NO_EMPLOYEES_SHARE, MISSING, trade.employees),
        influence=worth.influence,
        tax=np.where(rng.random(n) < NO_TAX_SHARE, np.nan, worth.tax),
        level=worth.level,
        contract_start=start,
        contract_end=start + 365 * rng.integers(2, 9, n),
        created=start - rng.integers(0, 200, n) * int(opening),
        current_grade=opening_grades(rng, klass) if opening else np.full(n, MISSING),
        grade_floor=draw_floors(rng, industry, worth.influence),
        status=np.where((trade.size == 0) & ~trade.holds.any(axis=1), SILENT, ON_NET),
        arpu=trade.arpu, unified=trade.unified, vnet_ratio=trade.vnet_ratio, holds=trade.holds,
        **unmarked(n),
    )  # fmt: skip


def opening_grades(rng: np.random.Generator, klass: Ints) -> Ints:
    """Return the grade in the customer-relations system 期初等级: mostly the intended one."""
    shift = rng.choice([-1, 0, 1], len(klass), p=[0.03, 0.93, 0.04])
    return np.asarray(np.clip(klass + shift, 0, len(CLASSES) - 1), dtype=np.int64)
