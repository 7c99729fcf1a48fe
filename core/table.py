"""Declare a table once: columns give header, cell, sort key, export column and API field.

The state (sort, filters, page) lives in the URL under the table's own prefix-free names ``sort``,
``q``, ``page`` and the filters' names; htmx swaps the region ``table-<name>`` and pushes the URL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import cells
from core.formats import MoneyScale, money_unit, points_unit
from core.indicator import Better
from core.masked import Masked
from core.parts import PageState, Words
from core.sources import MOST_COUNTED, Source
from core.table_view import TableView

__all__ = ["Column", "Filter", "Kind", "Table", "TableQuery", "TableView"]

Kind = Literal[
    "text", "int", "money", "ratio", "grade", "score", "delta", "points", "bar", "date", "months",
    "milli",
]  # fmt: skip
_BESIDE = frozenset({"group_code", "industry", "account_manager", "moved", "suggested_grade"})
"""Columns that a phone leaves out: they would push aside what the table is for."""
PAGE_SIZES = (20, 50, 100, 200)


@dataclass(frozen=True)
class Column:
    """Be one column: where the value comes from and how people, Excel and the API see it.

    ``value`` defaults to the row's attribute (or key) ``name``; ``sort`` is the field to order by
    (empty: not sortable); ``note`` is the grey text beside the value (a denominator); ``reason``
    says why a value is missing; ``lead`` makes it the row's heading (default: first text column);
    ``signed`` shows a ratio as a change, with sign, arrow and the colour of ``better``;
    ``aside`` leaves it out on a phone, where something else is what the table is for;
    ``totalled`` says that the totals line has a value of it (a rank has none);
    ``draw`` puts a small drawing before the value, decoration that the words beside it repeat;
    ``is_step`` is a link to do something: nothing to read where it cannot be clicked.
    """

    name: str
    label: Words
    kind: Kind = "text"
    value: Callable[[Any], Any] | None = None
    sort: str = ""
    link: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    reason: Callable[[Any], Words] | None = None
    help: Words = ""
    unit: Words = ""
    scale: MoneyScale = "yuan"
    places: int | None = None
    target: float | None = None
    better: Better = "neutral"
    wide: bool = False
    lead: bool = False
    aside: bool = False
    export: bool = True
    api: bool = True
    in_page: bool = True
    totalled: bool = True
    signed: bool = False
    is_step: bool = False
    draw: Callable[[Any], SafeString] | None = None

    def value_of(self, row: Any) -> Any:
        """Return the raw value of a row."""
        if self.value:
            return self.value(row)
        return row.get(self.name) if isinstance(row, Mapping) else getattr(row, self.name)

    def sort_value(self, row: Any) -> Any:
        """Return what a list is ordered by: the value of the sort field, else the shown value."""
        if self.sort and self.sort != self.name and "__" not in self.sort:
            source = (
                row.get(self.sort) if isinstance(row, Mapping) else getattr(row, self.sort, None)
            )
            if source is not None:
                return source
        value = self.value_of(row)
        # a place in the order would say how much a masked amount is
        return None if isinstance(value, Masked) else value

    def places_or(self, default: int) -> int:
        """Return the decimal places."""
        return default if self.places is None else self.places

    @property
    def heading_unit(self) -> str:
        """Return the unit that stands grey in the heading."""
        if self.unit:
            return str(self.unit)
        if self.kind == "points":
            return points_unit()
        return money_unit(self.scale) if self.kind == "money" else ""

    @property
    def left_out(self) -> bool:
        """Tell whether a phone leaves the column out."""
        return self.aside or (self.name in _BESIDE and not self.lead)

    @cached_property
    def css(self) -> str:
        """Return the cell's classes."""
        base = "gc-num" if cells.is_numeric(self.kind) else f"gc-t-{self.kind}"
        more = (" gc-wide" if self.wide else "") + (" gc-lead" if self.lead else "")
        return base + more + (" gc-desk-only" if self.left_out else "")


@dataclass(frozen=True)
class Filter:
    """Be one choice above a table; ``narrow`` replaces plain equality on ``field``.

    ``chips`` sets the choices out as links instead of a menu.
    """

    name: str
    label: Words
    choices: tuple[tuple[str, Words], ...]
    field: str = ""
    narrow: Callable[[Any, str], Any] | None = None
    chips: bool = False

    def value_of(self, row: Any) -> Any:
        """Return the row's value of the filtered field."""
        key = self.field or self.name
        return row.get(key) if isinstance(row, Mapping) else getattr(row, key)


@dataclass(frozen=True)
class TableQuery:
    """Hold the state a reader chose: order, page, free text, filters."""

    sort: str = ""
    descending: bool = False
    page: int = 1
    size: int = 50
    text: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether any filter is on."""
        return bool(self.text or any(self.filters.values()))


@dataclass(frozen=True)
class Table:
    """Be a declared table 明细表; ``default_sort`` is a column name, ``-name`` for descending."""

    name: str
    title: Words
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    default_sort: str = ""
    page_size: int = 50
    searchable: bool = True
    search_hint: Words = ""
    row_url: Callable[[Any], str] | None = None

    @cached_property
    def shown(self) -> tuple[Column, ...]:
        """Return the columns of the page; the first text column heads each row."""
        shown = [column for column in self.columns if column.in_page]
        first = next((i for i, column in enumerate(shown) if column.kind == "text"), None)
        if first is not None and not any(column.lead for column in shown):
            shown[first] = replace(shown[first], lead=True)
        return tuple(shown)

    def column(self, name: str) -> Column | None:
        """Return a column by name."""
        return next((column for column in self.columns if column.name == name), None)

    def query(self, given: QueryDict | Mapping[str, str]) -> TableQuery:
        """Read the state from a URL; what is not declared is ignored, never passed on."""
        sort = given.get("sort") or self.default_sort
        name = sort.removeprefix("-")
        column = self.column(name)
        known = column is not None and bool(column.sort)
        allowed = {one.name: {value for value, _label in one.choices} for one in self.filters}
        chosen = {name: given.get(name, "") for name in allowed}
        return TableQuery(
            sort=name if known else "",
            descending=known and sort.startswith("-"),
            page=_whole(given.get("page"), 1),
            size=min(_whole(given.get("size"), self.page_size), PAGE_SIZES[-1]),
            text=(given.get("q") or "").strip()[:100] if self.searchable else "",
            filters={name: value for name, value in chosen.items() if value in allowed[name]},
        )

    def sort_column(self, query: TableQuery) -> Column | None:
        """Return the column the query orders by."""
        return self.column(query.sort) if query.sort else None

    def text_of_row(self, row: Any) -> str:
        """Return the texts of a row, for a search in memory."""
        return " ".join(str(c.value_of(row) or "") for c in self.columns if c.kind == "text")

    def narrowed_by(self, query: TableQuery) -> str:
        """Say which filters are on 筛选条件; nothing when all rows are shown."""
        said = [f"{_('查找')}: {query.text}"] if query.text else []
        for each in self.filters:
            if value := query.filters.get(each.name):
                said.append(f"{each.label}: {dict(each.choices).get(value, value)}")
        return "；".join(said)

    def view(
        self,
        given: QueryDict | Mapping[str, str],
        source: Source,
        *,
        path: str,
        totals: Any = None,
        total: int | None = None,
        export_urls: Mapping[str, str] | None = None,
        empty: PageState | None = None,
        note: Words = "",
    ) -> TableView:
        """Read one page of rows and return what the template draws.

        ``totals`` is a row of the same shape for the totals line; it is left out while a filter is
        on, when it would not be the sum of what is shown. ``total`` spares the count when the
        caller knows it (no filter on); ``given`` is ``request.GET`` or a plain dict.
        """
        query = self.query(given)
        n_rows = total
        if n_rows is None or query.is_narrowed:
            n_rows = source.count(self, query, at_most=MOST_COUNTED + 1)
        n_pages = max(1, -(-min(n_rows, MOST_COUNTED) // query.size))
        page = min(query.page, n_pages)
        query = replace(query, page=page)
        rows = source.cut(self, query, (page - 1) * query.size, page * query.size)
        return TableView(
            table=self, query=query, rows=tuple(rows), n_rows=n_rows, page=page, n_pages=n_pages,
            path=path, given={name: given.get(name, "") for name in given},
            totals=None if query.is_narrowed else totals,
            export_urls=dict(export_urls or {}), empty=empty, note=note,
        )  # fmt: skip


def _whole(text: str | None, default: int) -> int:
    if text and text.isascii() and text.isdigit() and len(text) < 7:
        return int(text) or default
    return default
