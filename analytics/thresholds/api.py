"""Answer thresholds through the API: what is in force, set, undo, the log, preview, backtest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import ApiDoorMixin, scope_of
from alerts import actions_thresholds as actions
from alerts.actions_thresholds import When
from alerts.backtest import Tally
from alerts.preview import preview, tried_change
from alerts.rules import LIMITS, rules_of
from alerts.threshold_models import ThresholdChange
from alerts.threshold_queries import newest_version
from alerts.threshold_words import limit_name
from alerts.thresholds import GRADE_CLASSES, Range
from analytics.api import rows_json
from analytics.page import published_for
from analytics.reading import month_named
from analytics.thresholds.api_shapes import (
    CODES,
    BacktestSerializer,
    LogSerializer,
    SetSerializer,
    ThresholdChangeSerializer,
    ThresholdsSerializer,
    TriedSerializer,
    UndoSerializer,
)
from analytics.thresholds.backtest_page import BacktestMixin
from analytics.thresholds.forms import class_asked, code_asked, number_asked
from analytics.thresholds.page import SEES, ThresholdsMixin
from analytics.thresholds.room import Row
from analytics.thresholds.tables import TallyRow
from core.errors import Conflict, NotAllowed
from core.month import Month

COUNTS = (
    "n_hits", "n_repeats", "n_new", "n_mature", "n_followed", "precision", "lead_months",
)  # fmt: skip
POINT = ("value", "n_new", "within", "precision")


def _query(name: str, what: str, kind: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=what, **more)


WHERE = [
    _query("unit", "组织单元编码"),
    _query("am", "客户经理编码"),
    _query("month", "账期 2026-10"),
]
ASKED = [
    _query("code", "阈值", enum=CODES),
    _query("class", "等级类别，空为全部", enum=["", *GRADE_CLASSES]),
    _query("value", "试算值；占比类为百分数", OpenApiTypes.NUMBER),
]


def row_json(row: Row, lowest: float, highest: float) -> dict[str, Any]:
    """Return one threshold as JSON."""
    return {
        "code": row.code,
        "name": limit_name(row.code),
        "unit": LIMITS[row.code].unit,
        "rules": list(rules_of(row.code)),
        "lowest": lowest,
        "highest": highest,
        "values": [
            {
                "grade_class": cell.grade_class,
                "value": cell.found.value,
                "level": cell.found.level,
                "source": cell.found.source,
                "from_month": str(Month.from_index(cell.found.change.from_month))
                if cell.found.change
                else None,
                "version": cell.found.change.version if cell.found.change else None,
                "clipped": cell.found.clipped,
            }
            for cell in row.cells
        ],
    }


def change_json(change: ThresholdChange) -> dict[str, Any]:
    """Return one change as JSON."""
    plain = ("version", "code", "level", "grade_class", "value", "lowest", "highest", "reason")
    return {
        **{name: getattr(change, name) for name in plain},
        "city": change.city_code,
        "account_manager": change.account_manager_code,
        "from_month": str(change.month),
        "restores": change.restores.version if change.restores else None,
        "created_by": change.created_by.get_username() if change.created_by else "",
        "created_at": change.created_at,
    }


def _row_json(row: TallyRow) -> dict[str, Any]:
    more = ("code", "name", "n_over", "most", "is_mature")
    return {**tally_json(row), **{name: getattr(row, name) for name in more}}


def tally_json(tally: Tally | TallyRow) -> dict[str, Any]:
    """Return the counts of a replay as JSON."""
    return {name: getattr(tally, name) for name in COUNTS}


class ThresholdsApi(ThresholdsMixin, ApiDoorMixin):
    """Answer what is in force; take a change."""

    door = SEES

    @extend_schema(operation_id="thresholds", parameters=WHERE, responses=ThresholdsSerializer)
    def get(self, request: Request) -> Response:
        """Return the thresholds in force at a place, where each comes from, and its range."""
        reading = self.thresholds
        ranges = {row.code: reading.book.range_of(row.code) for row in reading.rows}
        return Response(
            {
                "month": str(reading.month),
                "version": newest_version(),
                "level": reading.place.level,
                "name": reading.place.name,
                "may_set": reading.place.may_set,
                "results": [
                    row_json(row, ranges[row.code].lowest, ranges[row.code].highest)
                    for row in reading.rows
                ],
            }
        )

    @extend_schema(
        operation_id="thresholds_set",
        parameters=WHERE[:2],
        request=SetSerializer,
        responses=ThresholdChangeSerializer,
    )
    def post(self, request: Request) -> Response:
        """Set a threshold of the place, let it inherit again, or set the province's range."""
        if not self.place_shown.may_set:
            raise NotAllowed
        asked = SetSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        when = When(month_named(given["from_month"], "from_month"), given["reason"], given["seen"])
        actor = scope_of(self.http)
        target = self.place_shown.target(given["code"], given["grade_class"])
        if given["lowest"] is not None and given["highest"] is not None:
            allowed = Range(given["lowest"], given["highest"])
            change = actions.set_range(
                actor=actor, code=given["code"], allowed=allowed, when=replace(when, seen=None)
            )
        elif given["value"] is None:
            change = actions.give_up_threshold(actor=actor, target=target, when=when)
        else:
            change = actions.set_threshold(
                actor=actor, target=target, value=given["value"], when=when
            )
        return Response(change_json(change))


class ThresholdsLogApi(ThresholdsMixin, ApiDoorMixin):
    """Answer the log of changes."""

    door = SEES

    @extend_schema(operation_id="thresholds_log", parameters=WHERE[:2], responses=LogSerializer)
    def get(self, request: Request) -> Response:
        """Return the changes that act on the reader's groups, newest first."""
        return Response({"results": [change_json(each) for each in self.thresholds.changes]})


class ThresholdsUndoApi(ThresholdsMixin, ApiDoorMixin):
    """Take an undo."""

    door = SEES

    @extend_schema(
        operation_id="thresholds_undo", request=UndoSerializer, responses=ThresholdChangeSerializer
    )
    def post(self, request: Request) -> Response:
        """Restore by a new change what was in force before one."""
        asked = UndoSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(
            change_json(
                actions.undo_threshold(actor=scope_of(self.http), **dict(asked.validated_data))
            )
        )


class ThresholdsPreviewApi(ThresholdsMixin, ApiDoorMixin):
    """Answer what a value would have done 试算."""

    door = SEES

    @extend_schema(
        operation_id="thresholds_preview",
        parameters=[*WHERE[:2], *ASKED],
        responses=TriedSerializer,
    )
    def get(self, request: Request) -> Response:
        """Try a value out on the newest published month; nothing is written."""
        given = self.http.GET.dict()
        code, place = code_asked(given, "state_share"), self.place_shown
        value = number_asked(given, "value", code)
        published = published_for(self.http)
        month = published[0].month if published else self.thresholds.month
        change = tried_change(place.target(code, class_asked(given)), value, month)
        found = preview(place.scope, place.selection, change, published)
        if found is None:
            raise Conflict("nothing_to_replay", _("还没有可供试算的账期。"))
        names = ("n_groups", "n_fired", "n_before", "n_new", "n_gone", "n_month_before")
        return Response(
            {"month": str(found.month), **{name: getattr(found, name) for name in names}}
        )


class ThresholdsBacktestApi(BacktestMixin, ApiDoorMixin):
    """Answer a replay 历史回测."""

    door = SEES

    @extend_schema(
        operation_id="thresholds_backtest",
        parameters=[
            *WHERE[:2],
            *ASKED,
            _query("budget", "每人每月上限", OpenApiTypes.INT),
            _query("by", "明细口径", enum=["account_manager", "rule", "month"]),
            _query("sort", "列名；前缀 - 为降序"),
            _query("size", "每页行数，至多 200", OpenApiTypes.INT),
            _query("cursor", "上一页返回的 next"),
        ],
        responses=BacktestSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return twelve months replayed: counts, precision, lead, sweep and suggestion."""
        found = self.found
        if found is None:
            raise Conflict("nothing_to_replay", _("还没有可回测的账期。"))
        run = published_for(self.http)[0].run
        listed = rows_json(*self.declared(), self.http.GET, run, _row_json)
        return Response(
            {
                "months": [str(month) for month in found.months],
                "by": self.by,
                "stored": tally_json(found.stored.total),
                "tried": tally_json(found.tried.total) if found.tried else None,
                "base_rate": found.stored.base_rate,
                "within": self.shown_replay.within,
                "budget": found.stored.budget,
                "rows": listed["results"],
                "next": listed["next"],
                "n_rows": listed["n_rows"],
                "points": [
                    {name: getattr(point, name) for name in POINT} for point in found.points
                ],
                "suggestion": found.suggestion.value if found.suggestion else None,
            }
        )
