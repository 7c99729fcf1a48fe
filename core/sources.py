"""Feed a declared table from a QuerySet or a list, filtered, sorted and cut the same way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import F, QuerySet

from core.pinyin import sort_key

if TYPE_CHECKING:
    from core.table import Table, TableQuery

_CHUNK = 2000
#: How far a page counts and turns: beyond it a reader filters, sorts or exports.
MOST_COUNTED = 2000


class Source(Protocol):
    """Be the rows behind a table 明细: counted, cut into pages, or streamed whole."""

    def count(self, table: Table, query: TableQuery, *, at_most: int | None = None) -> int:
        """Return how many rows fit the filters; one may stop counting at ``at_most``."""

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> Sequence[Any]:
        """Return the rows from ``start`` to before ``stop`` in the query's order."""

    def stream(self, table: Table, query: TableQuery) -> Iterable[Any]:
        """Yield every row that fits, for an export, without holding them all."""


class QuerySource:
    """Read rows from a QuerySet; sort keys are field names, ties break on ``tie``.

    ``search`` applies the free text; filters are equality on the declared field.
    """

    def __init__(
        self,
        rows: QuerySet[Any, Any],
        *,
        tie: str = "pk",
        search: Callable[[QuerySet[Any, Any], str], QuerySet[Any, Any]] | None = None,
    ) -> None:
        """Take the scoped QuerySet; nothing is read yet."""
        self.rows, self.tie = rows, tie
        # asked once, though a page counts and cuts: looking for names may be a question of its own
        self.search = lru_cache(maxsize=1)(search) if search else None

    def filtered(self, table: Table, query: TableQuery) -> QuerySet[Any, Any]:
        """Return the rows that fit, unordered."""
        rows = self.rows
        if query.text and self.search:
            rows = self.search(rows, query.text)
        for one in table.filters:
            value = query.filters.get(one.name)
            if value:
                rows = one.narrow(rows, value) if one.narrow else rows.filter(**{one.field: value})
        return rows

    def ordered(self, table: Table, query: TableQuery) -> QuerySet[Any, Any]:
        """Return the rows that fit in the query's order, missing values last either way."""
        rows = self.filtered(table, query)
        column = table.sort_column(query)
        if column is None:
            return rows.order_by(self.tie)
        field = F(column.sort)
        first = field.desc(nulls_last=True) if query.descending else field.asc(nulls_last=True)
        return rows.order_by(first, self.tie)

    def count(self, table: Table, query: TableQuery, *, at_most: int | None = None) -> int:
        """Return how many rows fit the filters, ``at_most`` if there are more."""
        rows = self.filtered(table, query)
        return (rows if at_most is None else rows[:at_most]).count()

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> Sequence[Any]:
        """Return one page of rows."""
        return list(self.ordered(table, query)[start:stop])

    def stream(self, table: Table, query: TableQuery) -> Iterator[Any]:
        """Yield all rows through a server-side cursor."""
        return self.ordered(table, query).iterator(chunk_size=_CHUNK)


class ListSource:
    """Serve rows that are already in memory (totals by unit: tens of rows)."""

    def __init__(
        self, rows: Iterable[Any], *, search: Callable[[Any, str], bool] | None = None
    ) -> None:
        """Take the rows in their natural order, which stays the order without a sort."""
        self.rows, self.search = list(rows), search

    def _filtered(self, table: Table, query: TableQuery) -> list[Any]:
        rows = self.rows
        if query.text and self.search:
            rows = [row for row in rows if self.search(row, query.text)]
        elif query.text:
            text = query.text.casefold()
            rows = [row for row in rows if text in table.text_of_row(row).casefold()]
        for one in table.filters:
            value = query.filters.get(one.name)
            if value:
                rows = [row for row in rows if str(one.value_of(row)) == value]
        return rows

    def _ordered(self, table: Table, query: TableQuery) -> list[Any]:
        rows = self._filtered(table, query)
        column = table.sort_column(query)
        if column is None:
            return rows
        present = [row for row in rows if column.sort_value(row) is not None]
        missing = [row for row in rows if column.sort_value(row) is None]
        present.sort(key=lambda row: sort_key(column.sort_value(row)), reverse=query.descending)
        return present + missing

    def count(self, table: Table, query: TableQuery, *, at_most: int | None = None) -> int:
        """Return how many rows fit the filters; they are there anyway, so all are counted."""
        return len(self._filtered(table, query))

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> Sequence[Any]:
        """Return one page of rows."""
        return self._ordered(table, query)[start:stop]

    def stream(self, table: Table, query: TableQuery) -> Iterable[Any]:
        """Return all rows that fit."""
        return self._ordered(table, query)
