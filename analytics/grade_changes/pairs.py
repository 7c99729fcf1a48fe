"""Compare two published months of the reader's choice 任意两期的等级迁移."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from analytics.grade_changes import pair_queries, queries
from analytics.grade_changes.compute import (
    CAUSES,
    MatrixRow,
    Moves,
    causes_of,
    matrix_of,
    moves_of,
)
from analytics.reading import Reading, month_named
from core.errors import DomainError
from core.month import Month
from warehouse.queries import PublishedRun


@dataclass(frozen=True)
class Pair:
    """Be two published months and what happened to the place's grades between them."""

    reading: Reading
    before: PublishedRun
    now: PublishedRun

    @cached_property
    def _stored(self) -> tuple[tuple[str, str, str, int], ...]:
        compared = [index for index in self.now.pinned if index < self.now.month.index]
        if max(compared, default=0) != self.before.month.index:  # as ``flow_step`` chose it
            return ()
        return queries.flows_since(
            self.reading.scope, self.now.run, self.before.month, self.reading.selection
        )

    @property
    def is_adjacent(self) -> bool:
        """Tell whether the later month's run itself compared these two: then causes are known."""
        return bool(self._stored)

    @cached_property
    def matrix(self) -> tuple[MatrixRow, ...]:
        """Return the migration matrix 迁移矩阵 from the earlier to the later month."""
        if self._stored:
            return matrix_of((before, now, n) for before, now, _way, n in self._stored)
        runs = self.before.run, self.now.run
        return matrix_of(
            pair_queries.flows_between(self.reading.scope, *runs, self.reading.selection)
        )

    @cached_property
    def moves(self) -> Moves:
        """Return how many groups went up, down, in and out; together all of the matrix."""
        return moves_of(self.matrix)

    @cached_property
    def causes(self) -> dict[str, int] | None:
        """Return the changes by cause, which add up to them; None over more than one step."""
        if not self.is_adjacent:
            return None
        counted = causes_of((way, n) for _before, _now, way, n in self._stored)
        return {cause: counted[cause] for cause in CAUSES}


def pair_asked(reading: Reading, earlier: Month | None, asked: tuple[str, str]) -> Pair | None:
    """Return the two months of the URL, the earlier one first; by default those of the page.

    Raises:
        DomainError: if a month cannot be read, is not published, or both are the same.
    """
    before = _published(reading.published, asked[0], "from") or _run_of(reading, earlier)
    now = _published(reading.published, asked[1], "to") or reading.run
    if asked[0] == "" and asked[1] and now is not None:
        before = _run_before(reading.published, now)
    if before is None or now is None:
        return None
    if before.month.index > now.month.index:
        before, now = now, before
    if before.month == now.month:
        raise DomainError(
            "months_equal",
            _("起始账期与截止账期都是 {month}。").format(month=now.month),
            _("请选择两个不同的账期。"),
            "from",
        )
    return Pair(reading, before, now)


def _run_of(reading: Reading, month: Month | None) -> PublishedRun | None:
    return next((each for each in reading.published if each.month == month), None)


def _run_before(published: Sequence[PublishedRun], now: PublishedRun) -> PublishedRun | None:
    return next((each for each in published if each.month.index < now.month.index), None)


def _published(published: Sequence[PublishedRun], text: str, field: str) -> PublishedRun | None:
    if not text:
        return None
    month = month_named(text, field)
    found = next((each for each in published if each.month == month), None)
    if found is None:
        known = "、".join(str(each.month) for each in published[:6])
        raise DomainError(
            "month_not_published",
            _("账期 {month} 没有已发布的结果。").format(month=month),
            _("可选：{known}。").format(known=known),
            field,
        )
    return found
