"""Answer product usage through the API: totals, lists, one group; the numbers of the pages."""

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
from analytics.product_usage.compute import MEASURES, Adoption, Usage
from analytics.product_usage.group_page import GroupMixin
from analytics.product_usage.page import LISTS, UsageMixin
from analytics.product_usage.room import ROOM
from core.errors import DomainError


class UsageSerializer(serializers.Serializer[Any]):
    """Be one product of a unit, or one unit of a product; money in 厘, ratios 0–1."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    family = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(allow_null=True)
    rank_change = serializers.IntegerField(allow_null=True)
    n_groups = serializers.IntegerField()
    n_members = serializers.IntegerField()
    n_groups_using = serializers.IntegerField()
    group_penetration_ratio = serializers.FloatField(allow_null=True)
    users = serializers.IntegerField(allow_null=True)
    member_users = serializers.IntegerField(allow_null=True)
    billed_users = serializers.IntegerField(allow_null=True)
    user_penetration_ratio = serializers.FloatField(allow_null=True)
    amount_li = serializers.IntegerField(allow_null=True)
    group_paid_li = serializers.IntegerField(allow_null=True)
    member_paid_li = serializers.IntegerField(allow_null=True)
    outsider_paid_li = serializers.IntegerField(allow_null=True)


class UsageTotalsSerializer(serializers.Serializer[Any]):
    """Be product usage of one place and month; ``units`` are those of ``product``."""

    place = PlaceSerializer()
    kpis = KpiSerializer(many=True)
    products = UsageSerializer(many=True)
    by = serializers.CharField(allow_blank=True)
    product = serializers.CharField(allow_blank=True)
    units = UsageSerializer(many=True)
    reconciled = serializers.BooleanField()


class UsageListSerializer(serializers.Serializer[Any]):
    """Be one page of a list; its columns depend on the list."""

    place = PlaceSerializer()
    results = serializers.ListField(child=serializers.DictField())
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


class GroupProductSerializer(serializers.Serializer[Any]):
    """Be one product of a group beside its similar groups."""

    product_code = serializers.CharField()
    product = serializers.CharField()
    family = serializers.CharField()
    is_used = serializers.BooleanField()
    lacks = serializers.BooleanField()
    users = serializers.IntegerField(allow_null=True)
    amount_li = serializers.IntegerField(allow_null=True)
    similar_using = serializers.IntegerField(allow_null=True)
    similar_share_ratio = serializers.FloatField(allow_null=True)
    similar_users_q1 = serializers.FloatField(allow_null=True)
    similar_users_median = serializers.FloatField(allow_null=True)
    similar_users_q3 = serializers.FloatField(allow_null=True)


class GroupUsageSerializer(serializers.Serializer[Any]):
    """Be one group's products."""

    month = serializers.CharField()
    run = serializers.IntegerField()
    group_code = serializers.CharField()
    name = serializers.CharField()
    industry = serializers.CharField()
    size_band = serializers.IntegerField()
    n_similar = serializers.IntegerField()
    products = GroupProductSerializer(many=True)


def usage_json(row: Usage) -> dict[str, Any]:
    """Return one row as JSON."""
    plain = ("code", "name", "family", "rank", "rank_change", "n_groups", "n_members")
    return {
        **{name: getattr(row, name) for name in plain},
        **{name: row.count(name) for name in MEASURES},
        "n_groups_using": row.n_groups_using,
        "group_penetration_ratio": row.group_penetration,
        "user_penetration_ratio": row.user_penetration,
    }


class UsageTotalsApi(UsageMixin, ApiRoom):
    """Answer the products of one place, and one product by lower unit."""

    asked = (
        OpenApiParameter(
            "by",
            OpenApiTypes.STR,
            description="下级单元",
            enum=["city", "county", "account_manager"],
        ),
        OpenApiParameter("product", OpenApiTypes.STR, description="产品编码"),
    )

    @extend_schema(
        operation_id="product_usage_totals",
        parameters=[*PLACE, *asked],
        responses=UsageTotalsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 产品使用情况分析 as totals."""
        place, usage = self.place(), self.usage
        units = usage.units
        return Response(
            {
                "place": place,
                "kpis": [kpi_json(each, usage.month) for each in usage.kpis],
                "products": [usage_json(row) for row in usage.rows],
                "by": units.by if units else "",
                "product": units.product.code if units else "",
                "units": [usage_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
            }
        )


class UsageListApi(UsageMixin, ApiRoom):
    """Answer which group uses what, and what groups lack, page by page."""

    door = Door(module=ROOM, what="rows")
    asked = (
        OpenApiParameter("by", OpenApiTypes.STR, description="清单", enum=list(LISTS)),
        OpenApiParameter("product", OpenApiTypes.STR, description="产品编码"),
        OpenApiParameter("q", OpenApiTypes.STR, description="名称或编码"),
        OpenApiParameter("sort", OpenApiTypes.STR, description="列名；前缀 - 为降序"),
        OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，至多 200"),
        OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next"),
    )

    @extend_schema(
        operation_id="product_usage_groups",
        parameters=[*PLACE, *asked],
        responses=UsageListSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 使用清单 or 缺少的产品: the same filters, order and rows as the page."""
        place = self.place()
        policies.require(self.reading.scope, ROOM, "rows", self.reading.selection)
        if self.usage.view not in LISTS:
            raise DomainError(
                "list_not_named",
                _("请用 by 参数指定清单。"),
                _("可选 groups；选择客户经理后还有 lacking。"),
                "by",
            )
        return Response(
            {"place": place, **rows_json(*self.declared(), self.http.GET, self.run.run)}
        )


class GroupUsageApi(GroupMixin, ApiRoom):
    """Answer one group's products beside those of similar groups."""

    @extend_schema(
        operation_id="product_usage_group", parameters=PLACE[:1], responses=GroupUsageSerializer
    )
    def get(self, request: Request, group_code: str) -> Response:
        """Return 集团产品 with adoption among similar groups and what the group lacks."""
        run, found = self.run, self.found
        return Response(
            {
                "month": str(run.month),
                "run": run.run,
                "group_code": found.group.group_code,
                "name": found.group.name,
                "industry": found.industry,
                "size_band": found.group.size_band,
                "n_similar": found.n_similar,
                "products": [
                    {
                        "product_code": row.product_code,
                        "product": row.product,
                        "family": row.family,
                        "is_used": row.used is not None,
                        "lacks": row.lacks,
                        "users": row.count("users"),
                        "amount_li": row.count("amount_li"),
                        "similar_share_ratio": row.share,
                        **_similar_json(row.adoption),
                    }
                    for row in found.rows
                ],
            }
        )


def _similar_json(adoption: Adoption | None) -> dict[str, Any]:
    """Return what similar groups do; nothing of fewer than three."""
    shown = adoption if adoption is not None and adoption.share is not None else None
    return {
        "similar_using": shown.n_using if shown else None,
        "similar_users_q1": shown.users_q1 if shown else None,
        "similar_users_median": shown.users_median if shown else None,
        "similar_users_q3": shown.users_q3 if shown else None,
    }
