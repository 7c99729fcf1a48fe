"""Keep the members 成员 of all groups from month to month: who joins, stays, leaves, is doubled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.month import Month
from gcva.province import catalogue
from gcva.province.groups import Groups
from gcva.province.plan import Flags, Ints, Season, of_class
from gcva.province.rows import Rows, at_random, day_in_month, days_of

Floats32 = npt.NDArray[np.float32]
Ints32 = npt.NDArray[np.int32]

(ACTIVE, STOP_ONE_WAY, STOP_TWO_WAY, ARREARS_STOP, LOST, PRE_CANCEL, CANCELLED) = range(7)
STATUS = np.array(
    ["active", "stop_one_way", "stop_two_way", "arrears_stop", "lost", "pre_cancel", "cancelled"],
    dtype=object,
)
GOLDEN = 0.6180339887498949  # spreads the members of a group evenly over [0, 1)
STEP = 0.02  # how far a member moves a month towards and through its abnormal states
ABNORMAL_SHARE = 0.06
LEAVING_SHARE = 0.005  # beside the members of lost groups: together 0.8 %
DOUBLED_SHARE = 0.005
GROWTH = 0.001
COHORT_SHARE = 0.30
SPREAD = 0.55  # σ of the members' spending level
# the age of those who leave is that of the others, so the mean tenure grows slowly in the demo
TENURE_SHAPE = 1.6
ID_BASE, ID_RANGE, ID_STEP = 800_000_000_000, 99_999_999_977, 38_196_601_125


@dataclass
class Members(Rows):
    """Hold one row a member and owning group; ``group`` is the position in ``Groups``."""

    key: Ints
    group: Ints32
    joined: Ints32  # days
    activated_month: Ints32
    activated_day: npt.NDArray[np.int8]
    level: Floats32  # spending level, mean 1
    phase: Floats32  # where on its way to the next abnormal state
    habit: Floats32  # below the city's ratio: uses the phone
    chatty: Floats32  # voice level, mean 1
    tariff: npt.NDArray[np.int8]
    is_key: Flags
    is_test: Flags
    vnet: Flags
    cohort: Flags
    cancelled: Flags  # in this month
    second: Ints32  # position of a second group (重复归属), −1: none
    second_joined: Ints32
    second_marked: Flags  # is_primary says who owns; else the earlier joining does


def opaque_ids(key: Ints) -> Ints:
    """Turn running numbers into opaque member ids 用户标识, one to one (the range is a prime)."""
    return np.asarray(ID_BASE + (key * 1_000_003 + ID_STEP) % ID_RANGE, dtype=np.int64)


def slots_of(groups: Groups, owner: Ints) -> Ints:
    """Number each new member within its group, after those it ever had; ``owner`` is sorted."""
    counts = np.bincount(owner, minlength=len(groups))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    slots = np.arange(len(owner)) - first[owner] + groups.next_slot[owner]
    groups.next_slot += counts
    return np.asarray(slots)


def draw_tariffs(rng: np.random.Generator, groups: Groups, owner: Ints) -> npt.NDArray[np.int8]:
    """Draw tariffs; in one group of four most members hold the tariff whose price will rise."""
    shares = np.cumsum(catalogue.TARIFF_SHARES)
    drawn = np.searchsorted(shares, rng.random(len(owner)), side="right").clip(0, len(shares) - 1)
    favours = (groups.number % 4 == 1)[owner] & (rng.random(len(owner)) < 0.55)
    return np.where(favours, catalogue.RISING_TARIFF, drawn).astype(np.int8)


def draw_members(
    rng: np.random.Generator,
    groups: Groups,
    counts: Ints,
    month: Month,
    first_key: int,
    *,
    opening: bool,
) -> Members:
    """Draw that many members a group, as they join (or, at the opening, already are members)."""
    owner = np.repeat(np.arange(len(groups)), counts)
    n = len(owner)
    slots = slots_of(groups, owner)
    offset = (groups.number * GOLDEN * 7.31) % 1.0
    mean_tenure = of_class("tenure")[groups.klass][owner] * (0.95 if opening else 0.75)
    tenure = (rng.standard_gamma(TENURE_SHAPE, n) / TENURE_SHAPE * mean_tenure).astype(np.int64)
    in_group = (tenure * rng.random(n)).astype(np.int64) if opening else np.zeros(n, np.int64)
    in_group = np.minimum(in_group, tenure)
    day = rng.integers(1, 29, n)
    level = np.exp(SPREAD * rng.standard_normal(n, dtype=np.float32) - SPREAD**2 / 2)
    return Members(
        key=first_key + np.arange(n, dtype=np.int64),
        group=owner.astype(np.int32),
        joined=day_in_month(month.index - in_group, np.maximum(day, rng.integers(1, 29, n))).astype(
            np.int32
        ),
        activated_month=(month.index - tenure).astype(np.int32),
        activated_day=day.astype(np.int8),
        level=level.astype(np.float32),
        phase=((slots * GOLDEN + offset[owner]) % 1.0).astype(np.float32),
        habit=rng.random(n, dtype=np.float32),
        chatty=np.exp(0.5 * rng.standard_normal(n, dtype=np.float32) - np.float32(0.125)),
        tariff=draw_tariffs(rng, groups, owner),
        is_key=rng.random(n, dtype=np.float32) < 0.03,
        is_test=rng.random(n, dtype=np.float32) < 0.0005,
        vnet=rng.random(n) < groups.vnet_ratio[owner],
        cohort=(level * rng.random(n) > 0.62) & opening,
        cancelled=np.zeros(n, dtype=np.bool_),
        second=np.full(n, -1, dtype=np.int32),
        second_joined=np.zeros(n, dtype=np.int32),
        second_marked=np.zeros(n, dtype=np.bool_),
    )


@dataclass(frozen=True, slots=True)
class Exits:
    """List who left in the month; kinds: 0 off net, 1 left the group, 2 ported out."""

    key: Ints
    group: Ints
    kind: Ints


def mark_cancelled(
    rng: np.random.Generator, members: Members, groups: Groups, season: Season
) -> None:
    """Draw who goes off net 离网 this month; they stay in this month's file as cancelled."""
    rate = of_class("off_net")[groups.klass] * season.off_net
    members.cancelled = rng.random(len(members)) < rate[members.group]


def drop_leavers(rng: np.random.Generator, members: Members, groups: Groups, month: Month) -> Exits:
    """Remove last month's cancelled and those who leave their group 退团, and say who left.

    The members of a merged group leave it for the successor 合并; those of a lost group vanish.
    """
    members.keep(~members.cancelled)
    orphaned = groups.gone[members.group] | (groups.status[members.group] > 1)
    leaving = orphaned | (rng.random(len(members)) < LEAVING_SHARE)
    exits = Exits(
        members.key[leaving],
        members.group[leaving].astype(np.int64),
        np.ones(int(leaving.sum()), dtype=np.int64),
    )
    heir = groups.successor[members.group]
    merged = leaving & (heir >= 0) & (groups.left_month[members.group] == month.index)
    members.group[merged] = np.searchsorted(groups.number, heir[merged])
    members.joined[merged] = days_of(month.year, month.month, 1)
    members.keep(~leaving | merged)
    return exits


def joiner_counts(rng: np.random.Generator, groups: Groups, season: Season) -> Ints:
    """Draw how many join each group 入团: about as many as leave, more in schools in September."""
    rate = of_class("off_net")[groups.klass] + LEAVING_SHARE + GROWTH
    education = groups.industry == catalogue.INDUSTRY_NUMBER["edu"]
    rate = rate + np.where(education, season.education_joiners, 0.0)
    served = groups.is_served & (groups.left_month == 0)
    expected = np.where(served, groups.size * rate * rng.uniform(0.6, 1.4, len(rate)), 0)
    return np.asarray(at_random(rng, expected), dtype=np.int64)


def refresh_doubles(
    rng: np.random.Generator, members: Members, groups: Groups, month: Month
) -> None:
    """Keep about one member in 200 in a second group 重复归属 as well."""
    dead = groups.gone | (groups.status > 1) | groups.is_test
    members.second[(members.second >= 0) & dead[members.second]] = -1
    members.second[members.second == members.group] = -1
    missing = round(len(members) * DOUBLED_SHARE) - int((members.second >= 0).sum())
    hosts = np.flatnonzero(~dead & (groups.size >= 5))
    if missing <= 0 or not len(hosts):
        return
    chosen = rng.choice(len(members), missing, replace=False)
    chosen = np.sort(chosen[members.second[chosen] < 0])
    host = hosts[rng.integers(0, len(hosts), len(chosen))]
    fits = (host != members.group[chosen]) & ~dead[members.group[chosen]]
    chosen, host = chosen[fits], host[fits]
    members.second[chosen] = host
    members.second_joined[chosen] = days_of(month.year, month.month, month.n_days)
    members.second_marked[chosen] = rng.random(len(chosen)) < 0.8


def natural_states(members: Members, month: Month) -> npt.NDArray[np.int8]:
    """Return the status of each member: stopped, in arrears, lost or pre-cancelled in its turn.

    A member is abnormal for three months out of fifty; the members of a group take turns, so a
    group without a planted anomaly never looks like one.
    """
    turn = (members.phase + np.float32(month.index * STEP % 1.0)) % np.float32(1.0)
    stage = (turn / np.float32(STEP)).astype(np.int8)
    even = members.key % 2 == 0
    status = np.full(len(members), ACTIVE, dtype=np.int8)
    status[stage == 0] = STOP_ONE_WAY
    status[stage == 1] = np.where(even[stage == 1], ARREARS_STOP, STOP_TWO_WAY)
    status[stage == 2] = np.where(even[stage == 2], PRE_CANCEL, LOST)
    return status


def as_exits(members: Members, rng: np.random.Generator) -> Exits:
    """Return the cancelled of this month as exits; one in five took the number along 携出."""
    gone = members.cancelled
    kind = np.where(rng.random(int(gone.sum())) < 0.2, 2, 0)
    return Exits(members.key[gone], members.group[gone].astype(np.int64), kind)


def joined_exits(parts: list[Exits]) -> Exits:
    """Put exits together, ordered by group and member."""
    key = np.concatenate([p.key for p in parts])
    group = np.concatenate([p.group for p in parts])
    kind = np.concatenate([p.kind for p in parts])
    order = np.lexsort((key, group))
    return Exits(key[order], group[order], kind[order])


def grouped(groups: Groups, members: Members, weights: Any = None) -> Any:
    """Sum over the members of each group."""
    return np.bincount(members.group, weights=weights, minlength=len(groups))
