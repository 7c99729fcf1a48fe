"""Read the stored evidence of twelve months and replay thresholds over it 历史回测."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import pyarrow as pa

from accounts.scope import Scope, Selection
from alerts.backtest import Point, Replay, fire, replay, steps_of, suggested, sweep
from alerts.backtest_panel import READ, Panel, panel_of
from alerts.evidence import READ_BY, read_evidence
from alerts.judge import judged_with
from alerts.preview import OWNERS, kept_in
from alerts.rules import LIMITS, RULES, rules_of
from alerts.threshold_queries import log_of, versions_of
from alerts.thresholds import Book, Change
from core.month import Month
from warehouse.queries import PublishedRun

N_MONTHS = 12
N_LEAD = 1


@dataclass(frozen=True, slots=True)
class Backtest:
    """Be a replay 历史回测: as it was stored, and with a threshold tried out."""

    months: tuple[Month, ...]
    stored: Replay
    tried: Replay | None
    points: tuple[Point, ...]
    suggestion: Point | None


@dataclass(frozen=True, slots=True)
class Question:
    """Say what to replay: all rules or one threshold's, maybe another value, and the budget."""

    budget: int
    code: str = ""
    tried: Change | None = None
    with_sweep: bool = True

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules replayed."""
        return rules_of(self.code) if self.code else tuple(RULES)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the thresholds whose evidence is read."""
        return judged_with(self.code) if self.code else tuple(LIMITS)


def backtest(
    scope: Scope,
    selection: Selection | None,
    published: Sequence[PublishedRun],
    question: Question,
) -> Backtest | None:
    """Replay the twelve months to the newest published one within the reader's scope.

    None while no published month has evidence. ``selection`` None is the operator's province.
    """
    runs = {each.month.index: each for each in published}
    newest = max(runs, default=0)
    span = range(newest - N_MONTHS - N_LEAD + 1, newest + 1)
    tables = {month: _table(scope, selection, runs.get(month), question.codes) for month in span}
    if all(table is None for table in tables.values()):
        return None
    panel = panel_of(tables, N_LEAD)
    books = _Books(runs, panel)
    stored = replay(panel, fire(panel, books.stored(), question.rules), question.budget)
    tried = None
    points: tuple[Point, ...] = ()
    if question.tried is not None:
        fired = fire(panel, books.trying(question.tried), question.rules)
        tried = replay(panel, fired, question.budget)
        if question.with_sweep:
            points = _swept(panel, books, question.tried, question.budget)
    return Backtest(
        months=tuple(Month.from_index(panel.months[at]) for at in panel.judged),
        stored=stored,
        tried=tried,
        points=points,
        suggestion=suggested(question.code, points) if points else None,
    )


def _table(
    scope: Scope,
    selection: Selection | None,
    run: PublishedRun | None,
    codes: Sequence[str],
) -> pa.Table | None:
    path = run.folder / "group_evidence.parquet" if run else None
    if path is None or not path.exists():
        return None
    names = tuple(name for code in codes for name in READ_BY[code])
    return kept_in(scope, selection, read_evidence(path, (*READ, *OWNERS, *names)))


class _Books:
    """Give every month of a panel its thresholds: those its run pinned, maybe with one tried."""

    def __init__(self, runs: Mapping[int, PublishedRun], panel: Panel) -> None:
        self.months = panel.months
        self.newest = Month.from_index(panel.months[-1])
        versions = versions_of(runs[month].run for month in panel.months if month in runs)
        self.versions = [versions.get(runs[m].run, 0) if m in runs else 0 for m in panel.months]
        self.log = log_of(self.newest)

    def stored(self) -> list[Book]:
        return [
            Book(self.log, month, version)
            for month, version in zip(self.months, self.versions, strict=True)
        ]

    def trying(self, tried: Change) -> list[Book]:
        """Return the stored thresholds with one replaced in every month."""
        return [
            Book(
                [*(row for row in self.log if row.version <= version),
                 replace(tried, from_month=month)],
                month,
            )
            for month, version in zip(self.months, self.versions, strict=True)
        ]  # fmt: skip

    def range_now(self, code: str) -> tuple[float, float]:
        allowed = Book(self.log, self.newest.index).range_of(code)
        return allowed.lowest, allowed.highest


def _swept(panel: Panel, books: _Books, tried: Change, budget: int) -> tuple[Point, ...]:
    trials = {
        value: books.trying(replace(tried, value=value))
        for value in steps_of(tried.code, *books.range_now(tried.code), cast("float", tried.value))
    }
    return sweep(panel, tried.code, trials, budget)
