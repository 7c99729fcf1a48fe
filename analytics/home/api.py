"""Answer the home report through the API: cards and sentences 首页报告."""

from __future__ import annotations

from typing import Any

from django.utils.html import strip_tags
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.doors import Door
from accounts.tree import children_of
from analytics.api import PLACE, ApiRoom, KpiSerializer, PlaceSerializer, kpi_json
from analytics.home import sentences
from analytics.home.room import HomeReading
from analytics.page import published_for


class SectionSerializer(serializers.Serializer[Any]):
    """Be one section of the report in plain text."""

    heading = serializers.CharField()
    paragraphs = serializers.ListField(child=serializers.CharField())


class HomeSerializer(serializers.Serializer[Any]):
    """Be the home report of one place and month."""

    place = PlaceSerializer()
    title = serializers.CharField()
    kpis = KpiSerializer(many=True)
    report = SectionSerializer(many=True)


class MonthSerializer(serializers.Serializer[Any]):
    """Be one published month."""

    month = serializers.CharField()
    run = serializers.IntegerField()
    published_at = serializers.DateTimeField(allow_null=True)


class UnitChoiceSerializer(serializers.Serializer[Any]):
    """Be one place a reader can go to."""

    level = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class UnitsSerializer(serializers.Serializer[Any]):
    """Be where a reader stands: the path down to it, and the next steps."""

    path = UnitChoiceSerializer(many=True)
    children = UnitChoiceSerializer(many=True)


class HomeApi(ApiRoom):
    """Answer the home report."""

    room = "home"
    door = Door(module="home")

    @extend_schema(operation_id="home", parameters=PLACE, responses=HomeSerializer)
    def get(self, request: Request) -> Response:
        """Return 首页报告: cards and sentences of one place and month."""
        place = self.place()
        home = HomeReading(self.reading, self.place_name, lambda by, code: "", lambda code: "")
        report = sentences.report(home.figures, {})
        return Response(
            {
                "place": place,
                "title": sentences.title(home.figures),
                "kpis": [kpi_json(each, home.month) for each in home.kpis],
                "report": [
                    {
                        "heading": section.heading,
                        "paragraphs": [strip_tags(each.html) for each in section.paragraphs],
                    }
                    for section in report
                ],
            }
        )


class MonthsApi(ApiRoom):
    """Answer which months are published."""

    room = "home"
    door = Door(module="home")

    @extend_schema(operation_id="months", responses=MonthSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Return the published months 账期, newest first."""
        return Response(
            [
                {"month": str(each.month), "run": each.run, "published_at": each.published_at}
                for each in published_for(self.http)
            ]
        )


class UnitsApi(ApiRoom):
    """Answer where one stands in the organisation."""

    room = "home"
    door = Door(module="home")

    @extend_schema(operation_id="units", parameters=PLACE[1:], responses=UnitsSerializer)
    def get(self, request: Request) -> Response:
        """Return the path to the chosen unit and the units below it, within the scope."""

        def choice(each: Any) -> dict[str, str]:
            return {"level": each.level, "code": each.code, "name": each.name}

        below = children_of(self.reading.scope, self.reading.selection)
        return Response(
            {"path": [choice(each) for each in self.places], "children": [choice(c) for c in below]}
        )
