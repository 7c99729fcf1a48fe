"""Draw one page of a declared table: headings, rows, totals, paging, links that keep the URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core import cells, formats
from core.parts import PageState, Words
from core.sources import MOST_COUNTED

if TYPE_CHECKING:
    from core.table import Column, Filter, Table, TableQuery

WIDEST_NOTE = 14.0  # em; beside longer ones numbers would stand far from their heading


@dataclass(frozen=True)
class Heading:
    """Be one header cell as drawn."""

    column: Column
    url: str
    aria_sort: str

    @property
    def css(self) -> str:
        """Return the header cell's classes, aligned like its cells."""
        return self.column.css


@dataclass(frozen=True)
class TableView:
    """Be one page of a table, ready to draw; links keep the rest of the URL."""

    table: Table
    query: TableQuery
    rows: tuple[Any, ...]
    n_rows: int
    page: int
    n_pages: int
    path: str
    given: Mapping[str, str]
    totals: Any = None
    export_urls: Mapping[str, str] = field(default_factory=dict)
    empty: PageState | None = None
    note: Words = ""

    @property
    def dom_id(self) -> str:
        """Return the id of the region htmx swaps."""
        return f"table-{self.table.name}"

    def link(self, **changes: str | int | None) -> str:
        """Return the same page with some of the state changed."""
        state = {name: value for name, value in self.given.items() if value}
        for name, value in changes.items():
            state.pop(name, None)
            if value:
                state[name] = str(value)
        return f"{self.path}?{urlencode(state)}" if state else self.path

    @property
    def headings(self) -> list[Heading]:
        """Return the header cells with their sort links."""
        return [self._heading(column) for column in self.table.shown]

    def _heading(self, column: Column) -> Heading:
        if not column.sort:
            return Heading(column, "", "")
        is_sorted = self.query.sort == column.name
        numbers_first = cells.is_numeric(column.kind) or column.kind == "grade"
        descending = not self.query.descending if is_sorted else numbers_first
        aria = ("descending" if self.query.descending else "ascending") if is_sorted else "none"
        url = self.link(sort=f"-{column.name}" if descending else column.name, page=None)
        return Heading(column, url, aria)

    @property
    def body(self) -> list[SafeString]:
        """Return every row as one escaped string of cells."""
        return [self._cells(row) for row in self.rows]

    @property
    def totals_cells(self) -> SafeString:
        """Return the totals line 合计; columns without a total stay empty."""
        return self._cells(self.totals, is_total=True) if self.totals else SafeString("")

    def _cells(self, row: Any, *, is_total: bool = False) -> SafeString:
        widths = self._note_widths
        drawn = [
            cells.cell_html(c, row, is_total=is_total, note_em=widths.get(c.name, 0))
            for c in self.table.shown
        ]
        return mark_safe("".join(drawn))  # noqa: S308 - cells are escaped

    @cached_property
    def _note_widths(self) -> dict[str, float]:
        """Return how wide the widest note beside each column of numbers is, in em."""
        rows = [*self.rows, self.totals] if self.totals else self.rows
        noted = [c for c in self.table.shown if c.note and cells.is_numeric(c.kind)]
        widest = {
            c.name: max((cells.note_width(cells.note_of(c, row)) for row in rows), default=0)
            for c in noted
        }
        return {name: width for name, width in widest.items() if width <= WIDEST_NOTE}

    @property
    def n_rows_text(self) -> str:
        """Return how many rows there are, with a plus where counting stopped."""
        stopped = self.n_rows == MOST_COUNTED + 1
        return f"{formats.number(MOST_COUNTED)}+" if stopped else str(formats.number(self.n_rows))

    @property
    def n_turned(self) -> int:
        """Return how far pages can be turned, where that is not to the end; else 0."""
        return MOST_COUNTED if self.n_rows > MOST_COUNTED and self.page == self.n_pages else 0

    @property
    def first(self) -> int:
        """Return the number of the first row shown."""
        return (self.page - 1) * self.query.size + 1 if self.n_rows else 0

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return min(self.page * self.query.size, self.n_rows)

    @property
    def pages(self) -> list[tuple[int, str]]:
        """Return the page numbers around the current one with their links; 0 is a gap."""
        near = {1, self.n_pages, *range(self.page - 1, self.page + 2)}
        listed = sorted(number for number in near if 1 <= number <= self.n_pages)
        found: list[tuple[int, str]] = []
        for number in listed:
            if found and number - found[-1][0] > 1:
                found.append((0, ""))
            found.append((number, self.link(page=number if number > 1 else None)))
        return found

    @property
    def previous_url(self) -> str:
        """Return the link to the page before."""
        return self.link(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_url(self) -> str:
        """Return the link to the page after."""
        return self.link(page=self.page + 1) if self.page < self.n_pages else ""

    @property
    def cleared_url(self) -> str:
        """Return the page without any filter (重置)."""
        names: dict[str, str | int | None] = {one.name: None for one in self.table.filters}
        return self.link(q=None, page=None, **names)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return the state the filter form must send along: all but its own controls."""
        own = {"q", "page", *(one.name for one in self.table.filters if not one.chips)}
        return [(name, value) for name, value in self.given.items() if name not in own and value]

    @property
    def chosen(self) -> list[tuple[Filter, str]]:
        """Return each menu with what is chosen."""
        menus = [one for one in self.table.filters if not one.chips]
        return [(one, self.query.filters.get(one.name, "")) for one in menus]

    @property
    def chips(self) -> list[tuple[Filter, list[tuple[Words, str, bool]]]]:
        """Return the filters set out as links: text, address, chosen; a chosen one takes it off."""
        return [
            (one, [self._chip(one.name, value, label) for value, label in one.choices])
            for one in self.table.filters
            if one.chips
        ]

    def _chip(self, name: str, value: str, label: Words) -> tuple[Words, str, bool]:
        is_on = self.query.filters.get(name) == value
        return label, self.link(page=None, **{name: None if is_on else value}), is_on

    @property
    def empty_state(self) -> PageState:
        """Say why there is no row: nothing fits the filters, or there is nothing at all."""
        if self.query.is_narrowed:
            return PageState(
                "empty",
                _("没有符合条件的记录"),
                _("请放宽或清除筛选条件。"),
                _("清除筛选"),
                self.cleared_url,
            )
        said = self.empty or PageState("empty", _("暂无数据"), _("当前范围和账期内没有记录。"))
        # the sign of "empty" is a crossed funnel, and here no filter hides a row
        return replace(said, kind="nothing") if said.kind == "empty" else said
