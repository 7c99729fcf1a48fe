"""Live an invented province in memory and lay out its price panels by the law of the SQL."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.price_elasticity.compute import STREAMS, Series
from core.month import Month
from gcva.province import catalogue, members, orders
from gcva.province.plan import Plan
from gcva.province.province import Province, ProvinceMonth, live, opening

CHANGE_OF = {"ict": "vnet", "unified": "sms", "personal": "tariff"}
N_ITEMS = len(catalogue.PRODUCTS) * 2
MONTHS = 10  # January to October: three months on both sides of April, June and July


@dataclass(frozen=True)
class Panels:
    """Hold the series of each stream with the segment of each group, and the truth."""

    series: dict[str, Series]
    industry: np.ndarray
    size_band: np.ndarray
    truth: dict[str, np.ndarray]  # stream → industries × size bands


def panels_of(seed: int, groups: int, people: int) -> Panels:
    """Live a province through ten months."""
    plan = Plan(groups, people, MONTHS, seed, Month(2026, 10))
    province = opening(plan)
    n = len(province.groups)
    seen: dict[str, list] = {stream: [] for stream in STREAMS}
    before: dict[str, tuple] = {}
    for month in plan.calendar:
        now = live(province, month)
        alarmed = np.zeros(n, dtype=bool)
        codes = {code: i for i, code in enumerate(now.groups.codes[:n])}
        for planted in now.events.planted if hasattr(now, "events") else ():
            alarmed[codes.get(planted["group_code"], 0)] = True
        present = ~now.members.is_test & ~now.members.cancelled
        count = members.grouped(now.groups, now.members, present)[:n]
        for stream in STREAMS:
            items = items_of(province, now, stream, n)
            seen[stream].append((*linked(before.get(stream), items), count, alarmed))
            before[stream] = items
    series = {stream: stacked(parts) for stream, parts in seen.items()}
    band = np.searchsorted([1, 10, 50, 200, 1000], count, side="right")
    changes = province.truth.changes
    truth = {
        stream: changes[name].elasticity
        + province.truth.deviation[("vnet", "sms", "tariff").index(name)]
        for stream, name in CHANGE_OF.items()
    }
    return Panels(series, now.groups.industry[:n], band, truth)


def items_of(
    province: Province, now: ProvinceMonth, stream: str, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return amounts and prices, groups × items; price 0 where none is listed."""
    amount, price = np.zeros((n, N_ITEMS)), np.zeros((n, N_ITEMS))
    if stream == "personal":
        people, use = now.members, now.usage
        fits = ~people.is_test & (people.group < n)
        bill = (use.gross - use.paid_by_group).astype(float)
        np.add.at(amount, (people.group[fits], people.tariff[fits]), bill[fits])
        factor = province.truth.factor("tariff", now.month)
        for item, (_code, _name, listed) in enumerate(catalogue.TARIFFS):
            price[:, item] = listed * (factor if item == catalogue.RISING_TARIFF else 1)
        return amount, np.where(amount > 0, price, 0)
    lines = now.lines
    fits = (lines.group < n) & (lines.payer != orders.OUTSIDER)
    if stream == "unified":
        fits &= lines.payer == orders.GROUP
    else:
        fits &= orders.ict_lines(province.plan, now.month, lines)
    item = lines.product[fits] * 2 + lines.payer[fits]
    listed = np.where(lines.product[fits] == catalogue.MEMBER_BILL, 30_000, lines.price_li[fits])
    np.add.at(amount, (lines.group[fits], item), lines.amount_li[fits])
    price[lines.group[fits], item] = listed
    return amount, price


def linked(before: tuple | None, now: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return income, price link and share of items kept."""
    amount, price = now
    income = np.where(amount.sum(axis=1) > 0, amount.sum(axis=1), np.nan)
    if before is None:
        return income, np.ones(len(income)), np.ones(len(income))
    old_amount, old_price = before
    common = (old_amount > 0) & (amount > 0)
    basket = np.where(common, old_amount, 0)
    relative = np.where(common, price / np.maximum(old_price, 1e-9), 0)
    base = basket.sum(axis=1)
    link = np.where(base > 0, (basket * relative).sum(axis=1) / np.maximum(base, 1e-9), 1.0)
    most = np.maximum((old_amount > 0).sum(axis=1), (amount > 0).sum(axis=1))
    kept = np.where(most > 0, common.sum(axis=1) / np.maximum(most, 1), 0.0)
    return income, link, kept


def stacked(parts: list[tuple]) -> Series:
    columns = [np.stack(column, axis=1) for column in zip(*parts, strict=True)]
    return Series(*columns[:4], columns[4].astype(bool))
