"""Plant what the analyses must find: anomalies, price changes, drifts, new and lost groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.month import Month
from gcva.province import catalogue
from gcva.province.groups import OFF_NET, Groups
from gcva.province.members import (
    ARREARS_STOP,
    LOST,
    STOP_ONE_WAY,
    STOP_TWO_WAY,
    Floats32,
    Members,
    grouped,
)
from gcva.province.plan import Floats, Ints, Plan
from gcva.province.rows import days_of

STATE_SHARE, CALL_SHARE = 0.025, 0.035
HIT_LOW, HIT_HIGH = 0.35, 0.60  # share of the members an anomaly hits
CALL_HISTORY = 4  # periods before a call anomaly can be recognised
USES_PHONE = 0.6  # habit below which a member talks every month, in every city
STATES = (ARREARS_STOP, STOP_ONE_WAY, STOP_TWO_WAY, LOST)
CALL_KINDS = (("drop", 0.04), ("rise", 4.0), ("silence", 0.0))
CALL_KIND_SHARES = (0.5, 0.2, 0.3)
LOST_WEIGHTS = (0.1, 0.1, 0.2, 0.5, 1.0)  # by class: valuable groups seldom leave
NEW_SHARE, LOST_SHARE, MERGED_SHARE, RETURNED_SHARE = 0.008, 0.004, 0.10, 0.05
SEGMENT_SPREAD = 0.2
SIZE_EDGES = np.array([1, 10, 50, 200, 1000])
PRICES = ("vnet", "sms", "tariff")


@dataclass(frozen=True, slots=True)
class Elasticities:
    """Hold the true demand elasticity ε of each price change by segment (industry × size band)."""

    changes: dict[str, catalogue.PriceChange]
    deviation: Floats  # price changes × industries × size bands

    @classmethod
    def of(cls, plan: Plan) -> Elasticities:
        """Draw the segments' deviations, ±0.2 at most."""
        shape = (len(PRICES), len(catalogue.INDUSTRIES), len(SIZE_EDGES) + 1)
        drawn = plan.stream("segments").uniform(-SEGMENT_SPREAD, SEGMENT_SPREAD, shape).round(3)
        return cls(catalogue.price_changes(plan.last_month), drawn)

    def of_groups(self, name: str, groups: Groups) -> Floats:
        """Return ε of each group for one price change."""
        band = np.searchsorted(SIZE_EDGES, groups.size, side="right")
        own = self.deviation[PRICES.index(name), groups.industry, band]
        return np.asarray(self.changes[name].elasticity + own)

    def factor(self, name: str, month: Month) -> float:
        """Return the price against its opening one: 1 before the change."""
        change = self.changes[name]
        return change.factor if month >= change.month else 1.0


@dataclass(frozen=True, slots=True)
class MonthEvents:
    """Hold what is planted in one month, member by member, and what truth.json says about it."""

    state_of_member: npt.NDArray[np.int8]  # −1: nothing planted
    calls_of_member: Floats32
    tariff_factor: float
    elasticities: Elasticities
    planted: list[dict[str, Any]]

    def elasticity_of(self, name: str, groups: Groups) -> Floats:
        """Return the true ε of each group for one price change."""
        return self.elasticities.of_groups(name, groups)


def plant_anomalies(
    plan: Plan, month: Month, members: Members, groups: Groups, elasticities: Elasticities
) -> MonthEvents:
    """Choose the month's abnormal groups and hit 35–60 % of the members of each."""
    rng = plan.stream("anomalies", month.index)
    count = grouped(groups, members)
    state = np.full(len(members), -1, dtype=np.int8)
    calls = np.ones(len(members), dtype=np.float32)
    planted: list[dict[str, Any]] = []
    fit = np.flatnonzero(groups.is_served & (count >= 6) & (groups.alarmed < month.index - 3))
    n_served = int(groups.is_served.sum())
    wanted_states = round(STATE_SHARE * 0.77 * n_served) if month > plan.first_month else 0
    wanted_calls = round(CALL_SHARE * 0.77 * n_served) if can_judge_calls(plan, month) else 0
    since = month.plus(-CALL_HISTORY - 1)
    known = groups.created < days_of(since.year, since.month, 1)
    drawn = rng.permutation(fit)
    abnormal_states = drawn[:wanted_states]
    others = drawn[wanted_states:]
    chosen = np.concatenate([abnormal_states, others[known[others]][:wanted_calls]])
    for rank, position in enumerate(chosen.tolist()):
        by = members.habit if rank < wanted_states else talkers_first(members)
        hit = hit_members(rng, members, position, by)
        if rank < wanted_states:
            kind = "state"
            state[hit] = STATES[int(rng.integers(0, len(STATES)))]
        else:
            what, factor = CALL_KINDS[int(rng.choice(len(CALL_KINDS), p=CALL_KIND_SHARES))]
            kind = f"calls_{what}"
            calls[hit] = factor
        planted.append(
            entry(
                groups, month,
                position=position, kind=kind, hit=len(hit), members=int(count[position]),
            )
        )  # fmt: skip
    groups.alarmed[chosen] = month.index
    return MonthEvents(state, calls, elasticities.factor("tariff", month), elasticities, planted)


def can_judge_calls(plan: Plan, month: Month) -> bool:
    """Tell whether calls of a month can be abnormal: enough periods before, no Spring Festival.

    January and February are judged as one period, in which one month's anomaly would drown.
    """
    if month.month in (1, 2):
        return False
    before = [Month.from_index(index) for index in range(plan.first_month.index, month.index)]
    whole = [each for each in before if each.month != 1 and (each.month != 2 or len(before) > 1)]
    return len(whole) >= CALL_HISTORY


def talkers_first(members: Members) -> Floats32:
    """Return a key by which those who talk most come first, those without use last."""
    return np.where(members.habit < USES_PHONE, -members.chatty, np.float32(0))


def hit_members(rng: np.random.Generator, members: Members, position: int, key: Floats32) -> Ints:
    """Choose 35–60 % of a group's members, in the order of a key."""
    start, end = np.searchsorted(members.group, [position, position + 1])
    ranked = start + np.argsort(key[start:end], kind="stable")
    least, most = np.ceil((end - start) * HIT_LOW), np.floor((end - start) * HIT_HIGH)
    wanted = int(rng.integers(int(least), int(most) + 1))
    return np.sort(ranked[:wanted])


def entry(
    groups: Groups, month: Month, *, position: int, kind: str, hit: int, members: int
) -> dict[str, Any]:
    """Return one planted anomaly as truth.json tells it."""
    return {
        "month": str(month),
        "group_code": f"JT{groups.number[position]:07d}",
        "kind": kind,
        "members": members,
        "hit": hit,
    }


def lose_groups(plan: Plan, month: Month, groups: Groups) -> list[dict[str, Any]]:
    """Take groups off net 离网集团, those with an anomaly behind them more often; merge some."""
    rng = plan.stream("lost groups", month.index)
    served = np.flatnonzero(groups.is_served & (groups.left_month == 0))
    weight = np.array(LOST_WEIGHTS)[groups.klass[served]]
    weight *= np.where(groups.alarmed[served] >= month.index - 3, 10.0, 1.0)
    n_lost = rng.poisson(LOST_SHARE * len(served))
    lost = np.sort(rng.choice(served, n_lost, replace=False, p=weight / weight.sum()))
    merged = lost[rng.random(n_lost) < MERGED_SHARE]
    stays = np.setdiff1d(served, lost)
    for position in merged:
        same_city = stays[groups.city[stays] == groups.city[position]]
        groups.successor[position] = groups.number[rng.choice(same_city)]
    groups.status[lost] = OFF_NET
    groups.left_month[lost] = month.index
    return [
        {
            "month": str(month),
            "group_code": f"JT{groups.number[p]:07d}",
            "successor_code": f"JT{groups.successor[p]:07d}" if groups.successor[p] >= 0 else None,
        }
        for p in lost
    ]


def returning(plan: Plan, month: Month, groups: Groups) -> Ints:
    """Choose groups that come back 回流 two months after they left, and put them on net again."""
    rng = plan.stream("returned groups", month.index)
    left = (groups.left_month == month.index - 2) & (groups.successor < 0)
    back = np.flatnonzero(left & (rng.random(len(groups)) < RETURNED_SHARE))
    groups.status[back] = 0
    groups.left_month[back] = 0
    return back


def forget_lost(month: Month, groups: Groups) -> None:
    """Let lost groups vanish from the file after three months."""
    groups.gone |= (groups.left_month > 0) & (groups.left_month < month.index - 2)


def cut_vnet_fee(plan: Plan, members: Members, groups: Groups, truth: Elasticities) -> None:
    """Let more members join the V网 where its fee fell: Q′ = Q · P^ε."""
    change = truth.changes["vnet"]
    rng = plan.stream("vnet price")
    reached = np.isin(groups.city, change.cities)
    factor = np.where(reached, change.factor ** truth.of_groups("vnet", groups), 1.0)
    wider = np.minimum(groups.vnet_ratio * factor, 0.95)
    count = grouped(groups, members)
    using = grouped(groups, members, members.vnet)
    more = np.floor(using * factor + rng.random(len(groups))).astype(np.int64) - using
    more = np.where(reached, np.minimum(more, count - using), 0).astype(np.int64)
    groups.vnet_ratio = wider
    candidates = np.flatnonzero(~members.vnet & (more[members.group] > 0))
    order = candidates[np.lexsort((members.phase[candidates], members.group[candidates]))]
    owner = members.group[order]
    first = np.searchsorted(owner, np.arange(len(groups)))
    rank = np.arange(len(order)) - first[owner]
    members.vnet[order[rank < more[owner]]] = True
