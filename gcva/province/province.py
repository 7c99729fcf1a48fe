"""Live through the months of a province: one state, moved on month by month.

opening → (advance → month) …     advance: leavers, lost, returned and new groups, joiners
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.month import Month
from gcva.province import events, groups, members, moves, orders, usage
from gcva.province.geography import (
    CITY_SHARES,
    DIRECT,
    DIRECT_GROUPS,
    Geography,
    lay_out,
    shared_out,
)
from gcva.province.groups import Groups
from gcva.province.members import Exits, Members
from gcva.province.plan import CLASSES, Ints, Plan, Season, of_class
from gcva.province.rows import days_of

POTENTIAL_SHARE, TEST_SHARE = 0.012, 0.001


@dataclass(frozen=True, slots=True)
class ProvinceMonth:
    """Hold all there is to write about one month."""

    month: Month
    groups: Groups
    members: Members
    usage: usage.MemberMonth
    lines: orders.Lines
    exits: Exits
    events: events.MonthEvents


@dataclass
class Province:
    """Hold the state between months and the truth planted so far."""

    plan: Plan
    layout: Geography
    groups: Groups
    members: Members
    book: orders.Book
    truth: events.Elasticities
    taken: dict[str, int]
    next_key: int
    chronicle: dict[str, list[Any]] = field(
        default_factory=lambda: {
            k: []
            for k in (
                "anomalies",
                "lost_groups",
                "new_groups",
                "returned_groups",
                "drifts",
                "moves",
            )
        }
    )


def opening(plan: Plan) -> Province:
    """Draw the province as it stands at the end of its first month."""
    rng, layout = plan.stream("opening"), lay_out(plan)
    klass = rng.permutation(np.repeat(np.arange(5), shared_out(plan.groups, of_class("share"), 0)))
    direct = max(1, round(plan.groups * DIRECT_GROUPS))
    extra = round(plan.groups * POTENTIAL_SHARE) + max(2, round(plan.groups * TEST_SHARE))
    klass = np.concatenate([klass, np.full(extra, len(CLASSES) - 1)])
    per_city = np.append(shared_out(len(klass) - direct, CITY_SHARES, 0), direct)
    city = rng.permutation(np.repeat(np.arange(DIRECT + 1), per_city))
    taken: dict[str, int] = {}
    drawn = groups.draw_groups(
        plan, rng, layout, klass=klass, city=city, month=plan.first_month,
        first_number=1_000_001, taken=taken, opening=True,
    )  # fmt: skip
    set_aside(plan, drawn)
    counts = np.where(drawn.is_served | drawn.is_test, drawn.size, 0)
    people = members.draw_members(
        plan.stream("members"), drawn, counts, plan.first_month, 0, opening=True
    )
    standing = orders.open_book(plan.stream("orders"), drawn, np.flatnonzero(drawn.status <= 1))
    return Province(
        plan, layout, drawn, people, standing, events.Elasticities.of(plan), taken, len(people)
    )


def set_aside(plan: Plan, drawn: Groups) -> None:
    """Make the rows beyond the plan's groups potential customers 潜在 and test groups 测试集团."""
    beyond = np.arange(plan.groups, len(drawn))
    test = beyond[: max(2, round(plan.groups * TEST_SHARE))]
    potential = beyond[len(test) :]
    drawn.is_test[test] = True
    drawn.name[test] = np.array([f"测试集团{k + 1:02d}" for k in range(len(test))], dtype=object)
    drawn.status[potential] = groups.POTENTIAL
    drawn.holds[potential] = False
    drawn.size[potential] = 0
    drawn.current_grade[beyond] = groups.MISSING
    drawn.grade_floor[beyond] = groups.MISSING


def months_of(plan: Plan) -> Iterator[ProvinceMonth]:
    """Yield the months of a province in order (see ``live``)."""
    province = opening(plan)
    for month in plan.calendar:
        yield live(province, month)


def live(province: Province, month: Month) -> ProvinceMonth:
    """Move the province to the end of a month and return what its files say."""
    plan, chronicle = province.plan, province.chronicle
    exits = []
    if month > plan.first_month:
        exits.append(advance(province, month))
    people, customers = province.members, province.groups
    members.refresh_doubles(plan.stream("doubles", month.index), people, customers, month)
    if month == province.truth.changes["vnet"].month:
        events.cut_vnet_fee(plan, people, customers, province.truth)
    leaving = plan.stream("off net", month.index)
    members.mark_cancelled(leaving, people, customers, Season.of(month))
    # who joined this month was in nobody's list of the month before
    people.cancelled &= people.joined < days_of(month.year, month.month, 1)
    exits.append(members.as_exits(people, leaving))
    planted = events.plant_anomalies(plan, month, people, customers, province.truth)
    chronicle["anomalies"] += planted.planted
    use = usage.month_of_members(
        plan, month, members=people, groups=customers, layout=province.layout, events=planted
    )
    lines = orders.lines_of_month(
        plan, month, orders=province.book, members=people, groups=customers, usage=use,
        truth=province.truth,
    )  # fmt: skip
    customers.standing = moves.standing(
        plan, month, groups=customers, people=people, usage=use, lines=lines
    )
    left = members.joined_exits(exits)
    return ProvinceMonth(month, customers, people, use, lines, left, planted)


def advance(province: Province, month: Month) -> Exits:
    """Let a month pass: groups and members leave, come back, arrive; return who left."""
    plan, customers, people = province.plan, province.groups, province.members
    chronicle = province.chronicle
    events.forget_lost(month, customers)
    chronicle["lost_groups"] += events.lose_groups(plan, month, customers)
    exits = members.drop_leavers(plan.stream("leavers", month.index), people, customers, month)
    chronicle["drifts"] += moves.wander(plan, month, customers)
    chronicle["moves"] += moves.cross_cuts(plan, month, customers)
    back = events.returning(plan, month, customers)
    new = arrivals(province, month)
    for name, positions in (("returned_groups", back), ("new_groups", new)):
        codes = customers.codes[positions]
        chronicle[name] += [{"month": str(month), "group_code": code} for code in codes]
    counts = members.joiner_counts(plan.stream("joiners", month.index), customers, Season.of(month))
    whole = np.concatenate([back, new])
    counts[whole] = customers.size[whole]
    joining = members.draw_members(
        plan.stream("members", month.index), customers, counts, month, province.next_key,
        opening=False,
    )  # fmt: skip
    province.next_key += len(joining)
    people.append(joining)
    people.keep(np.argsort(people.group, kind="stable"))
    return exits


def arrivals(province: Province, month: Month) -> Ints:
    """Add the month's new groups 新增集团 with their orders; return their positions."""
    plan, customers = province.plan, province.groups
    rng = plan.stream("new groups", month.index)
    n = int(rng.poisson(events.NEW_SHARE * int(customers.is_served.sum())))
    klass = rng.choice(len(CLASSES), n, p=groups.NEW_GROUP_SHARES)
    city = rng.choice(len(CITY_SHARES), n, p=CITY_SHARES / CITY_SHARES.sum())
    first = int(customers.number[-1]) + 1
    drawn = groups.draw_groups(
        plan, rng, province.layout, klass=klass, city=city, month=month,
        first_number=first, taken=province.taken, opening=False,
    )  # fmt: skip
    positions = np.arange(len(customers), len(customers) + n)
    customers.append(drawn)
    province.book.append(
        orders.open_book(plan.stream("new orders", month.index), customers, positions)
    )
    return positions
