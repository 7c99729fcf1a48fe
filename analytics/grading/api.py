"""Answer grading through the API: totals, groups, one explanation; the numbers of the pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import policies
from accounts.doors import Door
from analytics import explained, openings
from analytics.api import PLACE, ApiRoom, KpiSerializer, PlaceSerializer, kpi_json, rows_json
from analytics.grading.compute import GRADES, UnitGrades
from analytics.grading.mixin import GradingMixin
from core.errors import NotAllowed


class UnitSerializer(serializers.Serializer[Any]):
    """Be one unit's row; ``grades`` counts effective grades."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(allow_null=True)
    rank_change = serializers.IntegerField(allow_null=True)
    n_groups = serializers.IntegerField()
    n_rated = serializers.IntegerField()
    mean_score = serializers.FloatField(allow_null=True)
    grades = serializers.DictField(child=serializers.IntegerField())
    n_a_class = serializers.IntegerField()
    a_class_share = serializers.FloatField(allow_null=True)
    n_up = serializers.IntegerField(allow_null=True)
    n_down = serializers.IntegerField(allow_null=True)
    total_income_li = serializers.IntegerField(allow_null=True)


class BandSerializer(serializers.Serializer[Any]):
    """Be one score band."""

    low = serializers.IntegerField()
    high = serializers.IntegerField()
    n_groups = serializers.IntegerField()


class TotalsSerializer(serializers.Serializer[Any]):
    """Be grading's totals of one place and month."""

    place = PlaceSerializer()
    kpis = KpiSerializer(many=True)
    total = UnitSerializer()
    by = serializers.CharField(allow_blank=True)
    units = UnitSerializer(many=True)
    reconciled = serializers.BooleanField()
    distribution = BandSerializer(many=True)


class GroupSerializer(serializers.Serializer[Any]):
    """Be one group of an account manager's list."""

    group_code = serializers.CharField()
    name = serializers.CharField()
    industry = serializers.CharField()
    effective_grade = serializers.ChoiceField(GRADES)
    suggested_grade = serializers.ChoiceField(GRADES)
    score = serializers.FloatField(allow_null=True)
    score_change = serializers.FloatField(allow_null=True)
    n_members = serializers.IntegerField(allow_null=True)
    total_income_li = serializers.IntegerField(allow_null=True)


class GroupsSerializer(serializers.Serializer[Any]):
    """Be one page of groups."""

    place = PlaceSerializer()
    results = GroupSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


class IndicatorSerializer(serializers.Serializer[Any]):
    """Be one indicator of a score; ``bar`` is what it adds to the reference level."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # Field has one too
    raw = serializers.FloatField(allow_null=True)
    points = serializers.FloatField(allow_null=True)
    reference = serializers.FloatField()
    weight = serializers.FloatField()
    bar = serializers.FloatField()
    needed = serializers.FloatField(allow_null=True)


class HistorySerializer(serializers.Serializer[Any]):
    """Be a group's score in one published month."""

    month = serializers.CharField()
    score = serializers.FloatField(allow_null=True)


class ExplanationSerializer(serializers.Serializer[Any]):
    """Be one score explained: ``reference_level`` + Σ ``bar`` + ``floor_bar`` = ``score``."""

    month = serializers.CharField()
    run = serializers.IntegerField()
    model = serializers.CharField()
    group_code = serializers.CharField()
    name = serializers.CharField()
    industry = serializers.CharField()
    account_manager = serializers.CharField()
    suggested_grade = serializers.ChoiceField(GRADES)
    effective_grade = serializers.ChoiceField(GRADES)
    effective_source = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    reference_level = serializers.FloatField()
    floor_bar = serializers.FloatField()
    indicators = IndicatorSerializer(many=True)
    next_grade = serializers.CharField(allow_blank=True)
    points_short = serializers.FloatField(allow_null=True)
    history = HistorySerializer(many=True)


LISTING = [
    *PLACE,
    OpenApiParameter("q", OpenApiTypes.STR, description="名称、编码或拼音首字母"),
    OpenApiParameter("grade", OpenApiTypes.STR, description="生效等级", enum=list(GRADES)),
    OpenApiParameter("industry", OpenApiTypes.STR, description="行业编码"),
    OpenApiParameter("size_band", OpenApiTypes.STR, description="规模 0–5"),
    OpenApiParameter("sort", OpenApiTypes.STR, description="列名；前缀 - 为降序"),
    OpenApiParameter("size", OpenApiTypes.INT, description="每页行数，至多 200"),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next"),
]


def unit_json(unit: UnitGrades) -> dict[str, Any]:
    """Return one unit's row as JSON."""
    return {
        "code": unit.code,
        "name": unit.name,
        "rank": unit.rank,
        "rank_change": unit.rank_change,
        "n_groups": unit.n_groups,
        "n_rated": unit.n_rated,
        "mean_score": unit.mean_score,
        "grades": dict(zip(GRADES, unit.grades, strict=True)),
        "n_a_class": unit.n_a,
        "a_class_share": unit.share_a,
        "n_up": unit.n_up,
        "n_down": unit.n_down,
        "total_income_li": unit.total_income_li,
    }


class GradingTotalsApi(GradingMixin, ApiRoom):
    """Answer the totals of one place and of its lower units."""

    by = OpenApiParameter(
        "by",
        OpenApiTypes.STR,
        description="下级单元，或行业、规模",
        enum=["county", "account_manager", "industry", "size_band"],
    )

    @extend_schema(
        operation_id="grading_totals", parameters=[*PLACE, by], responses=TotalsSerializer
    )
    def get(self, request: Request) -> Response:
        """Return 评分及等级评定 as totals: cards, own row, lower units, distribution."""
        place, grading = self.place(), self.grading
        units = grading.units
        return Response(
            {
                "place": place,
                "kpis": [kpi_json(each, grading.month) for each in grading.kpis],
                "total": unit_json(grading.whole),
                "by": units.by if units else "",
                "units": [unit_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
                "distribution": [asdict(band) for band in grading.bands],
            }
        )


class GradingGroupsApi(GradingMixin, ApiRoom):
    """Answer the groups of one account manager, page by page."""

    door = Door(module="grading", what="rows")

    @extend_schema(operation_id="grading_groups", parameters=LISTING, responses=GroupsSerializer)
    def get(self, request: Request) -> Response:
        """Return 集团清单: the same filters, order and rows as the page."""
        place = self.place()
        policies.require(self.reading.scope, "grading", "rows", self.reading.selection)
        declared = self.declared_groups()
        if declared is None:
            raise NotAllowed(
                _("选择地市和客户经理后才能查看集团清单。"), _("请用 am 参数指定客户经理。")
            )
        return Response({"place": place, **rows_json(*declared, self.http.GET, self.run.run)})


class GradingGroupApi(ApiRoom):
    """Answer one score explained."""

    room = "grading"
    door = Door(module="grading", what="group")

    @extend_schema(
        operation_id="grading_group", parameters=PLACE[:1], responses=ExplanationSerializer
    )
    def get(self, request: Request, group_code: str) -> Response:
        """Return 评分解释 of one group; a management reader's opening is logged."""
        run = self.run
        group = explained.explain_group(self.reading, group_code)
        openings.log_opening(
            actor=self.reading.scope, group_code=group_code, month=run.month, door="api"
        )
        return Response(explanation_json(group, run.run, self.facts().model))


def explanation_json(group: explained.Explained, run: int, model: str) -> dict[str, Any]:
    """Return one explanation as JSON."""
    result = group.result
    return {
        "month": str(group.month),
        "run": run,
        "model": model,
        "group_code": result.group_code,
        "name": result.name,
        "industry": group.industry,
        "account_manager": group.account_manager,
        "suggested_grade": result.suggested_grade,
        "effective_grade": result.effective_grade,
        "effective_source": result.effective_source,
        "score": group.score,
        "reference_level": group.reference_level,
        "floor_bar": group.explanation.floor_bar,
        "indicators": [_indicator_json(row) for row in group.rows],
        "next_grade": group.next_grade,
        "points_short": group.points_short,
        "history": [{"month": str(each.month), "score": each.score} for each in group.history],
    }


def _indicator_json(row: explained.IndicatorRow) -> dict[str, Any]:
    names = ("code", "label", "raw", "points", "reference", "weight", "bar", "needed")
    return {name: getattr(row, name) for name in names}
