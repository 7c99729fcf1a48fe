"""Give the API the rooms' readings, one cursor, and the shapes that rooms share."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from accounts.doors import ApiDoorMixin
from analytics.kpi import Change, Kpi, sparkline_months
from analytics.page import RoomReading
from core import formats
from core.errors import Conflict, DomainError
from core.month import Month
from core.sources import Source
from core.table import Table
from warehouse.queries import PublishedRun

PLACE = [
    OpenApiParameter("month", OpenApiTypes.STR, description="账期 YYYY-MM；缺省为最新已发布账期"),
    OpenApiParameter("unit", OpenApiTypes.STR, description="组织单元编码；缺省为本人范围"),
    OpenApiParameter("am", OpenApiTypes.STR, description="客户经理工号"),
]
MAX_PAGE = 200


class ApiRoom(RoomReading, ApiDoorMixin):
    """Be one endpoint of a room: the same door, reading and figures as its page."""

    @property
    def run(self) -> PublishedRun:
        """Return the published run of the month asked for.

        Raises:
            Conflict: if the month is not published.
        """
        if self.reading.run is None:
            month = formats.month(self.reading.month) if self.reading.month else _("该账期")
            raise Conflict("not_published", _("{month}尚未发布。").format(month=month))
        return self.reading.run

    def place(self) -> dict[str, Any]:
        """Return month, place, run and model, which every answer carries."""
        selection = self.reading.selection
        return {
            "month": str(self.run.month),
            "run": self.run.run,
            "model": self.facts().model,
            "level": selection.level,
            "unit": selection.unit_code,
            "account_manager": selection.account_manager_code,
            "name": self.place_name,
        }


class PlaceSerializer(serializers.Serializer[Any]):
    """Say what an answer is about."""

    month = serializers.CharField()
    run = serializers.IntegerField()
    model = serializers.CharField(allow_blank=True)
    level = serializers.CharField()
    unit = serializers.CharField(allow_blank=True)
    account_manager = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """Be one comparison: relative share or difference, and whether it is good."""

    kind = serializers.ChoiceField(["relative", "difference"])
    amount = serializers.FloatField()
    good = serializers.BooleanField(allow_null=True)


class PointSerializer(serializers.Serializer[Any]):
    """Be one month of a series."""

    month = serializers.CharField()
    value = serializers.FloatField(allow_null=True)


class KpiSerializer(serializers.Serializer[Any]):
    """Be one indicator with its comparisons and 13 months; money in 厘, ratios 0–1."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    unit = serializers.CharField()
    definition = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    month_on_month = ChangeSerializer(allow_null=True)
    year_on_year = ChangeSerializer(allow_null=True)
    series = PointSerializer(many=True)


class ErrorSerializer(serializers.Serializer[Any]):
    """Be the one shape of every refusal."""

    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    hint = serializers.CharField(allow_blank=True)
    request_id = serializers.CharField(allow_blank=True)


def kpi_json(kpi: Kpi, month: Month) -> dict[str, Any]:
    """Return one indicator as JSON."""
    chinese = formats.is_chinese()
    return {
        "code": kpi.indicator.code,
        "label": kpi.indicator.label_zh if chinese else kpi.indicator.label_en,
        "unit": kpi.indicator.unit,
        "definition": kpi.indicator.formula_zh if chinese else kpi.indicator.formula_en,
        "value": kpi.value,
        "month_on_month": _change(kpi.month_on_month),
        "year_on_year": _change(kpi.year_on_year),
        "series": [
            {"month": str(each), "value": value}
            for each, value in zip(sparkline_months(month), kpi.series, strict=True)
        ],
    }


def _change(step: Change | None) -> dict[str, Any] | None:
    return None if step is None else {"kind": step.kind, "amount": step.amount, "good": step.good}


def cursor_of(run: int, start: int) -> str:
    """Return an opaque cursor into one published run."""
    return base64.urlsafe_b64encode(f"{run}:{start}".encode()).decode()


def start_of(cursor: str, run: int) -> int:
    """Return where a cursor goes on.

    Raises:
        DomainError: if it is none.
        Conflict: if the month was published again since.
    """
    if not cursor:
        return 0
    try:
        its_run, start = (
            int(part) for part in base64.urlsafe_b64decode(cursor).decode().split(":")
        )
    except (ValueError, binascii.Error) as problem:
        raise DomainError("bad_cursor", _("游标无法识别。"), "", "cursor") from problem
    if its_run != run:
        raise Conflict("cursor_outdated", _("该账期已重新发布。"), _("请从第一页重新读取。"))
    return max(start, 0)


def rows_json(
    table: Table,
    source: Source,
    given: Any,
    run: int,
    row_json: Callable[[Any], dict[str, Any]] | None = None,
    *,
    total: int | None = None,
) -> dict[str, Any]:
    """Return one page of a declared table and a cursor to the next.

    A row is its columns of the API, or what ``row_json`` makes of it. ``total`` spares the count
    when the caller knows how many rows there are without a filter.
    """
    query = table.query(given)
    start, size = start_of(given.get("cursor", ""), run), min(query.size, MAX_PAGE)
    n_rows = source.count(table, query) if total is None or query.is_narrowed else total
    rows = source.cut(table, query, start, start + size)
    columns = [column for column in table.columns if column.api]
    told = row_json or (lambda row: {column.name: column.value_of(row) for column in columns})
    return {
        "results": [told(row) for row in rows],
        "next": cursor_of(run, start + size) if start + size < n_rows else "",
        "n_rows": n_rows,
    }
