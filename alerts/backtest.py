"""Replay thresholds over stored months 历史回测: alerts, repeats, precision, lead time; no Django.

A hit is one group × rule × month. It repeats if the same rule fired for the group the month before;
only what does not repeat is a new alert for somebody to work on.
A hit of month m is *followed* if within the months m+1 … m+3 the group is gone (lost), its income
is ≤ 70 % of that of m (income of m > 0), or its effective grade is lower than in m. Lead time: the
months until the first of these. Precision = followed / hits of the mature months; the last three
months are immature: what follows them is not known yet. Beside precision stands the base rate, the
share of all groups of the mature months that were followed: a rule is worth what it is above it.
Budget: of the pairs (account manager, month) with at least one group, the share with at most n new
alerts; the suggested threshold is the most sensitive one that keeps 95 % of the pairs within n.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alerts.backtest_panel import Bools, Ints, Panel
from alerts.judge import judge, judged_with
from alerts.rules import LIMITS, RULES, rules_of
from alerts.thresholds import Book

Fired = Mapping[str, tuple[Bools, ...]]  # rule → one array a month of the panel

WITHIN = 0.95
N_STEPS = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """Count hits 命中: all, repeats, those of mature months, those followed, and their lead."""

    n_hits: int = 0
    n_repeats: int = 0
    n_mature: int = 0
    n_followed: int = 0
    lead_sum: int = 0

    @property
    def n_new(self) -> int:
        """Return the hits that open an alert."""
        return self.n_hits - self.n_repeats

    @property
    def precision(self) -> float | None:
        """Return followed / mature hits; None without any."""
        return self.n_followed / self.n_mature if self.n_mature else None

    @property
    def lead_months(self) -> float | None:
        """Return the mean months between a hit and what followed it."""
        return self.lead_sum / self.n_followed if self.n_followed else None


@dataclass(frozen=True, slots=True)
class MonthTally:
    """Be one month of a replay."""

    month: int
    is_known: bool
    is_mature: bool
    n_groups: int
    n_people: int
    n_within: int  # account managers with at most the budget's new alerts
    tally: Tally


@dataclass(frozen=True, slots=True)
class PersonTally:
    """Be one account manager over the months of a replay."""

    code: str
    n_months: int
    n_over: int  # months above the budget
    most: int  # new alerts in the worst month
    tally: Tally


@dataclass(frozen=True, slots=True)
class Replay:
    """Be what a replay found."""

    months: tuple[MonthTally, ...]
    rules: Mapping[str, Tally]
    people: tuple[PersonTally, ...]
    total: Tally
    base_rate: float | None
    budget: int

    @property
    def n_pairs(self) -> int:
        """Return the pairs of account manager and month."""
        return sum(each.n_people for each in self.months)

    @property
    def within(self) -> float | None:
        """Return the share of pairs within the budget."""
        n_pairs = self.n_pairs
        return sum(each.n_within for each in self.months) / n_pairs if n_pairs else None


@dataclass(frozen=True, slots=True)
class Point:
    """Be one value of a sweep 阈值扫描."""

    value: float
    n_new: int
    within: float | None
    precision: float | None


def fire(panel: Panel, books: Sequence[Book], rules: Sequence[str] = tuple(RULES)) -> Fired:
    """Judge every month by its thresholds in force, with the code of the month run."""
    codes = dict.fromkeys(name for rule in rules for name in judged_with(RULES[rule].limit))
    found: dict[str, list[Bools]] = {rule: [] for rule in rules}
    for evidence, book in zip(panel.evidence, books, strict=True):
        if evidence is None:
            verdicts = {rule: np.zeros(0, dtype=np.bool_) for rule in rules}
        else:
            limits = {code: book.resolve(code, evidence.owners).values for code in codes}
            judged = judge(evidence, limits, rules)
            verdicts = {rule: judged[rule].fired for rule in rules}
        for rule, fired in verdicts.items():
            found[rule].append(fired)
    return {rule: tuple(months) for rule, months in found.items()}


def replay(panel: Panel, fired: Fired, budget: int, *, by_person: bool = True) -> Replay:
    """Count what fired: by month, by rule, by account manager, against what followed."""
    n_people, n_months = len(panel.codes), len(panel.months)
    sums = {name: np.zeros((n_people, n_months), dtype=np.int64) for name in _SUMS}
    rules: dict[str, Tally] = {}
    for rule, months in fired.items():
        own = _by_person(panel, months)
        rules[rule] = _tally(own, panel.judged)
        for name in _SUMS:
            sums[name] += own[name]
    served = _served(panel)
    new = sums["hits"] - sums["repeats"]
    months_found = tuple(
        MonthTally(
            month=panel.months[at],
            is_known=panel.evidence[at] is not None,
            is_mature=panel.is_mature(at),
            n_groups=len(panel.groups[at]),
            n_people=int(served[:, at].sum()),
            n_within=int((served[:, at] & (new[:, at] <= budget)).sum()),
            tally=_tally(sums, range(at, at + 1)),
        )
        for at in panel.judged
    )
    return Replay(
        months=months_found,
        rules=rules,
        people=_people(panel, sums, served, budget) if by_person else (),
        total=_tally(sums, panel.judged),
        base_rate=_base_rate(panel),
        budget=budget,
    )


_SUMS = ("hits", "repeats", "mature", "followed", "lead")


def _by_person(panel: Panel, months: Sequence[Bools]) -> dict[str, Ints]:
    """Count one rule's hits by account manager and month."""
    n_people, n_months = len(panel.codes), len(panel.months)
    sums = {name: np.zeros((n_people, n_months), dtype=np.int64) for name in _SUMS}
    before = np.zeros(len(panel.income), dtype=np.bool_)
    for at, fired in enumerate(months):
        groups, people = panel.groups[at][fired], panel.people[at][fired]
        lead = panel.lead[groups, at].astype(np.int64)
        counted = {"hits": None, "repeats": before[groups], "followed": lead > 0, "lead": lead}
        for name, weights in counted.items():
            sums[name][:, at] = np.bincount(people, weights, minlength=n_people)
        if panel.is_mature(at):
            sums["mature"][:, at] = sums["hits"][:, at]
        before = np.zeros(len(panel.income), dtype=np.bool_)
        before[groups] = True
    return sums


def _tally(sums: Mapping[str, Ints], places: range, person: int | None = None) -> Tally:
    who = slice(None) if person is None else slice(person, person + 1)
    return Tally(*(int(sums[name][who, places.start : places.stop].sum()) for name in _SUMS))


def _served(panel: Panel) -> Bools:
    """Tell which account manager had groups in which month."""
    found = np.zeros((len(panel.codes), len(panel.months)), dtype=np.bool_)
    for at, people in enumerate(panel.people):
        found[people, at] = True
    return found


def _people(
    panel: Panel, sums: Mapping[str, Ints], served: Bools, budget: int
) -> tuple[PersonTally, ...]:
    counted = served[:, panel.n_lead :]
    new = (sums["hits"] - sums["repeats"])[:, panel.n_lead :] * counted
    found = [
        PersonTally(
            code=code,
            n_months=int(counted[at].sum()),
            n_over=int((new[at] > budget).sum()),
            most=int(new[at].max(initial=0)),
            tally=_tally(sums, panel.judged, at),
        )
        for at, code in enumerate(panel.codes)
        if counted[at].any()
    ]
    return tuple(sorted(found, key=lambda each: (-each.tally.n_new, each.code)))


def _base_rate(panel: Panel) -> float | None:
    mature = [at for at in panel.judged if panel.is_mature(at)]
    n_groups = sum(len(panel.groups[at]) for at in mature)
    followed = sum(int((panel.lead[:, at] > 0).sum()) for at in mature)
    return followed / n_groups if n_groups else None


def steps_of(code: str, lowest: float, highest: float, tried: float) -> tuple[float, ...]:
    """Return the values of a range to try, from its lower end to its upper one.

    The value tried itself is one of them: its bar must not stand for its neighbour.
    """
    places = 0 if LIMITS[code].is_whole else 2
    even = np.round(np.linspace(lowest, highest, N_STEPS), places)
    return tuple(sorted({*(round(float(value), places) for value in even), tried}))


def sweep(
    panel: Panel, code: str, trials: Mapping[float, Sequence[Book]], budget: int
) -> tuple[Point, ...]:
    """Replay a threshold's own rules at several values; ``trials``: value → a book a month."""
    points = []
    rules = rules_of(code)
    for value, books in trials.items():
        found = replay(panel, fire(panel, books, rules), budget, by_person=False)
        points.append(Point(value, found.total.n_new, found.within, found.total.precision))
    return tuple(points)


def suggested(code: str, points: Sequence[Point], share: float = WITHIN) -> Point | None:
    """Return the most sensitive value that keeps the budget; None where none does."""
    kept = [each for each in points if each.within is not None and each.within >= share]
    if not kept:
        return None
    sensitive = max if LIMITS[code].is_at_most else min
    return sensitive(kept, key=lambda each: each.value)
