"""Serve lists of thousands of groups 长清单: order, filters, search and counts from columns.

Postgres reads a short list whole, and the first page of a long one along the index of the amount it
opens with. Any other order of a province's groups, any filter or search among them would read every
row. There the columns of the published mart answer (:mod:`warehouse.mart_columns`): which rows fit,
how many, in which order. The rows shown are then read from Postgres by key; they are
the source's own QuerySet, so nobody sees more than their scope whatever the columns say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from accounts.scope import Scope, Selection
from core.sources import QuerySource
from scoring.grades import GRADE_CODES
from warehouse.mart_columns import Flags, MartColumns, Numbers, columns_of_run, starting_with
from warehouse.names import MART as NAMES
from warehouse.overlay_models import GradeOverlay

if TYPE_CHECKING:
    from core.table import Column, Table, TableQuery

#: From how many rows on a list is long.
LONG = 2000
_LEVELS = ("city_code", "county_code", "account_manager_code")


class LongSource(QuerySource):
    """Read a list through columns where it is long and its order or choice is a reader's own.

    A list says of which mart its rows are (``mart``, ``keys``), which of them are its own
    (:meth:`own`), what it orders by (:meth:`key`) and which rows a text finds (:meth:`found`).
    Without the files, or where one of them knows no answer (None), Postgres answers, slower.
    """

    mart = "group_month"
    keys: tuple[str, ...] = ("group_code",)

    def __init__(
        self,
        rows: QuerySet[Any, Any],
        *,
        place: tuple[Scope, int, Selection],
        n_rows: Callable[[], int],
        search: Callable[[QuerySet[Any, Any], str], QuerySet[Any, Any]],
    ) -> None:
        """Take the scoped QuerySet, whose rows they are, and who counts them unfiltered."""
        super().__init__(rows, tie="group_code", search=search)
        self.scope, self.run, self.selection = place
        self.n_rows = n_rows
        self.fitting = lru_cache(maxsize=1)(self._fitting)

    @cached_property
    def columns(self) -> MartColumns | None:
        """Return the mart's columns; None where the list is short or the file is not here."""
        return columns_of_run(self.run, self.mart) if self.n_rows() > LONG else None

    def own(self, columns: MartColumns) -> Flags:
        """Return which rows the list holds without a filter, scope and selection apart."""
        raise NotImplementedError

    def key(self, columns: MartColumns, field: str) -> Numbers | None:
        """Return what a sort field orders by; NaN, a missing value, comes last."""
        raise NotImplementedError

    def found(self, text: str) -> Flags | None:
        """Return which rows a text finds."""
        raise NotImplementedError

    def count(self, table: Table, query: TableQuery, *, at_most: int | None = None) -> int:
        """Return how many rows fit; through columns all are counted."""
        fits = self.fits(table, query)
        if fits is None:
            return super().count(table, query, at_most=at_most)
        return int(np.count_nonzero(fits))

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> Sequence[Any]:
        """Return one page of rows."""
        opens = table.query({})
        as_it_opens = (query.sort, query.descending) == (opens.sort, opens.descending)
        if start == 0 and as_it_opens and not query.is_narrowed:
            return super().cut(table, query, start, stop)
        fits = self.fits(table, query)
        key = None if fits is None else self._key(table.sort_column(query))
        if fits is None or key is None:
            return super().cut(table, query, start, stop)
        return self._rows_at(first_of(key, fits, start, stop, descending=query.descending))

    def _key(self, column: Column | None) -> Numbers | None:
        """Return what rows are ordered by; without a column they stand as in the mart."""
        assert self.columns is not None  # noqa: S101 - its rows fit, so it is here
        if column is None:
            return np.arange(self.columns.n_rows, dtype=float)
        return self.key(self.columns, column.sort)

    def fits(self, table: Table, query: TableQuery) -> Flags | None:
        """Return which rows fit; None where Postgres must say."""
        chosen = tuple((one.field, query.filters.get(one.name, "")) for one in table.filters)
        return self.fitting(query.text, tuple(each for each in chosen if each[1]))

    def _fitting(self, text: str, chosen: tuple[tuple[str, str], ...]) -> Flags | None:
        columns = self.columns
        if columns is None:
            return None
        fits = self.own(columns) & columns.visible_to(self.scope)
        for name in _LEVELS:
            if code := getattr(self.selection, name):
                fits &= columns.among(name, (code,))
        for name, value in chosen:
            fits &= columns.equal_to(name, value)
        if not text:
            return fits
        if self.selection.level == "account_manager":
            return None  # whose search finds initials anywhere in a name
        found = self.found(text)
        return None if found is None else fits & found

    def _rows_at(self, at: np.ndarray[Any, Any]) -> list[Any]:
        """Return the rows of some places of the mart, in that order."""
        assert self.columns is not None  # noqa: S101 - asked for places of its columns
        values = [self.columns.texts(name).take(at).to_pylist() for name in self.keys]
        asked = {
            f"{name}__in": sorted(set(column))
            for name, column in zip(self.keys, values, strict=True)
        }
        known = {tuple(row[name] for name in self.keys): row for row in self.rows.filter(**asked)}
        wanted = zip(*values, strict=True)
        return [known[key] for key in wanted if key in known]


def first_of(
    key: Numbers, fits: Flags, start: int, stop: int, *, descending: bool
) -> np.ndarray[Any, Any]:
    """Return the places from ``start`` to before ``stop`` in the order of a key.

    Missing values come last either way; equal ones stay in the order of the places.
    """
    at = np.flatnonzero(fits)
    values = -key[at] if descending else key[at]
    is_missing = np.isnan(values)
    missing, at, values = at[is_missing], at[~is_missing], values[~is_missing]
    if stop < len(values):  # sort no more than what stands before the end of the page
        kept = values <= np.partition(values, stop - 1)[stop - 1]
        at, values = at[kept], values[kept]
    ordered = at[np.argsort(values, kind="stable")]
    return np.concatenate([ordered, missing])[start:stop]


def groups_found(columns: MartColumns, run: int, text: str) -> Flags | None:
    """Return which rows of ``group_month`` :func:`analytics.queries.search_many` finds.

    None where the run has no file of names, from before there was one.
    """
    found = columns.with_text("name", text)
    if text.isascii():
        names = columns_of_run(run, NAMES)
        if names is None:
            return None
        found |= starting_with(names.texts("initials"), text.lower())
    if any(character.isdigit() for character in text):
        found |= columns.with_text("group_code", text)
    return found


def grades_now(columns: MartColumns, run: int) -> Numbers | None:
    """Return the place of each group's effective grade 生效等级, with what was approved since."""
    results = columns_of_run(run, "group_result")
    if results is None:
        return None
    codes = columns.texts("group_code")

    def stored() -> Numbers:
        at = pc.index_in(codes, value_set=results.texts("group_code").combine_chunks())
        numbers, texts = results.categories("effective_grade")
        places = np.array([*map(GRADE_CODES.index, texts), np.nan])[numbers]
        found: Numbers = np.append(places, np.nan)[pc.fill_null(at, -1).to_numpy()]
        return found

    grades: Numbers = columns.made("effective_grade", stored)
    laid = GradeOverlay.objects.filter(run=run)
    approved = dict(laid.values_list("group_code", "effective_grade"))
    if approved:
        at = pc.fill_null(pc.index_in(codes, value_set=pa.array(approved)), -1).to_numpy()
        by_now = np.array([*map(GRADE_CODES.index, approved.values()), np.nan])
        grades = np.where(at < 0, grades, by_now[at])
    return grades
