"""Answer contribution through the API: totals by unit, groups; the numbers of the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import Door
from analytics.api import PLACE, ApiRoom, KpiSerializer, PlaceSerializer, kpi_json, rows_json
from analytics.contribution.compute import UnitIncome
from analytics.contribution.page import ContributionMixin

UNIT_FIELDS = (
    "code",
    "name",
    "rank",
    "rank_change",
    "n_groups",
    "total_income_li",
    "unified_pay_li",
    "personal_bill_li",
    "ict_li",
    "outsider_li",
    "unified_ict_li",
    "unified_other_li",
    "personal_ict_li",
    "personal_other_li",
    "operating_income_li",
    "change_ratio",
    "arpu_li",
    "operating_share",
)
RATIOS = ("change_ratio", "arpu_li", "operating_share")
TEXTS = ("code", "name")


def _field(name: str) -> serializers.Field[Any, Any, Any, Any]:
    if name in TEXTS:
        return serializers.CharField(allow_blank=True)
    if name in RATIOS:
        return serializers.FloatField(allow_null=True)
    return serializers.IntegerField(allow_null=True)


class ContributionUnitSerializer(serializers.Serializer[Any]):
    """Be one unit's income in 厘; the four disjoint parts add up to the total."""

    vars().update({name: _field(name) for name in UNIT_FIELDS})


class CurvePointSerializer(serializers.Serializer[Any]):
    """Be one point of the curve: the ``n_top`` largest groups bring ``top_li``."""

    point = serializers.IntegerField()
    n_groups = serializers.IntegerField()
    n_top = serializers.IntegerField()
    income_li = serializers.IntegerField()
    top_li = serializers.IntegerField()


class ContributionSerializer(serializers.Serializer[Any]):
    """Be contribution's totals of one place and month."""

    place = PlaceSerializer()
    kpis = KpiSerializer(many=True)
    total = ContributionUnitSerializer()
    by = serializers.CharField(allow_blank=True)
    units = ContributionUnitSerializer(many=True)
    reconciled = serializers.BooleanField()
    concentration = CurvePointSerializer(many=True)


class ContributionGroupSerializer(serializers.Serializer[Any]):
    """Be one group with what it brings."""

    group_code = serializers.CharField()
    name = serializers.CharField()
    effective_grade = serializers.CharField()
    account_manager = serializers.CharField()
    industry = serializers.CharField()
    n_members = serializers.IntegerField(allow_null=True)
    total_income_li = serializers.IntegerField(allow_null=True)
    change_ratio = serializers.FloatField(allow_null=True)
    unified_pay_li = serializers.IntegerField(allow_null=True)
    personal_bill_li = serializers.IntegerField(allow_null=True)
    ict_li = serializers.IntegerField(allow_null=True)
    outsider_li = serializers.IntegerField(allow_null=True)
    arpu_li = serializers.IntegerField(allow_null=True)


class ContributionGroupsSerializer(serializers.Serializer[Any]):
    """Be one page of groups."""

    place = PlaceSerializer()
    results = ContributionGroupSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


BY = OpenApiParameter("by", OpenApiTypes.STR, description="下级：city、county、account_manager")
COMPARE = OpenApiParameter(
    "compare", OpenApiTypes.STR, enum=["mom", "yoy"], description="环比、同比"
)
LISTING = [
    *PLACE,
    OpenApiParameter("q", OpenApiTypes.STR, description="名称、编码或拼音首字母"),
    OpenApiParameter("industry", OpenApiTypes.STR, description="行业编码"),
    OpenApiParameter("size_band", OpenApiTypes.STR, description="规模"),
    OpenApiParameter("sort", OpenApiTypes.STR, description="列名，降序加前缀 -"),
    OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，最多 200"),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页的 next"),
]


class ContributionApi(ContributionMixin, ApiRoom):
    """Answer the totals of the place."""

    @extend_schema(parameters=[*PLACE, BY, COMPARE], responses=ContributionSerializer)
    def get(self, request: Request) -> Response:
        """Return KPIs, the place's row, its lower units and the curve."""
        room = self.contribution
        place, units = self.place(), room.units
        return Response(
            {
                "place": place,
                "kpis": [kpi_json(kpi, room.month) for kpi in room.kpis],
                "total": unit_json(room.whole),
                "by": room.level or "",
                "units": [unit_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
                "concentration": [
                    {name: getattr(point, name) for name in point.__slots__} for point in room.curve
                ],
            }
        )


class ContributionGroupsApi(ContributionMixin, ApiRoom):
    """Answer the groups one by one."""

    door = Door(module="contribution", what="rows")

    @extend_schema(parameters=LISTING, responses=ContributionGroupsSerializer)
    def get(self, request: Request) -> Response:
        """Return one page of groups, most income first unless sorted otherwise."""
        place = self.place()
        table, source = self.groups()
        total = self.contribution.whole.n_groups
        rows = rows_json(table, source, self.http.GET, self.run.run, total=total)
        return Response({"place": place, **rows})


def unit_json(row: UnitIncome) -> dict[str, Any]:
    """Return one unit's row as JSON."""
    return {name: getattr(row, name) for name in UNIT_FIELDS}
