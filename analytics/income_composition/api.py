"""Answer income composition through the API: the numbers of the pages, masked where they are."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import Door
from analytics.api import PLACE, ApiRoom, KpiSerializer, PlaceSerializer, kpi_json, rows_json
from analytics.income_composition.compute import FEES, UnitFees
from analytics.income_composition.page import CompositionMixin


class FeeUnitSerializer(serializers.Serializer[Any]):
    """Be one unit's six fees in 厘; ``masked`` amounts are null, counts never are."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    n_groups = serializers.IntegerField()
    n_members = serializers.IntegerField(allow_null=True)
    masked = serializers.BooleanField()
    rank = serializers.IntegerField(allow_null=True)
    rank_change = serializers.IntegerField(allow_null=True)
    fee_total_li = serializers.IntegerField(allow_null=True)
    change_ratio = serializers.FloatField(allow_null=True)
    fees = serializers.DictField(child=serializers.IntegerField(allow_null=True))
    shares = serializers.DictField(child=serializers.FloatField(allow_null=True))


class EffectSerializer(serializers.Serializer[Any]):
    """Be one fee's change of share: mix + rate = share_now − share_before."""

    fee = serializers.CharField()
    before_li = serializers.IntegerField(allow_null=True)
    now_li = serializers.IntegerField(allow_null=True)
    share_before = serializers.FloatField()
    share_now = serializers.FloatField()
    mix = serializers.FloatField()
    rate = serializers.FloatField()


class CompositionSerializer(serializers.Serializer[Any]):
    """Be the composition of one place and month."""

    place = PlaceSerializer()
    kpis = KpiSerializer(many=True)
    total = FeeUnitSerializer()
    by = serializers.CharField(allow_blank=True)
    units = FeeUnitSerializer(many=True)
    reconciled = serializers.BooleanField()
    effects = EffectSerializer(many=True)


class FeeGroupSerializer(serializers.Serializer[Any]):
    """Be one group's six fees, for its account manager only."""

    group_code = serializers.CharField()
    name = serializers.CharField()
    industry = serializers.CharField()
    n_members = serializers.IntegerField(allow_null=True)
    fee_total_li = serializers.IntegerField(allow_null=True)
    vars().update({fee: serializers.IntegerField(allow_null=True) for fee in FEES})


class FeeGroupsSerializer(serializers.Serializer[Any]):
    """Be one page of groups."""

    place = PlaceSerializer()
    results = FeeGroupSerializer(many=True)
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


class CompositionApi(CompositionMixin, ApiRoom):
    """Answer the totals of the place."""

    @extend_schema(parameters=[*PLACE, BY, COMPARE], responses=CompositionSerializer)
    def get(self, request: Request) -> Response:
        """Return KPIs, the place's row, its lower units, mix and rate."""
        room = self.composition
        place, units = self.place(), room.units
        return Response(
            {
                "place": place,
                "kpis": [kpi_json(kpi, room.month) for kpi in room.kpis],
                "total": unit_json(room.whole),
                "by": room.level or "",
                "units": [unit_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
                "effects": [
                    {name: getattr(effect, name) for name in effect.__slots__}
                    for effect in room.effects
                ],
            }
        )


class CompositionGroupsApi(CompositionMixin, ApiRoom):
    """Answer the groups one by one, to account managers only."""

    door = Door(module="income_composition", what="rows")

    @extend_schema(parameters=LISTING, responses=FeeGroupsSerializer)
    def get(self, request: Request) -> Response:
        """Return one page of groups, most fees first unless sorted otherwise."""
        place = self.place()
        table, source = self.groups()
        return Response({"place": place, **rows_json(table, source, self.http.GET, self.run.run)})


def unit_json(row: UnitFees) -> dict[str, Any]:
    """Return one unit's row as JSON."""
    names = ("code", "name", "n_groups", "n_members", "masked", "rank", "rank_change")
    return {
        **{name: getattr(row, name) for name in names},
        "fee_total_li": row.fee_total_li,
        "change_ratio": None if row.change_masked else row.change_ratio,
        "fees": dict(zip(FEES, row.fees, strict=True)),
        "shares": dict(zip(FEES, row.shares, strict=True)),
    }
