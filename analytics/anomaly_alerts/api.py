"""Answer anomalies through the API: totals with both denominators, and the list with evidence."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import policies
from accounts.doors import Door
from alerts.queries import Finding
from analytics.alert_evidence import in_words
from analytics.anomaly_alerts.compute import COUNTS, UnitAlerts
from analytics.anomaly_alerts.page import AlertsMixin
from analytics.anomaly_alerts.room import ROOM
from analytics.anomaly_alerts.tables import alerts_table
from analytics.api import (
    PLACE,
    ApiRoom,
    KpiSerializer,
    PlaceSerializer,
    kpi_json,
    rows_json,
)
from core.sources import ListSource


class AlertUnitSerializer(serializers.Serializer[Any]):
    """Be one unit's row; counts are null where the run did not judge anomalies."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(allow_null=True)
    rank_change = serializers.IntegerField(allow_null=True)
    n_groups = serializers.IntegerField(allow_null=True)
    n_state_evaluable = serializers.IntegerField(allow_null=True)
    n_state_abnormal = serializers.IntegerField(allow_null=True)
    n_call_evaluable = serializers.IntegerField(allow_null=True)
    n_call_abnormal = serializers.IntegerField(allow_null=True)
    n_abnormal_groups = serializers.IntegerField(allow_null=True)
    state_share = serializers.FloatField(allow_null=True)
    call_share = serializers.FloatField(allow_null=True)
    either_share = serializers.FloatField(allow_null=True)


class AlertTotalsSerializer(serializers.Serializer[Any]):
    """Be the anomalies of one place and month."""

    place = PlaceSerializer()
    kpis = KpiSerializer(many=True)
    total = AlertUnitSerializer()
    by = serializers.CharField(allow_blank=True)
    units = AlertUnitSerializer(many=True)
    reconciled = serializers.BooleanField()


class EvidencePointSerializer(serializers.Serializer[Any]):
    """Be one month of what a group was judged by."""

    month = serializers.CharField()
    value = serializers.FloatField(allow_null=True)


class FindingSerializer(serializers.Serializer[Any]):
    """Be one abnormal group and kind; values are shares (state) or minutes a working day (call)."""

    group_code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(["state", "call"])
    rules = serializers.ListField(child=serializers.CharField())
    effective_grade = serializers.CharField()
    n_members = serializers.IntegerField()
    total_income_li = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    median = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField()
    jump_threshold = serializers.FloatField(allow_null=True)
    z = serializers.FloatField(allow_null=True)
    n_hit = serializers.IntegerField()
    base = serializers.IntegerField()
    silent_share = serializers.FloatField(allow_null=True)
    evidence = serializers.CharField()
    series = EvidencePointSerializer(many=True)


class FindingsSerializer(serializers.Serializer[Any]):
    """Be one page of abnormal groups."""

    place = PlaceSerializer()
    results = FindingSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


BY = OpenApiParameter(
    "by", OpenApiTypes.STR, description="下级单元", enum=["county", "account_manager"]
)
LISTING = [
    *PLACE,
    OpenApiParameter("q", OpenApiTypes.STR, description="名称或编码"),
    OpenApiParameter("kind", OpenApiTypes.STR, description="异常类型", enum=["state", "call"]),
    OpenApiParameter("sort", OpenApiTypes.STR, description="列名；前缀 - 为降序"),
    OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，至多 200"),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next"),
]


def unit_json(unit: UnitAlerts) -> dict[str, Any]:
    """Return one unit's row as JSON."""
    names = ("code", "name", "rank", "rank_change", *COUNTS)
    shares = ("state_share", "call_share", "either_share")
    return {name: getattr(unit, name) for name in (*names, *shares)}


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one abnormal group with its evidence as JSON."""
    months = zip(finding.months, finding.series, strict=True)
    plain = (
        "group_code", "name", "kind", "effective_grade", "n_members", "total_income_li", "value",
        "median", "limit", "threshold", "jump_threshold", "z", "n_hit", "base", "silent_share",
    )  # fmt: skip
    return {
        **{name: getattr(finding, name) for name in plain},
        "rules": list(finding.rules),
        "evidence": in_words(finding),
        "series": [{"month": str(month), "value": value} for month, value in months],
    }


class AlertsTotalsApi(AlertsMixin, ApiRoom):
    """Answer the totals of one place and of its lower units."""

    @extend_schema(
        operation_id="anomaly_alerts_totals",
        parameters=[*PLACE, BY],
        responses=AlertTotalsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 异常告警分析 as totals: the four indicators, own row, lower units."""
        place, alerts = self.place(), self.alerts
        units = alerts.units
        return Response(
            {
                "place": place,
                "kpis": [kpi_json(each, alerts.month) for each in alerts.kpis],
                "total": unit_json(alerts.whole),
                "by": units.by if units else "",
                "units": [unit_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
            }
        )


class AlertsListApi(AlertsMixin, ApiRoom):
    """Answer the abnormal groups of one account manager, page by page."""

    door: Door | None = Door(module=ROOM, what="rows")

    @extend_schema(
        operation_id="anomaly_alerts_groups", parameters=LISTING, responses=FindingsSerializer
    )
    def get(self, request: Request) -> Response:
        """Return 异常集团清单: the same filters, order and rows as the page, evidence included."""
        place = self.place()
        policies.require(self.reading.scope, ROOM, "rows", self.reading.selection)
        table = alerts_table(self.group_url, self.drawn_url)
        source = ListSource(self.alerts.findings)
        rows = rows_json(table, source, self.http.GET, self.run.run, finding_json)
        return Response({"place": place, **rows})
