"""Answer grade changes through the API: totals and matrix for all, groups for their manager."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import policies
from accounts.doors import Door
from analytics.api import PLACE, ApiRoom, KpiSerializer, PlaceSerializer, kpi_json, rows_json
from analytics.grade_changes.compute import (
    CAUSES,
    MATRIX_COLUMNS,
    WAYS,
    MatrixRow,
    Moves,
    UnitChanges,
    matrix_of,
)
from analytics.grade_changes.page import ChangesMixin
from analytics.grade_changes.pairs import Pair
from analytics.grade_changes.room import ROOM
from core.errors import NotAllowed

_PLAIN = (
    "code", "name", "rank", "rank_change", "n_before", "n_now", "net_share", "changed_share",
    "n_first", "n_new", "n_lost",
)  # fmt: skip
_COMPARED = ("n_up", "n_down", "n_unrated", "n_changed", "net")


class ChangesUnitSerializer(serializers.Serializer[Any]):
    """Be one unit's changes; the causes add up to ``n_changed``, null without an earlier month."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(allow_null=True)
    rank_change = serializers.IntegerField(allow_null=True)
    n_before = serializers.IntegerField()
    n_now = serializers.IntegerField()
    n_up = serializers.IntegerField(allow_null=True)
    n_down = serializers.IntegerField(allow_null=True)
    n_unrated = serializers.IntegerField(allow_null=True)
    n_changed = serializers.IntegerField(allow_null=True)
    net = serializers.IntegerField(allow_null=True)
    net_share = serializers.FloatField(allow_null=True)
    changed_share = serializers.FloatField(allow_null=True)
    n_first = serializers.IntegerField()
    n_new = serializers.IntegerField()
    n_lost = serializers.IntegerField()
    ways = serializers.DictField(child=serializers.IntegerField())
    causes = serializers.DictField(child=serializers.IntegerField(allow_null=True))


class MatrixRowSerializer(serializers.Serializer[Any]):
    """Be one row of the migration matrix; shares are null below 10 groups."""

    from_grade = serializers.CharField()
    n = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    shares = serializers.DictField(child=serializers.FloatField(), allow_null=True)


class MovesSerializer(serializers.Serializer[Any]):
    """Be the sums of the matrix by direction; together every group of either month."""

    n_up = serializers.IntegerField()
    n_down = serializers.IntegerField()
    n_same = serializers.IntegerField()
    n_unrated = serializers.IntegerField()
    n_rated = serializers.IntegerField()
    n_new = serializers.IntegerField()
    n_exit = serializers.IntegerField()


class ChangesTotalsSerializer(serializers.Serializer[Any]):
    """Be the changes of one place since the earlier published month."""

    place = PlaceSerializer()
    earlier_month = serializers.CharField(allow_null=True)
    kpis = KpiSerializer(many=True)
    total = ChangesUnitSerializer()
    by = serializers.CharField(allow_blank=True)
    units = ChangesUnitSerializer(many=True)
    reconciled = serializers.BooleanField()
    matrix_from = serializers.CharField(allow_null=True)
    matrix_to = serializers.CharField(allow_null=True)
    matrix = MatrixRowSerializer(many=True)
    matrix_moves = MovesSerializer()
    matrix_causes = serializers.DictField(
        child=serializers.IntegerField(),
        allow_null=True,
        help_text="相邻两期才有；合计等于 n_up + n_down + n_unrated",
    )


class ChangedGroupSerializer(serializers.Serializer[Any]):
    """Be one changed group."""

    group_code = serializers.CharField()
    name = serializers.CharField()
    industry = serializers.CharField()
    prev_effective_grade = serializers.CharField()
    effective_grade = serializers.CharField()
    grade_way = serializers.CharField()
    prev_score = serializers.FloatField(allow_null=True)
    score = serializers.FloatField(allow_null=True)
    score_change = serializers.FloatField(allow_null=True)
    total_income_li = serializers.IntegerField(allow_null=True)


class ChangedGroupsSerializer(serializers.Serializer[Any]):
    """Be one page of changed groups."""

    place = PlaceSerializer()
    results = ChangedGroupSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


BY = OpenApiParameter(
    "by", OpenApiTypes.STR, description="下级单元", enum=["county", "account_manager"]
)
PAIR = [
    OpenApiParameter("from", OpenApiTypes.STR, description="起始账期，如 2026-08"),
    OpenApiParameter("to", OpenApiTypes.STR, description="截止账期，如 2026-10"),
]
LISTING = [
    *PLACE,
    OpenApiParameter("q", OpenApiTypes.STR, description="名称、编码或拼音首字母"),
    OpenApiParameter("grade_way", OpenApiTypes.STR, description="变动方式", enum=list(WAYS)),
    OpenApiParameter("sort", OpenApiTypes.STR, description="列名；前缀 - 为降序"),
    OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，至多 200"),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next"),
]


def unit_json(unit: UnitChanges) -> dict[str, Any]:
    """Return one unit's row as JSON."""
    return {
        **{name: getattr(unit, name) for name in _PLAIN},
        **{name: unit.compared(getattr(unit, name)) for name in _COMPARED},
        "ways": dict(unit.ways),
        "causes": {cause: unit.compared(unit.cause(cause)) for cause in CAUSES},
    }


def matrix_json(row: MatrixRow) -> dict[str, Any]:
    """Return one row of the matrix as JSON."""
    shares = row.shares
    return {
        "from_grade": row.from_grade,
        "n": row.n,
        "counts": dict(zip(MATRIX_COLUMNS, row.counts, strict=True)),
        "shares": dict(zip(MATRIX_COLUMNS, shares, strict=True)) if shares else None,
    }


def pair_json(pair: Pair | None) -> dict[str, Any]:
    """Return the migration matrix of two months as JSON; all zero without two to compare."""
    matrix = pair.matrix if pair else matrix_of(())
    moves = pair.moves if pair else Moves()
    return {
        "matrix_from": str(pair.before.month) if pair else None,
        "matrix_to": str(pair.now.month) if pair else None,
        "matrix": [matrix_json(row) for row in matrix],
        "matrix_moves": {name: getattr(moves, name) for name in moves.__slots__},
        "matrix_causes": pair.causes if pair else None,
    }


class ChangesTotalsApi(ChangesMixin, ApiRoom):
    """Answer the totals of one place and of its lower units."""

    @extend_schema(
        operation_id="grade_changes_totals",
        parameters=[*PLACE, BY, *PAIR],
        responses=ChangesTotalsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 等级变动分析 as totals: cards, own row, lower units, migration matrix."""
        place, changes = self.place(), self.changes
        self.refuse_closed_fields()
        units = changes.units
        return Response(
            {
                "place": place,
                "earlier_month": str(changes.earlier) if changes.earlier else None,
                "kpis": [kpi_json(each, changes.month) for each in changes.kpis],
                "total": unit_json(changes.whole),
                "by": units.by if units else "",
                "units": [unit_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
                **pair_json(changes.pair),
            }
        )


class ChangedGroupsApi(ChangesMixin, ApiRoom):
    """Answer the changed groups of one account manager, page by page."""

    door = Door(module=ROOM, what="rows")

    @extend_schema(
        operation_id="grade_changes_groups", parameters=LISTING, responses=ChangedGroupsSerializer
    )
    def get(self, request: Request) -> Response:
        """Return 变动集团清单: the same filters, order and rows as the page."""
        place = self.place()
        policies.require(self.reading.scope, ROOM, "rows", self.reading.selection)
        declared = self.declared() if self.changes.lists_groups else None
        if declared is None:
            raise NotAllowed(_("只有客户经理可以查看变动集团清单。"))
        return Response({"place": place, **rows_json(*declared, self.http.GET, self.run.run)})
