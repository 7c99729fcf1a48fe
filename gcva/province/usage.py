"""Give each member its use and fees of a month: minutes, data, six fees, what the group pays.

    fee = ARPU(group) · level(member) · use · drift · noise, split by the composition below

with E[fee] = ARPU, so that the sums meet the described ones whatever the random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.month import Month
from gcva.province import catalogue, steadiness
from gcva.province.events import MonthEvents
from gcva.province.geography import Geography
from gcva.province.groups import Groups
from gcva.province.members import (
    ABNORMAL_SHARE,
    ACTIVE,
    CANCELLED,
    LOST,
    STOP_ONE_WAY,
    STOP_TWO_WAY,
    Floats32,
    Members,
    grouped,
    natural_states,
)
from gcva.province.plan import Flags, Ints, Plan, Season
from gcva.province.unified import member_bill_aim

FEES = ("roaming", "new_business", "long_distance", "local", "package", "other")
SHARES = dict(zip(FEES, (0.06, 0.46, 0.06, 0.27, 0.13, 0.02), strict=True))
IDLE_FEE = 0.45  # what a member without use pays, against its level
USE_NOISE = 0.03
CORE_MARGIN = np.float32(0.1)  # how far inside the habit of using the phone the core is at least
PART_OF_MONTH = 0.4  # what a member who goes off net still uses
MEDIAN_CHATTY = 0.88  # half of the members call long distance
BASE_MINUTES, BASE_MB, BASE_SMS = 210.0, 950.0, 28.0


@dataclass(frozen=True, slots=True)
class MemberMonth:
    """Hold what the members' file says of a month; money in 厘, one entry a member."""

    status: npt.NDArray[np.int8]
    fees: dict[str, Ints]
    paid_by_group: Ints
    mo_minutes: Floats32
    mt_minutes: Floats32
    data_mb: Floats32
    calls: npt.NDArray[np.int32]
    sms: npt.NDArray[np.int32]

    @property
    def gross(self) -> Ints:
        """Return the sum of the six fees, 厘."""
        return np.asarray(sum(self.fees.values()), dtype=np.int64)


def statuses(
    members: Members, groups: Groups, events: MonthEvents, month: Month
) -> npt.NDArray[np.int8]:
    """Return each member's status: natural turns, planted anomalies, the month's cancelled."""
    status = natural_states(members, month)
    status[steadiness.too_many(members, groups, status != ACTIVE)] = ACTIVE
    silenced = (status == STOP_TWO_WAY) | (status == LOST)
    status[silenced & steadiness.in_small_group(members, groups)] = STOP_ONE_WAY
    status = np.where(events.state_of_member >= 0, events.state_of_member, status)
    status[members.cancelled] = CANCELLED
    return status.astype(np.int8)


def users(
    rng: np.random.Generator,
    members: Members,
    groups: Groups,
    layout: Geography,
    status: npt.NDArray[np.int8],
) -> tuple[Flags, Floats32]:
    """Tell who uses the phone this month, and how far inside the habit of using it each one is."""
    stopped = (status == STOP_TWO_WAY) | (status == LOST)
    target = layout.valid_ratio[groups.city] / (1 - ABNORMAL_SHARE / 3)
    margin = target.astype(np.float32)[members.group] - members.habit
    margin += np.float32(USE_NOISE) * rng.standard_normal(len(members), dtype=np.float32)
    margin[steadiness.core(members, groups) & (margin < CORE_MARGIN)] = CORE_MARGIN
    return (margin > 0) & ~stopped, margin


def tariff_volume(members: Members, groups: Groups, events: MonthEvents) -> Floats32:
    """Return the volume factor P^ε of the members whose tariff became dearer."""
    volume = np.ones(len(members), dtype=np.float32)
    if events.tariff_factor != 1.0:
        hit = members.tariff == catalogue.RISING_TARIFF
        response = events.tariff_factor ** events.elasticity_of("tariff", groups)
        volume[hit] = response.astype(np.float32)[members.group[hit]]
    return volume


def noise(rng: np.random.Generator, sigma: float, count: int) -> Floats32:
    """Draw monthly factors with mean 1."""
    draw = rng.standard_normal(count, dtype=np.float32)
    draw *= np.float32(sigma)
    draw -= np.float32(sigma * sigma / 2)
    return np.asarray(np.exp(draw, out=draw))


def sometimes(rng: np.random.Generator, share: float, count: int) -> Floats32:
    """Draw factors that are mostly 0, with mean 1."""
    hit = rng.random(count, dtype=np.float32) < share
    return np.asarray(hit * np.float32(1 / share), dtype=np.float32)


def to_li(yuan: npt.NDArray[Any], step: int = 10) -> Ints:
    """Round 元 to 厘, in steps of a 分 (10) or a 厘 (1)."""
    return np.rint(yuan.astype(np.float64) * (1000 / step)).astype(np.int64) * step


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold what fees and use of a month are drawn from, one entry a member."""

    rng: np.random.Generator
    month: Month
    season: Season
    valid: Flags
    keen: Floats32  # 0–1, how far inside the habit of using the phone
    volume: Floats32  # response to the tariff's price
    present: Floats32  # part of the month
    voice: Floats32
    settled: Floats32  # part of the usual calls that newcomers make


def month_of_members(
    plan: Plan,
    month: Month,
    *,
    members: Members,
    groups: Groups,
    layout: Geography,
    events: MonthEvents,
) -> MemberMonth:
    """Draw the month's use and fees of every member."""
    rng, season = plan.stream("usage", month.index), Season.of(month)
    status = statuses(members, groups, events, month)
    valid, margin = users(rng, members, groups, layout, status)
    frame = Frame(
        rng=rng,
        month=month,
        season=season,
        valid=valid,
        keen=np.minimum(np.maximum(margin, 0) * 4, 1).astype(np.float32),
        volume=tariff_volume(members, groups, events),
        present=np.where(status == CANCELLED, np.float32(PART_OF_MONTH), np.float32(1.0)),
        voice=np.asarray(np.float32(season.voice) * events.calls_of_member),
        settled=steadiness.settled(members, groups, plan.first_month),
    )
    fees = fees_of(frame, members, spending(frame, members, groups, layout, events))
    return MemberMonth(
        status=status,
        fees=fees,
        paid_by_group=paid_by_group(members, groups, fees),
        **use_of(frame, members),
    )


def spending(
    frame: Frame, members: Members, groups: Groups, layout: Geography, events: MonthEvents
) -> Floats32:
    """Return what each member spends, 元: ARPU · level · use · volume · price of the tariff."""
    ratio = layout.valid_ratio[groups.city]
    gross_up = 1 + member_bill_aim(groups) / np.maximum(groups.arpu * groups.size, 1)
    scale = groups.arpu * groups.drift * gross_up / (ratio + IDLE_FEE * (1 - ratio))
    use = np.where(frame.valid, np.float32(1.0), np.float32(IDLE_FEE))
    dearer = members.tariff == catalogue.RISING_TARIFF
    price = np.where(dearer, np.float32(events.tariff_factor), np.float32(1.0))
    spent = members.level * scale.astype(np.float32)[members.group]
    return np.asarray(spent * use * frame.present * frame.volume * price, dtype=np.float32)


def fees_of(frame: Frame, members: Members, spent: Floats32) -> dict[str, Ints]:
    """Split what is spent into the six fees, 厘; voice, roaming and SMS follow the season."""
    rng, n = frame.rng, len(members)
    long_distance = (members.chatty > MEDIAN_CHATTY) * np.float32(2.0) * frame.voice
    draws = {
        "roaming": sometimes(rng, 0.22, n) * noise(rng, 0.5, n) * np.float32(frame.season.roaming),
        "new_business": noise(rng, 0.15, n),
        "long_distance": long_distance * noise(rng, 0.3, n),
        "local": frame.voice * noise(rng, 0.12, n),
        "package": np.ones(n, dtype=np.float32),
        "other": sometimes(rng, 0.12, n) * noise(rng, 0.6, n),
    }
    return {
        fee: to_li(spent * np.float32(SHARES[fee]) * draws[fee], 1 if fee == "local" else 10)
        for fee in FEES
    }


def use_of(frame: Frame, members: Members) -> dict[str, npt.NDArray[Any]]:
    """Return minutes, megabytes, calls and messages."""
    rng, n = frame.rng, len(members)
    used = frame.valid * frame.volume * frame.present
    days = np.float32(BASE_MINUTES * frame.month.n_days / 30)
    habitual = used * members.chatty * frame.keen * frame.settled
    minutes = habitual * frame.voice * days * noise(rng, 0.12, n)
    megabytes = used * members.level * np.float32(BASE_MB) * noise(rng, 0.3, n)
    sms = used * members.level * np.float32(BASE_SMS * frame.season.sms) * noise(rng, 0.4, n)
    return {
        "mo_minutes": np.round(minutes, 1),
        "mt_minutes": np.round(minutes * np.float32(1.08) * noise(rng, 0.1, n), 1),
        "data_mb": np.ceil(megabytes * 10) / np.float32(10),
        "calls": np.ceil(minutes / np.float32(2.3)).astype(np.int32),
        "sms": sms.astype(np.int32),
    }


def paid_by_group(members: Members, groups: Groups, fees: dict[str, Ints]) -> Ints:
    """Split what each group pays for its members 集团代付 in proportion to the bills, in 分."""
    gross = np.asarray(sum(fees.values()), dtype=np.int64)
    total = grouped(groups, members, gross.astype(np.float64)) / 1000
    aim = member_bill_aim(groups)
    ratio = np.where(total > 0, np.minimum(aim / np.maximum(total, 0.01), 0.6), 0.0)
    paid = gross * ratio[members.group] * ~members.is_test
    return (paid // 10).astype(np.int64) * 10


def active_members(members: Members, groups: Groups, month: MemberMonth) -> Ints:
    """Count the members who can use services (active, not cancelled) by group."""
    usable = month.status == ACTIVE
    return np.asarray(np.bincount(members.group[usable], minlength=len(groups)), dtype=np.int64)
