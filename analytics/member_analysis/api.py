"""Answer member analysis through the API: totals and lists; the numbers of the pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import Door
from analytics.api import PLACE, ApiRoom, KpiSerializer, PlaceSerializer, kpi_json, rows_json
from analytics.member_analysis.compute import UnitMembers, valid_gap
from analytics.member_analysis.page import MembersMixin
from analytics.member_analysis.queries import LISTS
from analytics.member_analysis.room import ALL, BY_CODE, ROOM
from core.errors import NotAllowed


class MemberUnitSerializer(serializers.Serializer[Any]):
    """Be one unit's row; ``values`` holds every indicator by its code, ratios 0–1."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(allow_null=True)
    rank_change = serializers.IntegerField(allow_null=True)
    values = serializers.DictField(child=serializers.FloatField(allow_null=True))
    off_net_base = serializers.FloatField(allow_null=True)
    valid_needed = serializers.IntegerField(allow_null=True)
    valid_gap_ratio = serializers.FloatField(allow_null=True)


class MemberTotalsSerializer(serializers.Serializer[Any]):
    """Be the member indicators of one place and month."""

    place = PlaceSerializer()
    kpis = KpiSerializer(many=True)
    total = MemberUnitSerializer()
    by = serializers.CharField(allow_blank=True)
    ranked_by = serializers.CharField()
    units = MemberUnitSerializer(many=True)
    reconciled = serializers.BooleanField()
    off_net_to_date_ratio = serializers.FloatField(allow_null=True)


class MemberListSerializer(serializers.Serializer[Any]):
    """Be one page of a list; its columns depend on the list."""

    place = PlaceSerializer()
    results = serializers.ListField(child=serializers.DictField())
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


def unit_json(unit: UnitMembers) -> dict[str, Any]:
    """Return one unit's row as JSON."""
    return {
        "code": unit.code,
        "name": unit.name,
        "rank": unit.rank,
        "rank_change": unit.rank_change,
        "values": {each.code: unit.value(each) for each in ALL},
        "off_net_base": unit.measures.get("off_net_base"),
        "valid_needed": unit.needed,
        "valid_gap_ratio": valid_gap(unit.measures),
    }


class MembersTotalsApi(MembersMixin, ApiRoom):
    """Answer the indicators of one place and of its lower units."""

    asked = (
        OpenApiParameter(
            "by", OpenApiTypes.STR, description="下级单元", enum=["county", "account_manager"]
        ),
        OpenApiParameter(
            "indicator", OpenApiTypes.STR, description="排名所用的指标", enum=list(BY_CODE)
        ),
    )

    @extend_schema(
        operation_id="member_analysis_totals",
        parameters=[*PLACE, *asked],
        responses=MemberTotalsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 集团及成员分析 as totals: cards, own row, lower units."""
        place, members = self.place(), self.members
        units = members.units
        return Response(
            {
                "place": place,
                "kpis": [
                    kpi_json(each, members.month) for each in (*members.kpis, *members.beside)
                ],
                "total": unit_json(members.whole),
                "by": units.by if units else "",
                "ranked_by": members.indicator.code,
                "units": [unit_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
                "off_net_to_date_ratio": members.off_net_to_date,
            }
        )


class MembersListApi(MembersMixin, ApiRoom):
    """Answer an account manager's groups and cleaning lists, page by page."""

    door = Door(module=ROOM, what="rows")
    asked = (
        OpenApiParameter("list", OpenApiTypes.STR, description="清单", enum=list(LISTS)),
        OpenApiParameter("q", OpenApiTypes.STR, description="名称、编码或拼音首字母"),
        OpenApiParameter("sort", OpenApiTypes.STR, description="列名；前缀 - 为降序"),
        OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，至多 200"),
        OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next"),
    )

    @extend_schema(
        operation_id="member_analysis_groups",
        parameters=[*PLACE, *asked],
        responses=MemberListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 集团清单 or a cleaning list: the same filters, order and rows as the page."""
        place = self.place()
        self.require_list()
        declared = self.declared() if self.members.lists_groups else None
        if declared is None:
            raise NotAllowed(_("选择客户经理后才能查看集团清单。"), _("请用 am 参数指定客户经理。"))
        return Response({"place": place, **rows_json(*declared, self.http.GET, self.run.run)})
