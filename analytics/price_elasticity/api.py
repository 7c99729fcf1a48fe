"""Answer the room through the API: streams, units, segments, own groups; the page's numbers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import policies
from accounts.doors import Door
from analytics.api import PLACE, ApiRoom, PlaceSerializer, PointSerializer, rows_json
from analytics.kpi import sparkline_months
from analytics.price_elasticity import queries, tables
from analytics.price_elasticity.compute import CLASSES, REFUSALS, STREAMS
from analytics.price_elasticity.page import ElasticityMixin
from analytics.price_elasticity.room import ROOM, ElasticityReading
from analytics.price_elasticity.units import UnitElasticity
from analytics.queries import search_groups
from core.errors import NotAllowed
from core.sources import QuerySource

STREAM = OpenApiParameter("stream", OpenApiTypes.STR, description="收入", enum=list(STREAMS))


class StreamElasticitySerializer(serializers.Serializer[Any]):
    """Be one unit and stream: elasticities, income, measurable groups, refusals and classes."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    rank = serializers.IntegerField(allow_null=True)
    rank_change = serializers.IntegerField(allow_null=True)
    is_apparent = serializers.BooleanField()
    masked = serializers.BooleanField(help_text="可测算集团少于 3 个，管理角色看不到弹性")
    eta = serializers.FloatField(allow_null=True)
    epsilon = serializers.FloatField(allow_null=True)
    income_li = serializers.IntegerField(allow_null=True)
    n_groups = serializers.IntegerField()
    n_measured = serializers.IntegerField()
    refused = serializers.DictField(child=serializers.IntegerField())
    classes = serializers.DictField(child=serializers.IntegerField())


class SegmentElasticitySerializer(serializers.Serializer[Any]):
    """Be one segment of the province: ε with its 95 % interval and class."""

    industry_code = serializers.CharField()
    size_band = serializers.IntegerField()
    n_groups = serializers.IntegerField()
    n_used = serializers.IntegerField()
    n_measured = serializers.IntegerField()
    epsilon = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    price_class = serializers.ChoiceField([*CLASSES, ""])


class ElasticitySerializer(serializers.Serializer[Any]):
    """Be the elasticities of one place and month; units and segments follow one stream."""

    place = PlaceSerializer()
    stream = serializers.ChoiceField(STREAMS)
    streams = serializers.DictField(child=StreamElasticitySerializer())
    course = serializers.DictField(child=PointSerializer(many=True), help_text="各账期的 η")
    by = serializers.CharField(allow_blank=True)
    units = StreamElasticitySerializer(many=True)
    reconciled = serializers.BooleanField()
    segments = SegmentElasticitySerializer(many=True)


class ElasticityGroupSerializer(serializers.Serializer[Any]):
    """Be one stream of one group: own arc values and the segment's estimate."""

    group_code = serializers.CharField()
    name = serializers.CharField()
    industry = serializers.CharField()
    eta = serializers.FloatField(allow_null=True)
    epsilon = serializers.FloatField(allow_null=True)
    income_li = serializers.IntegerField()
    price_step = serializers.FloatField(allow_null=True)
    changed_in = serializers.CharField(allow_blank=True)
    refusal = serializers.ChoiceField([*REFUSALS, ""])
    segment_epsilon = serializers.FloatField(allow_null=True)
    price_class = serializers.ChoiceField([*CLASSES, ""])


class ElasticityGroupsSerializer(serializers.Serializer[Any]):
    """Be one page of groups."""

    place = PlaceSerializer()
    stream = serializers.ChoiceField(STREAMS)
    results = ElasticityGroupSerializer(many=True)
    next = serializers.CharField(allow_blank=True)
    n_rows = serializers.IntegerField()


def unit_json(unit: UnitElasticity) -> dict[str, Any]:
    """Return one unit's figures as JSON."""
    names = ("code", "name", "rank", "rank_change", "is_apparent", "masked", "eta",
             "epsilon", "income_li")  # fmt: skip
    return {
        **{name: getattr(unit, name) for name in names},
        "n_groups": unit.n_groups,
        "n_measured": unit.n_measured,
        "refused": unit.refused,
        "classes": {each or "unclassed": n for each, n in unit.classes.items()},
    }


class ElasticityApi(ElasticityMixin, ApiRoom):
    """Answer the three streams of one place, its lower units and the province's segments."""

    by = OpenApiParameter(
        "by", OpenApiTypes.STR, description="下级单元", enum=["county", "account_manager"]
    )

    @extend_schema(
        operation_id="price_elasticity",
        parameters=[*PLACE, STREAM, by],
        responses=ElasticitySerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 价值弹性分析 as totals."""
        place, found = self.place(), self.elasticity
        units = found.units
        return Response(
            {
                "place": place,
                "stream": found.stream,
                "streams": {each: unit_json(unit) for each, unit in found.streams.items()},
                "course": {each: course_json(found, each) for each in found.streams},
                "by": units.by if units else "",
                "units": [unit_json(row) for row in units.rows] if units else [],
                "reconciled": units.reconciled if units else True,
                "segments": found.segments,
            }
        )


def course_json(found: ElasticityReading, stream: str) -> list[dict[str, Any]]:
    """Return η of one stream over the months of the page's chart 走势."""
    months = sparkline_months(found.month)
    return [
        {"month": str(month), "value": eta}
        for month, eta in zip(months, found.course(stream), strict=True)
    ]


class ElasticityGroupsApi(ElasticityMixin, ApiRoom):
    """Answer one account manager's groups, page by page."""

    door = Door(module=ROOM, what="rows")

    @extend_schema(
        operation_id="price_elasticity_groups",
        parameters=[*PLACE, STREAM],
        responses=ElasticityGroupsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return 集团清单: the same filters, order and rows as the page."""
        place, found = self.place(), self.elasticity
        policies.require(found.scope, ROOM, "rows", found.selection)
        if not found.lists_groups:
            raise NotAllowed
        rows = queries.groups_of(found.scope, found.run, found.selection, found.stream)
        table = tables.groups_table(found.stream, self.industries.items(), self.group_url)
        source = QuerySource(rows, tie="group_code", search=search_groups)
        said = rows_json(table, source, self.http.GET, self.run.run)
        return Response({"place": place, "stream": found.stream, **said})
