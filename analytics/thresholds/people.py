"""Serve tallies by account manager, of whom there may be thousands; names come with a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from accounts.tree import people_named
from analytics.queries import names_of
from analytics.thresholds.tables import TallyRow
from core.sources import ListSource
from core.table import Table, TableQuery

MOST_NAMED = 200  # rows of a table that may be ordered by name


class PeopleSource(ListSource):
    """Serve rows whose names are read for one page, or for all of an export."""

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> Sequence[TallyRow]:
        """Return one page with names."""
        return _named(super().cut(table, query, start, stop))

    def stream(self, table: Table, query: TableQuery) -> Iterable[TallyRow]:
        """Return all rows with names."""
        return _named(super().stream(table, query))

    def _filtered(self, table: Table, query: TableQuery) -> list[Any]:
        if not query.text:
            return self.rows
        fitting = people_named(query.text)
        return [row for row in self.rows if row.code in fitting]

    def _ordered(self, table: Table, query: TableQuery) -> list[Any]:
        if query.sort == "name":
            self.rows = _named(self.rows)
        return super()._ordered(table, query)


def _named(rows: Iterable[TallyRow]) -> list[TallyRow]:
    shown = list(rows)
    names = names_of("account_manager", [row.code for row in shown])
    return [replace(row, name=names[row.code]) for row in shown]
